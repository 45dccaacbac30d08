import { parseRange, rangeSize } from '@iotedge-networking/addressing';
import { announcer, type LoadBalancerModel, type ServiceState, type SpeakerNode } from '@iotedge-networking/metallb';
import type { PlannedAnnouncer } from './device-plan.ts';

/** What is known of the nodes of a device. */
export interface KnownNodes {
  /** Nodes by name; absent before the device has reported. */
  readonly nodes?: readonly SpeakerNode[];
  /** Kubernetes node IPs as declared. */
  readonly nodeIps?: string;
  /** SHA-256 of a text in lower-case hexadecimal. */
  readonly sha256?: (text: string) => string;
}

/** Who will answer for a Service's address: a certain node where the nodes are known by name, otherwise one of so many. */
export function plannedAnnouncer(
  model: LoadBalancerModel,
  { service, addresses }: ServiceState,
  known: KnownNodes,
): PlannedAnnouncer | undefined {
  const { config, version } = model;
  if (config === undefined || addresses.length === 0) return undefined;
  const protocol = config.l2Advertisements.length > 0 ? 'layer2' : 'bgp';
  const { nodes = [], sha256 } = known;
  if (nodes.length === 0 || sha256 === undefined) return { protocol, nodes: countOf(known.nodeIps) };
  const found = announcer({ ...service, addresses }, { config, version, nodes, sha256 });
  if (!found.announced || found.protocol === 'bgp') return { protocol, nodes: nodes.length };
  return { protocol, node: found.node, nodes: nodes.length };
}

function countOf(nodeIps: string | undefined): number | undefined {
  const parsed = parseRange(nodeIps ?? '');
  return parsed.ok ? Number(rangeSize(parsed.range)) : undefined;
}

/** `k8s-1`, `one of 2 nodes`, `2 nodes (BGP)`. */
export function announcerText(announcer: PlannedAnnouncer | undefined): string {
  if (announcer === undefined) return '';
  const { protocol, node, nodes } = announcer;
  if (node !== undefined) return node;
  if (protocol === 'bgp') return nodes === undefined ? 'every node (BGP)' : `all ${nodes} nodes (BGP)`;
  return nodes === undefined ? 'one node' : `one of ${nodes} nodes`;
}
