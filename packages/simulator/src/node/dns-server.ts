import {
  AUTHORITATIVE_ANSWER,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
  decode,
  encode,
  streamEncode,
} from 'dns-packet';
import type { Answer, DecodedPacket, Packet, Question } from 'dns-packet';
import { createSocket } from 'node:dgram';
import dns from 'node:dns';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { ObjectClient } from '../cluster/object-client.ts';
import { clusterAnswer } from './dns-answer.ts';
import type { DnsZone } from './dns-answer.ts';
import { serviceDirectory } from './service-directory.ts';

/** What the DNS server is started with. */
export interface DnsServerOptions {
  readonly client: ObjectClient;
  /** Default: cluster.local */
  readonly domain?: string;
  /** Where it listens on this machine. Default: a free port of 127.0.0.1. */
  readonly host?: string;
  readonly port?: number;
  /** Looks up IPv4 addresses of names outside the cluster. Default: as this machine does. */
  readonly forward?: (name: string) => Promise<readonly string[]>;
}

/** The running DNS server. */
export interface DnsServer {
  /** `127.0.0.1:40053`, for UDP and TCP alike. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

const ttl = 5;
const plainUdpSize = 512;
const rcodes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4 } as const;

type Reply = Packet & { readonly rcodeName: keyof typeof rcodes };

/**
 * CoreDNS's part: answers for Services and pods over UDP and TCP, from the API's objects as they are at this moment; names outside the
 * cluster are looked up as this machine does (IPv4 addresses only).
 */
export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const { client, domain = 'cluster.local', host = '127.0.0.1', port = 0, forward = systemAddresses } = options;
  const directory = serviceDirectory(client);
  const zone: DnsZone = { directory, domain, ttl };
  const answer = (query: DecodedPacket): Promise<Reply> => replyTo(query, zone, forward);
  const sockets = await listenBoth(host, port, answer);
  return {
    address: `${host}:${sockets.port}`,
    host,
    port: sockets.port,
    async close() {
      directory.close();
      await sockets.close();
    },
  };
}

async function replyTo(
  query: DecodedPacket,
  zone: DnsZone,
  forward: NonNullable<DnsServerOptions['forward']>,
): Promise<Reply> {
  const [question] = query.questions ?? [];
  const reply = (
    rcodeName: keyof typeof rcodes,
    answers: readonly Answer[],
    authorities: readonly Answer[] = [],
  ): Reply => ({
    type: 'response',
    id: query.id,
    flags: AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE | ((query.flags ?? 0) & RECURSION_DESIRED) | rcodes[rcodeName],
    questions: query.questions,
    answers: [...answers],
    authorities: [...authorities],
    rcodeName,
  });
  if (question === undefined || (query.questions?.length ?? 0) > 1) return reply('NOTIMP', []);
  const found = clusterAnswer(question, zone);
  if (found === undefined) {
    const { rcode, answers } = await forwarded(question, forward);
    return reply(rcode, answers);
  }
  const answers = await withAliasTarget(found.answers, question, { zone, forward });
  return reply(
    found.exists ? 'NOERROR' : 'NXDOMAIN',
    answers,
    found.answers.length === 0 ? [startOfAuthority(zone)] : [],
  );
}

/** An alias for the outside (ExternalName) comes with the addresses of its target, as CoreDNS does. */
async function withAliasTarget(
  answers: readonly Answer[],
  question: Question,
  { zone, forward }: { zone: DnsZone; forward: NonNullable<DnsServerOptions['forward']> },
): Promise<readonly Answer[]> {
  const [alias] = answers;
  if (alias?.type !== 'CNAME' || question.type !== 'A') return answers;
  const target: Question = { type: 'A', name: alias.data };
  const inside = clusterAnswer(target, zone);
  return [...answers, ...(inside?.answers ?? (await forwarded(target, forward)).answers)];
}

async function forwarded(
  question: Question,
  forward: NonNullable<DnsServerOptions['forward']>,
): Promise<{ rcode: keyof typeof rcodes; answers: Answer[] }> {
  if (question.type !== 'A') return { rcode: question.type === 'AAAA' ? 'NOERROR' : 'NOTIMP', answers: [] };
  try {
    const addresses = await forward(question.name);
    return { rcode: 'NOERROR', answers: addresses.map((data) => ({ type: 'A', name: question.name, ttl: 30, data })) };
  } catch (error) {
    return { rcode: (error as NodeJS.ErrnoException).code === 'ENOTFOUND' ? 'NXDOMAIN' : 'SERVFAIL', answers: [] };
  }
}

async function systemAddresses(name: string): Promise<readonly string[]> {
  const found = await dns.promises.lookup(name, { family: 4, all: true });
  return found.map(({ address }) => address);
}

function startOfAuthority({ domain }: DnsZone): Answer {
  const serial = Math.floor(Date.now() / 1000);
  const data = {
    mname: `ns.dns.${domain}`,
    rname: `hostmaster.${domain}`,
    serial,
    refresh: 7200,
    retry: 1800,
    expire: 86400,
    minimum: ttl,
  };
  return { type: 'SOA', name: domain, ttl, data };
}

interface Sockets {
  readonly port: number;
  close(): Promise<void>;
}

async function listenBoth(
  host: string,
  port: number,
  answer: (query: DecodedPacket) => Promise<Reply>,
): Promise<Sockets> {
  const open = new Set<Socket>();
  const stream = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    serveStream(socket, answer);
  });
  const datagrams = createSocket('udp4');
  datagrams.on('message', (message, peer) => {
    const query = decoded(message);
    if (query === undefined) return;
    void answer(query).then((reply) => datagrams.send(fitted(reply, query), peer.port, peer.address, () => undefined));
  });
  await new Promise<void>((resolve, reject) => stream.once('error', reject).listen({ host, port }, resolve));
  const chosen = (stream.address() as AddressInfo).port;
  await new Promise<void>((resolve, reject) =>
    datagrams.once('error', reject).bind({ address: host, port: chosen }, resolve),
  );
  datagrams.on('error', () => undefined);
  return {
    port: chosen,
    async close() {
      for (const socket of open) socket.destroy();
      const closed = [
        new Promise((resolve) => stream.close(resolve)),
        new Promise<void>((resolve) => datagrams.close(resolve)),
      ];
      await Promise.all(closed);
    },
  };
}

function serveStream(socket: Socket, answer: (query: DecodedPacket) => Promise<Reply>): void {
  let rest = Buffer.alloc(0);
  socket.setTimeout(10_000, () => socket.destroy());
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0);
      const query = decoded(rest.subarray(2, end));
      rest = rest.subarray(end);
      if (query !== undefined) void answer(query).then((reply) => socket.writable && socket.write(streamEncode(reply)));
    }
  });
}

function decoded(message: Buffer): DecodedPacket | undefined {
  try {
    const packet = decode(message);
    return packet.type === 'query' ? packet : undefined;
  } catch {
    return undefined;
  }
}

/** The reply as a datagram: cut off, and marked so, when it is larger than the asker takes. */
function fitted(reply: Reply, query: DecodedPacket): Buffer {
  const extension = query.additionals?.find((record) => record.type === 'OPT');
  const size = Math.max(plainUdpSize, extension?.udpPayloadSize ?? 0);
  const message = encode(reply);
  if (message.length <= size) return message;
  return encode({ ...reply, flags: (reply.flags ?? 0) | TRUNCATED_RESPONSE, answers: [], authorities: [] });
}
