import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';

// Runs inside a pod's network namespace: `pod-server.ts <name> <port>` answers HTTP over TCP and datagrams over UDP with its name and what it sees of
// the caller.
const [name = '', port = '0'] = process.argv.slice(2);
const http = createServer((request, response) => {
  response.setHeader('connection', 'close');
  response.end(JSON.stringify({ pod: name, from: request.socket.remoteAddress }));
});
const udp = createSocket('udp4');
udp.on('message', (_, sender) =>
  udp.send(JSON.stringify({ pod: name, from: sender.address }), sender.port, sender.address),
);
http.listen(Number(port), '0.0.0.0', () => {
  udp.bind(Number(port), '0.0.0.0', () => process.stdout.write('listening\n'));
});
