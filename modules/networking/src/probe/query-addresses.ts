import type { DecodedPacket } from 'dns-packet';
import { randomInt } from 'node:crypto';
import type { DnsPlace } from '../decide/plan-probes.ts';

/** One question to a DNS server. */
export interface AddressQuery {
  readonly server: DnsPlace;
  readonly name: string;
  readonly family: 4 | 6;
  readonly timeoutMs: number;
}

/**
 * Asks a DNS server for the addresses of a name over UDP, with one packet. None means that the name does not exist; undefined that the server gave no
 * useful answer. Node's own resolver would try again and again, and could not tell these apart.
 */
export async function queryAddresses(query: AddressQuery): Promise<readonly string[] | undefined> {
  // Loaded with the first question: most modules run where nothing is to be probed, or have not begun.
  const [{ createSocket }, { default: dns }] = await Promise.all([import('node:dgram'), import('dns-packet')]);
  const { server, name, family, timeoutMs } = query;
  const id = randomInt(0x10000);
  const type = family === 6 ? ('AAAA' as const) : ('A' as const);
  const question = { type, name };
  const packet = dns.encode({ type: 'query', id, flags: dns.RECURSION_DESIRED, questions: [question] });
  return new Promise((resolve) => {
    const socket = createSocket(server.address.includes(':') ? 'udp6' : 'udp4');
    let isOpen = true;
    const end = (found?: readonly string[]): void => {
      clearTimeout(timer);
      if (isOpen) socket.close();
      isOpen = false;
      resolve(found);
    };
    const timer = setTimeout(end, timeoutMs);
    socket.on('error', () => end());
    socket.on('message', (message) => {
      const answer = decodeAnswer(message, dns.decode);
      if (answer?.id === id) end(addressesIn(answer, type));
    });
    // Connected, only the server's own packets arrive, and a closed port is told at once.
    socket.once('connect', () => socket.send(packet));
    socket.connect(server.port, server.address);
  });
}

function decodeAnswer(message: Buffer, decode: (buffer: Buffer) => DecodedPacket): DecodedPacket | undefined {
  try {
    return decode(message);
  } catch {
    return undefined;
  }
}

/** NXDOMAIN is an answer: there are none. Any other failure is the server's own. */
function addressesIn(answer: DecodedPacket, type: 'A' | 'AAAA'): readonly string[] | undefined {
  const { rcode } = answer as DecodedPacket & { readonly rcode?: string };
  if (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN') return undefined;
  return (answer.answers ?? []).flatMap((record) => (record.type === type ? [record.data] : []));
}
