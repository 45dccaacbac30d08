import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** kube-proxy's health port: on a real node taken too, and free of everything else here. */
const CLAIM_PORT = 10256;

/** Another simulator on this machine carries the same addresses. */
export class LoopbackInUse extends Error {}

/** Claims the address of the first node for this simulator, so that two of them never fight for the same addresses. The result ends the claim. */
export async function claimLoopback(address: string): Promise<() => void> {
  const server: Server = createServer((socket) => socket.destroy());
  server.listen({ host: address, port: CLAIM_PORT });
  try {
    await once(server, 'listening');
  } catch (error) {
    const message = `${address} is in use by another simulator on this machine: stop that one, or use other ranges in network.yaml.`;
    throw new LoopbackInUse(message, { cause: error });
  }
  return () => server.close();
}
