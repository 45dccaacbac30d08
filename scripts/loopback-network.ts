import {
  formatAddress,
  formatRange,
  parseAddress,
  parseCidr,
  formatCidr,
  parseRange,
} from '@iotedge-networking/addressing';

const OCTET = 24n;
const LOOPBACK = 127n << OCTET;
const SECOND_OCTET = 16n;
const REST = (1n << OCTET) - 1n;

/**
 * Moves every IPv4 address, range and CIDR of a parsed network.yaml to 127.0.0.0/8 by replacing the first octet, and states the pod and cluster IP
 * subnets there too, so that whatever the simulated cluster prints can be opened on this machine as it is.
 */
export function loopbackNetwork(document: unknown, place = 0): unknown {
  const moved = move(document, BigInt(place));
  if (typeof moved !== 'object' || moved === null) return moved;
  const compute = (moved as { computeNetwork?: object }).computeNetwork;
  return {
    ...moved,
    computeNetwork: {
      podSubnet: `127.${27 + 2 * place}.0.0/16`,
      clusterIpSubnet: `127.${28 + 2 * place}.0.0/16`,
      ...compute,
    },
  };
}

function move(value: unknown, place: bigint): unknown {
  if (typeof value === 'string') return moveText(value, place);
  if (Array.isArray(value)) return value.map((item) => move(item, place));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, move(item, place)]));
}

function moveText(text: string, place: bigint): string {
  const onLoopback = (value: bigint): bigint => (LOOPBACK | (value & REST)) + (place << SECOND_OCTET);
  const address = parseAddress(text);
  if (address?.family === 4) return formatAddress({ family: 4, value: onLoopback(address.value) });
  const cidr = parseCidr(text);
  if (cidr?.family === 4 && cidr.prefix >= 8) return formatCidr({ ...cidr, base: onLoopback(cidr.base) });
  const range = parseRange(text);
  if (!range.ok || range.range.family !== 4) return text;
  const { first, last } = range.range;
  return formatRange({
    family: 4,
    first: onLoopback(first),
    last: onLoopback(last),
  });
}
