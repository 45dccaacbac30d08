import { parseRange, rangeContains, parseAddress } from '@iotedge-networking/addressing';
import type { AddressUse, DeviceView } from '../../view/index.ts';
import { addressGrid, type AddressGrid } from './address-grid.ts';

/** One range of the device with its cells. */
export interface MapSection {
  readonly key: string;
  /** `nodes`, or the name of a pool. */
  readonly pool?: string;
  readonly grid: AddressGrid;
}

/** What the address map shows of a device. */
export interface AddressMap {
  readonly sections: readonly MapSection[];
  /** Addresses in use that lie in none of the sections. */
  readonly outside: readonly AddressUse[];
}

/** Lays out the node IPs and every pool: the ranges that the cluster has, else those that are meant. */
export function addressMap(device: DeviceView, maxCells: number): AddressMap {
  const sections = [
    ...section('nodes', undefined, device.computeNetwork.nodeIps ?? ''),
    ...poolRanges(device).flatMap(({ name, ranges }) =>
      ranges.flatMap((text, index) => section(`${name} ${index}`, name, text)),
    ),
  ];
  const ranges = sections.flatMap(({ grid }) => {
    const parsed = parseRange(grid.range);
    return parsed.ok ? [parsed.range] : [];
  });
  const outside = device.addresses.filter((use) => {
    const address = parseAddress(use.address);
    return use.kind !== 'gateway' && address !== undefined && !ranges.some((range) => rangeContains(range, address));
  });
  return { sections, outside };

  function section(key: string, pool: string | undefined, text: string): readonly MapSection[] {
    const grid = addressGrid(text, device.addresses, maxCells);
    return grid === undefined ? [] : [{ key, pool, grid }];
  }
}

interface PoolRanges {
  readonly name: string;
  readonly ranges: readonly string[];
}

function poolRanges({ pools, computeNetwork }: DeviceView): readonly PoolRanges[] {
  if (pools.length > 0) return pools;
  return Object.entries(computeNetwork.externalServiceIps).map(([name, ranges]) => ({ name, ranges }));
}
