import type { ClusterNamespace, ClusterNode } from '../gather/snapshot.ts';
import { hasCondition, type RawCondition, type RawMeta } from './raw-object.ts';

interface RawNode {
  readonly metadata?: RawMeta;
  readonly status?: {
    readonly addresses?: readonly { readonly type?: string; readonly address?: string }[];
    readonly conditions?: readonly RawCondition[];
  };
}

const MASTER_LABELS = ['node-role.kubernetes.io/master', 'node-role.kubernetes.io/control-plane'];

/** Takes from a node what is reported and what decides who announces addresses. */
export function readNode(object: unknown): ClusterNode {
  const { metadata = {}, status = {} } = object as RawNode;
  const labels = metadata.labels ?? {};
  return {
    name: metadata.name ?? '',
    ip: status.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '',
    role: MASTER_LABELS.some((label) => labels[label] !== undefined) ? 'master' : 'worker',
    ready: hasCondition(status.conditions, 'Ready'),
    networkUnavailable: hasCondition(status.conditions, 'NetworkUnavailable'),
    labels,
  };
}

/** Takes from a namespace its name and labels. */
export function readNamespace(object: unknown): ClusterNamespace {
  const { metadata = {} } = object as { readonly metadata?: RawMeta };
  return { name: metadata.name ?? '', labels: metadata.labels ?? {} };
}
