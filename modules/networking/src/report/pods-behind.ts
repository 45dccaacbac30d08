import type { ClusterView } from '../cluster/cluster-watch.ts';
import type { ClusterPod, ClusterSlice } from '../gather/snapshot.ts';

/** A pod behind a Service, as `explain` tells it. */
export interface PodBehind {
  readonly name: string;
  readonly ip?: string;
  readonly node?: string;
  readonly ready: boolean;
}

/** Answers are small; a Service over more pods than this is told of the first. */
const MOST_PODS = 50;

type Known = Pick<ClusterView, 'services' | 'slices' | 'pods'>;

/**
 * The pods behind a Service, by name: the endpoints of the slices that the module keeps itself, else the pods that the Service selects, as far as their namespace is
 * watched at all.
 */
export function podsBehind(view: Known, namespace: string, name: string): readonly PodBehind[] {
  const own = [...view.slices.values()].filter(
    (slice) => slice.ours && slice.namespace === namespace && slice.service === name,
  );
  const pods = own.length > 0 ? own.flatMap(fromSlice) : fromSelector(view, namespace, name);
  return pods.sort((one, other) => (one.name < other.name ? -1 : 1)).slice(0, MOST_PODS);
}

function fromSlice({ endpoints }: ClusterSlice): PodBehind[] {
  return endpoints.map(({ address, ready, nodeName, pod }) => ({
    name: pod?.name ?? address,
    ip: address,
    ...(nodeName === undefined ? {} : { node: nodeName }),
    ready,
  }));
}

function fromSelector({ services, pods }: Known, namespace: string, name: string): PodBehind[] {
  const service = [...services.values()].find((one) => one.namespace === namespace && one.name === name);
  const wanted = Object.entries(service?.selector ?? {});
  if (wanted.length === 0) return [];
  const fits = (pod: ClusterPod): boolean =>
    pod.namespace === namespace && !pod.ended && wanted.every(([key, value]) => pod.labels[key] === value);
  return [...pods.values()].filter(fits).map(({ name: podName, ips, nodeName, ready }) => ({
    name: podName,
    ...(ips[0] === undefined ? {} : { ip: ips[0] }),
    ...(nodeName === undefined ? {} : { node: nodeName }),
    ready,
  }));
}
