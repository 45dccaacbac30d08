import {
  addressAt,
  addressSet,
  formatAddress,
  parseRange,
  type AddressRange,
  type AddressSet,
} from '@iotedge-networking/addressing';
import type { DeviceComputeNetwork } from '@iotedge-networking/contract';

/** Whom to ask whether they are there. */
export interface ProbeTargets {
  /** Addresses that the device is going to give away. */
  readonly wanted: readonly string[];
  /** Addresses of the subnet that nobody is known to have, to find out about routers that answer for everybody. */
  readonly control: readonly string[];
  /** Wanted addresses beyond the limit, which are not asked. */
  readonly omitted: bigint;
}

/** Picks the addresses to ask for one device: node IPs and external service IPs, up to `limit`, and three others of the subnet. */
export function addressesToProbe(compute: DeviceComputeNetwork, limit: number): ProbeTargets {
  const declared = rangesOf([...texts(compute.nodeIps), ...Object.values(compute.externalServiceIps).flat()]);
  const wanted: string[] = [];
  for (const address of declared.iterate()) {
    if (wanted.length === limit) break;
    wanted.push(formatAddress(address));
  }
  const taken = rangesOf([...texts(compute.gateway), ...Object.values(compute.otherAddresses ?? {})]);
  const control = spread(rangesOf(texts(compute.subnet)).difference(declared).difference(taken));
  return { wanted, control, omitted: declared.count - BigInt(wanted.length) };
}

function texts(text: string | undefined): readonly string[] {
  return text === undefined ? [] : [text];
}

function rangesOf(all: readonly string[]): AddressSet {
  const ranges = all.map((text) => parseRange(text));
  return addressSet(ranges.flatMap((parsed): readonly AddressRange[] => (parsed.ok ? [parsed.range] : [])));
}

/** The middles of three stretches, far from the ends that are network, broadcast and, often, gateways. */
function spread(free: AddressSet): readonly string[] {
  const [largest] = [...free.ranges].sort((a, b) => (a.last - a.first < b.last - b.first ? 1 : -1));
  if (largest === undefined || largest.last - largest.first < 8n) return [];
  const step = (largest.last - largest.first) / 4n;
  return [1n, 2n, 3n].map((part) => formatAddress(addressAt(largest.family, largest.first + part * step)));
}
