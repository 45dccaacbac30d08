import { parseInt32 } from './dotnet-text.ts';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';
const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

/** What the agent makes of a key of PortBindings or ExposedPorts. */
export type PortKey =
  | { readonly kind: 'port'; readonly port: number; readonly protocol: Protocol; readonly lenient: boolean }
  | { readonly kind: 'dropped'; readonly range: boolean }
  | { readonly kind: 'throws' };

/**
 * Reads a port key (rule 7): `80/tcp`, `80`, `080/`, … Everything that is not a number with tcp, udp or sctp is dropped; a key of
 * slashes only makes the agent throw.
 */
export function parsePortKey(key: string): PortKey {
  if (key.trim() === '') return { kind: 'dropped', range: false };
  const parts = key.split('/').filter((part) => part !== '');
  const [number, name] = parts;
  if (number === undefined) return { kind: 'throws' };
  const port = parseInt32(number);
  const protocol = name === undefined ? 'TCP' : PROTOCOLS.find((known) => known === name.toUpperCase());
  if (parts.length > 2 || port === undefined || protocol === undefined) {
    return { kind: 'dropped', range: isPortRange(number) };
  }
  return { kind: 'port', port, protocol, lenient: number !== String(port) || key !== parts.join('/') };
}

/** Whether a text is a port range such as `8000-8010`, which Docker takes and the agent does not. */
export function isPortRange(text: string): boolean {
  return /^\s*\d+\s*-\s*\d+\s*$/.test(text);
}
