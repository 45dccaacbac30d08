import { formatRange, parseRange, rangeIntersection, type AddressRange } from '@iotedge-networking/addressing';
import type { DeviceCase, Note } from './device-note.ts';

interface NamedRange {
  readonly what: string;
  readonly plane: 'pods' | 'cluster IPs' | 'nodes' | 'external';
  readonly range: AddressRange;
}

/**
 * Addresses that belong to two planes at once, of what was found in the cluster against what was found and declared. Kubernetes and MetalLB check nothing
 * of this: a pool over node addresses cuts off the nodes (MetalLB #364).
 */
export function rangeOverlaps(one: DeviceCase): readonly Note[] {
  const found = foundRanges(one);
  const others = [...found, ...declaredRanges(one)];
  const notes = found.flatMap((range, index) =>
    others.slice(index + 1).flatMap((other) => {
      const common = range.plane === other.plane ? undefined : rangeIntersection(range.range, other.range);
      return common === undefined
        ? []
        : [`In conflict: ${range.what} overlaps ${other.what} at ${formatRange(common)}.`];
    }),
  );
  return notes.map((message): Note => ({ reason: 'RangesOverlap', message }));
}

function foundRanges({ snapshot, model }: DeviceCase): readonly NamedRange[] {
  const pods = (snapshot.podNetwork?.pools ?? []).filter(({ disabled }) => !disabled);
  return [
    ...pods.flatMap(({ name, cidr }) => named(`the pod subnet ${cidr} (${name})`, 'pods', cidr)),
    ...model.pools.flatMap(({ name, ranges }) => named(`the pool ${name} (${ranges})`, 'external', ranges)),
    ...snapshot.nodes.flatMap(({ name, ip }) => named(`the node ${name} (${ip})`, 'nodes', ip)),
  ];
}

function declaredRanges({ desired }: DeviceCase): readonly NamedRange[] {
  const { nodeIps = '', clusterIpSubnet = '', externalServiceIps = {} } = desired?.computeNetwork ?? {};
  return [
    ...named(`the declared cluster IP subnet ${clusterIpSubnet}`, 'cluster IPs', clusterIpSubnet),
    ...named(`the declared node IPs ${nodeIps}`, 'nodes', nodeIps),
    ...Object.values(externalServiceIps).flatMap((ranges) =>
      named(`the declared external service IPs ${ranges}`, 'external', ranges),
    ),
  ];
}

function named(what: string, plane: NamedRange['plane'], text: string): readonly NamedRange[] {
  return text.split(',').flatMap((part) => {
    const parsed = parseRange(part);
    return parsed.ok ? [{ what, plane, range: parsed.range }] : [];
  });
}
