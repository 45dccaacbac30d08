import { isIP } from 'node:net';

/**
 * Whether a Host header may be answered. A name that somebody else owns can be made to point here (DNS rebinding), and the browser would let that site's script read
 * our answers; an address cannot. `localhost` is ours by definition (RFC 6761). `names` are further names under which the page is meant to be reached.
 */
export function isOwnHost(header: string | undefined, port: number, names: readonly string[]): boolean {
  if (header === undefined) return false;
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:]+)(?::(\d+))?$/.exec(header);
  const name = (match?.[1] ?? '').toLowerCase();
  if (Number(match?.[2] ?? 80) !== port) return false;
  const address = name.startsWith('[') ? name.slice(1, -1) : name;
  return isIP(address) !== 0 || name === 'localhost' || names.includes(name);
}
