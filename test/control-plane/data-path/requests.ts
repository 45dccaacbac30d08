import { createSocket } from 'node:dgram';
import { get } from 'node:http';

// Runs inside a client's network namespace: `requests.ts tcp|udp <address> <port> <times> <milliseconds>` asks again and again, each time from a new
// source port, and prints a tally as JSON.
const [protocol, address = '', port = '0', times = '1', patience = '1000'] = process.argv.slice(2);

interface Answer {
  readonly pod: string;
  readonly from: string;
}

function askHttp(): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = get({ host: address, port: Number(port), agent: false, timeout: Number(patience) }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(JSON.parse(text) as Answer));
    });
    request.on('timeout', () => request.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
    request.on('error', reject);
  });
}

function askUdp(): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const finish = (act: () => void) => {
      clearTimeout(timer);
      socket.close();
      act();
    };
    const timer = setTimeout(
      () => finish(() => reject(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }))),
      Number(patience),
    );
    socket.on('error', (error) => finish(() => reject(error)));
    socket.on('message', (message) => finish(() => resolve(JSON.parse(message.toString()) as Answer)));
    // A connected socket hears of ICMP errors.
    socket.connect(Number(port), address, () => socket.send('?'));
  });
}

const pods: Record<string, number> = {};
const sources: Record<string, number> = {};
const errors: Record<string, number> = {};
for (let round = 0; round < Number(times); round += 1) {
  try {
    const { pod, from } = await (protocol === 'udp' ? askUdp() : askHttp());
    pods[pod] = (pods[pod] ?? 0) + 1;
    sources[from] = (sources[from] ?? 0) + 1;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    errors[code] = (errors[code] ?? 0) + 1;
  }
}
process.stdout.write(JSON.stringify({ pods, sources, errors }));
