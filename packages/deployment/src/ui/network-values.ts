import type { DeviceComputeNetwork } from '@iotedge-networking/contract';
import { splitRanges, type ValueChange } from '@iotedge-networking/dashboard';

/** A Compute network as plain texts by path: `nodeIps`, `externalServiceIps.default`, `bgpPeers` (JSON). What is absent has no entry. */
export function networkValues(compute: DeviceComputeNetwork): ReadonlyMap<string, string> {
  const { externalServiceIps, bgpPeers, otherAddresses, routes, ...rest } = compute;
  const plain: Readonly<Record<string, string | number | boolean | undefined>> = rest;
  const entries = Object.entries(plain).flatMap(([field, value]): readonly [string, string][] =>
    value === undefined || value === '' ? [] : [[field, String(value)]],
  );
  const pools = Object.entries(externalServiceIps).map(([name, ranges]): [string, string] => [
    `${POOLS}${name}`,
    ranges.join(','),
  ]);
  const lists = Object.entries({ bgpPeers, otherAddresses, routes }).flatMap(
    ([field, value]): readonly [string, string][] =>
      value === undefined || Object.keys(value).length === 0 ? [] : [[field, JSON.stringify(value)]],
  );
  return new Map([...entries, ...pools, ...lists]);
}

const POOLS = 'externalServiceIps.';

/** The values in which two Compute networks differ. */
export function networkChanges(before: DeviceComputeNetwork, after: DeviceComputeNetwork): readonly ValueChange[] {
  const [from, to] = [networkValues(before), networkValues(after)];
  const paths = [...new Set([...from.keys(), ...to.keys()])].sort();
  return paths.flatMap((path) => {
    const [old, next] = [from.get(path), to.get(path)];
    if (old === next) return [];
    return [{ path, ...(old === undefined ? {} : { from: old }), ...(next === undefined ? {} : { to: next }) }];
  });
}

/** Whether every value that was changed is still as the change left it. */
export function isAsLeft(compute: DeviceComputeNetwork, changes: readonly ValueChange[]): boolean {
  const values = networkValues(compute);
  return changes.every(({ path, to }) => values.get(path) === to);
}

/** The Compute network with these values as they were before. */
export function withoutChanges(compute: DeviceComputeNetwork, changes: readonly ValueChange[]): DeviceComputeNetwork {
  const values = new Map(networkValues(compute));
  for (const { path, from } of changes) {
    if (from === undefined) values.delete(path);
    else values.set(path, from);
  }
  const text = (field: 'subnet' | 'gateway' | 'nodeIps') => {
    const value = values.get(field);
    return value === undefined ? {} : { [field]: value };
  };
  const json = (field: 'otherAddresses' | 'routes') => {
    const value = values.get(field);
    return value === undefined ? {} : { [field]: JSON.parse(value) as unknown };
  };
  const pools = [...values].filter(([path]) => path.startsWith(POOLS));
  return {
    ...text('subnet'),
    ...text('gateway'),
    ...text('nodeIps'),
    ...(values.get('kubernetes') === 'aks' ? { kubernetes: 'aks' as const } : {}),
    ...json('otherAddresses'),
    ...json('routes'),
    deviceNodes: Number(values.get('deviceNodes') ?? compute.deviceNodes),
    externalServiceIps: Object.fromEntries(
      pools.map(([path, ranges]) => [path.slice(POOLS.length), splitRanges(ranges)]),
    ),
    podSubnet: values.get('podSubnet') ?? compute.podSubnet,
    clusterIpSubnet: values.get('clusterIpSubnet') ?? compute.clusterIpSubnet,
    announce: values.get('announce') === 'bgp' ? 'bgp' : 'layer2',
    bgpPeers: JSON.parse(values.get('bgpPeers') ?? '[]') as DeviceComputeNetwork['bgpPeers'],
    managePools: values.get('managePools') === 'true',
  };
}
