import dgram from 'node:dgram';
import { carriedLookup, isUnspecified } from './pod-network-settings.ts';
import type { PodNetwork } from './pod-network-settings.ts';

/** Makes datagram sockets use the pod's address, and reach addresses of the cluster where they are carried on this machine. */
export function patchDatagrams({ ownAddress, carry, lookup, report }: PodNetwork): void {
  const create = dgram.createSocket.bind(dgram);
  // A datagram socket looks up every address it binds or sends to, literal ones too: one lookup covers both.
  const place = (address: string): string => (isUnspecified(address) ? ownAddress : carry(address));
  const carried = carriedLookup(lookup, place, () => undefined) as NonNullable<dgram.SocketOptions['lookup']>;
  const createCarried = (
    given: dgram.SocketType | dgram.SocketOptions,
    listener?: (message: Buffer, peer: dgram.RemoteInfo) => void,
  ): dgram.Socket => {
    const options = typeof given === 'string' ? {} : given;
    // Pods are IPv4 only: a dual-stack socket becomes its IPv4 half.
    const socket = create({ ...options, type: 'udp4', ipv6Only: false, lookup: carried }, listener);
    socket.once('listening', () => report(`listening UDP ${socket.address().port}`));
    return socket;
  };
  Object.assign(dgram, { createSocket: createCarried });
}
