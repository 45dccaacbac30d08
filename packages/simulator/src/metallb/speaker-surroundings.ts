import type { ReadyEndpoint, SpeakerNode } from '@iotedge-networking/metallb';
import type { KubeObject, ObjectClient, ResourceRef } from '../cluster/object-client.ts';

const nodes: ResourceRef = { group: '', version: 'v1', plural: 'nodes' };
const endpointSlices: ResourceRef = { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices' };

interface Condition {
  readonly type: string;
  readonly status: string;
}

/** The nodes as speakers see them: one speaker runs on each ready node. */
export function speakerNodes(client: ObjectClient): readonly SpeakerNode[] {
  return client.list(nodes).map((node) => ({
    name: node.metadata.name,
    labels: node.metadata.labels,
    hasSpeaker: hasCondition(node, 'Ready'),
    networkUnavailable: hasCondition(node, 'NetworkUnavailable'),
  }));
}

function hasCondition(node: KubeObject, type: string): boolean {
  const { conditions = [] } = (node['status'] ?? {}) as { conditions?: readonly Condition[] };
  return conditions.some((condition) => condition.type === type && condition.status === 'True');
}

interface SliceEndpoint {
  readonly nodeName?: string;
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean };
}

/** The endpoints of a Service that can serve. */
export function readyEndpoints(
  client: ObjectClient,
  service: { readonly namespace: string; readonly name: string },
): readonly ReadyEndpoint[] {
  const labelSelector = `kubernetes.io/service-name=${service.name}`;
  const slices = client.list(endpointSlices, { namespace: service.namespace, labelSelector });
  return slices
    .flatMap((slice) => (slice['endpoints'] ?? []) as readonly SliceEndpoint[])
    .filter(({ conditions }) => conditions?.serving ?? conditions?.ready ?? true)
    .map(({ nodeName }) => ({ node: nodeName }));
}
