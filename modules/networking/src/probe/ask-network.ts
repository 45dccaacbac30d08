import { connect } from 'node:net';
import type { ProbeTarget } from '../decide/plan-probes.ts';
import { queryAddresses } from './query-addresses.ts';
import type { ProbeOutcome } from './probe-state.ts';

type Target<K extends ProbeTarget['kind']> = Extract<ProbeTarget, { readonly kind: K }>;

/** Probes one target over the real network; always resolves, after `timeoutMs` at the latest. */
export function askNetwork(target: ProbeTarget, timeoutMs: number): Promise<ProbeOutcome> {
  switch (target.kind) {
    case 'tcp':
      return openConnection(target, timeoutMs);
    case 'http':
      return getPage(target, timeoutMs);
    case 'dns':
      return compareName(target, timeoutMs);
  }
}

function openConnection({ address, port }: Target<'tcp'>, timeoutMs: number): Promise<ProbeOutcome> {
  const place = placeOf(address, port);
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const end = (outcome: ProbeOutcome): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => end({ kind: 'silent', message: `${place} does not answer.` }), timeoutMs);
    socket.once('connect', () => end({ kind: 'right' }));
    // Later errors of the same socket have nobody to go to.
    socket.on('error', (error) => end(outcomeOf(error, place)));
  });
}

async function getPage({ address, port, path }: Target<'http'>, timeoutMs: number): Promise<ProbeOutcome> {
  const http = await import('node:http');
  const place = placeOf(address, port);
  return new Promise((resolve) => {
    const request = http.get({
      host: address,
      port,
      path,
      agent: false,
      headers: { 'user-agent': 'iotedge-networking' },
    });
    const end = (outcome: ProbeOutcome): void => {
      clearTimeout(timer);
      request.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(
      () => end({ kind: 'silent', message: `http://${place}${path} does not answer.` }),
      timeoutMs,
    );
    request.on('error', (error) => end(outcomeOf(error, place)));
    request.once('response', ({ statusCode = 0 }) => {
      const isGood = statusCode >= 200 && statusCode < 400;
      end(isGood ? { kind: 'right' } : { kind: 'wrong', message: `http://${place}${path} answers ${statusCode}.` });
    });
  });
}

async function compareName({ server, name, expected }: Target<'dns'>, timeoutMs: number): Promise<ProbeOutcome> {
  const found = await queryAddresses({ server, name, family: expected.includes(':') ? 6 : 4, timeoutMs });
  if (found === undefined) return { kind: 'silent', message: `The cluster DNS at ${server.address} does not answer.` };
  if (found.includes(expected)) return { kind: 'right' };
  const answer = found.length === 0 ? 'does not know the name' : `answers ${found.join(', ')}`;
  return { kind: 'wrong', message: `For ${name} the cluster DNS ${answer}; the cluster IP is ${expected}.` };
}

/** What an address did not answer to may be down, or there is no way to it. */
const SILENT = new Set(['ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH']);
const ANSWERED = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

function outcomeOf({ code = '' }: NodeJS.ErrnoException, place: string): ProbeOutcome {
  if (code === 'ECONNREFUSED') return { kind: 'wrong', message: `${place} refuses connections.` };
  if (ANSWERED.has(code) || code.startsWith('HPE_'))
    return { kind: 'wrong', message: `${place} breaks the connection.` };
  return SILENT.has(code) ? { kind: 'silent', message: `${place} does not answer.` } : { kind: 'unable' };
}

function placeOf(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
