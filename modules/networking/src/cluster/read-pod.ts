import type { ClusterPod } from '../gather/snapshot.ts';
import { hasCondition, readIdentity, type RawCondition, type RawMeta } from './raw-object.ts';

interface RawPod {
  readonly metadata?: RawMeta;
  readonly spec?: { readonly nodeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly podIPs?: readonly { readonly ip?: string }[];
    readonly conditions?: readonly RawCondition[];
  };
}

/** Takes from a pod what endpoints are made of. */
export function readPod(object: unknown): ClusterPod {
  const { metadata = {}, spec, status = {} } = object as RawPod;
  const ips = (status.podIPs ?? [{ ip: status.podIP }]).flatMap(({ ip = '' }) => (ip === '' ? [] : [ip]));
  const finished = status.phase === 'Succeeded' || status.phase === 'Failed';
  return {
    ...readIdentity(metadata),
    labels: metadata.labels ?? {},
    ips,
    ...(spec?.nodeName === undefined ? {} : { nodeName: spec.nodeName }),
    ready: hasCondition(status.conditions, 'Ready'),
    ended: finished || metadata.deletionTimestamp !== undefined,
  };
}
