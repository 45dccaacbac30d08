import type { ClusterView } from '../cluster/cluster-watch.ts';
import {
  objectKey,
  type ClusterPod,
  type ClusterSlice,
  type ProbeFindings,
  type Snapshot,
  type WriteFailure,
} from './snapshot.ts';

/** Everything that is known now, in one value. */
export function takeSnapshot(
  view: ClusterView,
  failures: ReadonlyMap<string, WriteFailure>,
  probes?: ProbeFindings,
): Snapshot {
  const { pods, slices, nodes, podNamespaces, ...rest } = view;
  const byNamespace = new Map([...podNamespaces].map((namespace): [string, ClusterPod[]] => [namespace, []]));
  for (const pod of pods.values()) byNamespace.get(pod.namespace)?.push(pod);
  return {
    ...rest,
    slices: slicesByService(slices.values()),
    pods: byNamespace,
    nodes: [...nodes.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    failures,
    probes,
  };
}

function slicesByService(slices: Iterable<ClusterSlice>): ReadonlyMap<string, readonly ClusterSlice[]> {
  const byService = new Map<string, ClusterSlice[]>();
  for (const slice of slices) {
    const key = objectKey({ namespace: slice.namespace, name: slice.service });
    const known = byService.get(key);
    if (known === undefined) byService.set(key, [slice]);
    else known.push(slice);
  }
  return byService;
}
