import { connect } from 'node:net';

/** Ports on which a host that is there takes or refuses a connection, unless a firewall swallows it. */
const PORTS = [443, 80, 22] as const;

/** Whether somebody takes or refuses a TCP connection to the address within the time, in milliseconds. Sends nothing. */
export async function contactAddress(address: string, timeoutMs: number): Promise<boolean> {
  const answers = await Promise.all(PORTS.map((port) => knock(address, port, timeoutMs)));
  return answers.includes(true);
}

function knock(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.setTimeout(timeoutMs, () => finish(false));
    socket.once('connect', () => finish(true));
    socket.once('error', (error: NodeJS.ErrnoException) => finish(error.code === 'ECONNREFUSED'));
  });
}
