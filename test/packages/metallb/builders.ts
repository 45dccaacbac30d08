import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { LoadBalancerModel, readResources } from '@iotedge-networking/metallb';
import type {
  LoadBalancerService,
  MetalLbConfig,
  MetalLbResource,
  MetalLbResources,
  ModelOptions,
  ModelOutcome,
} from '@iotedge-networking/metallb';

/** A resource by name and spec. */
export const resource = (name: string, spec: object, labels?: Record<string, string>): MetalLbResource => ({
  metadata: { name, labels },
  spec,
});

/** A valid configuration from resources. */
export function configOf(resources: MetalLbResources): MetalLbConfig {
  const result = readResources(resources, { nodes: [] });
  assert.ok(result.ok, result.ok ? '' : result.problems.map(({ message }) => message).join('\n'));
  return result.value;
}

/** Pools by name: addresses, or a whole spec. */
export function pools(specs: Record<string, string[] | object>): MetalLbConfig {
  const items = Object.entries(specs).map(([name, spec]) =>
    resource(name, Array.isArray(spec) ? { addresses: spec as string[] } : spec),
  );
  return configOf({ pools: items });
}

/** A Service with the defaults of the recorded cases: tcp/80, one IPv4 cluster IP. */
export function service(key: string, parts: Partial<LoadBalancerService> = {}): LoadBalancerService {
  const [namespace = '', name = ''] = key.split('/');
  return { namespace, name, clusterIPs: ['10.96.0.10'], ports: [{ port: 80 }], ...parts };
}

/** The cluster IPs of a dual-stack Service. */
export const dualStack = { clusterIPs: ['10.96.0.10', 'fd00:96::10'] };

/** A model that has read these pools. */
export function modelWith(specs: Record<string, string[] | object>, options: ModelOptions = {}): LoadBalancerModel {
  return new LoadBalancerModel({ ...options, config: pools(specs) });
}

/** What happened, as lines `Type Reason service`. */
export const eventLines = ({ events }: ModelOutcome): string[] =>
  events.map(({ type, reason, service: key }) => `${type} ${reason} ${key}`);

/** The addresses of a Service. */
export const addressesOf = (model: LoadBalancerModel, key: string): readonly string[] =>
  model.service(key)?.addresses ?? ['unknown'];

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
