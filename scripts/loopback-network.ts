import {
  formatAddress,
  formatRange,
  parseAddress,
  parseCidr,
  formatCidr,
  parseRange,
  type Address,
} from '@iotedge-networking/addressing';

const OCTET = 24n;
const LOOPBACK = 127n << OCTET;
const REST = (1n << OCTET) - 1n;

/**
 * Moves every IPv4 address, range and CIDR of a parsed network.yaml to 127.0.0.0/8 by replacing the first octet, and states the pod and cluster IP
 * subnets there too, so that whatever the simulated cluster prints can be opened on this machine as it is.
 */
export function loopbackNetwork(document: unknown): unknown {
  const moved = move(document);
  if (typeof moved !== 'object' || moved === null) return moved;
  const compute = (moved as { computeNetwork?: object }).computeNetwork;
  return { ...moved, computeNetwork: { podSubnet: '127.27.0.0/16', clusterIpSubnet: '127.28.0.0/16', ...compute } };
}

function move(value: unknown): unknown {
  if (typeof value === 'string') return moveText(value);
  if (Array.isArray(value)) return value.map(move);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, move(item)]));
}

function moveText(text: string): string {
  const address = parseAddress(text);
  if (address?.family === 4) return formatAddress(onLoopback(address));
  const cidr = parseCidr(text);
  if (cidr?.family === 4 && cidr.prefix >= 8)
    return formatCidr({ ...cidr, base: onLoopback({ family: 4, value: cidr.base }).value });
  const range = parseRange(text);
  if (!range.ok || range.range.family !== 4) return text;
  const { first, last } = range.range;
  return formatRange({
    family: 4,
    first: onLoopback({ family: 4, value: first }).value,
    last: onLoopback({ family: 4, value: last }).value,
  });
}

function onLoopback(address: Address): Address {
  return { family: 4, value: LOOPBACK | (address.value & REST) };
}
