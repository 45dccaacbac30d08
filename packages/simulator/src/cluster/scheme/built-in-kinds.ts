import {
  configMapStrategy,
  claimStrategy,
  eventStrategy,
  leaseStrategy,
  namespaceStrategy,
  nodeStrategy,
  plainStrategy,
  rbacStrategy,
  secretStrategy,
} from '../admission/core-strategies.ts';
import { crdStrategy } from '../admission/crd-strategy.ts';
import { endpointSliceStrategy, endpointsStrategy } from '../admission/endpoint-strategies.ts';
import type { EndpointRules } from '../admission/special-addresses.ts';
import { podStrategy } from '../admission/pod-strategy.ts';
import type { ServiceAllocators } from '../admission/service-addresses.ts';
import { serviceStrategy } from '../admission/service-strategy.ts';
import { daemonSetStrategy, deploymentStrategy, replicaSetStrategy } from '../admission/workload-strategies.ts';
import type { FieldSchema, StructSchema } from '../schema/field-schema.ts';
import type { ModelSchemas } from '../schema/model-schemas.ts';
import type { ServerFeatures } from '../server-version.ts';
import { eventFromCore, eventToCore, sliceFromV1, sliceToV1 } from './convert-versions.ts';
import { kindTable } from './kind-table.ts';
import type { KindEntry } from './kind-table.ts';
import type { ResourceKind, Strategy } from './resource-kind.ts';

/** What the built-in kinds depend on. */
export interface BuiltInOptions {
  readonly features: ServerFeatures;
  readonly models: ModelSchemas;
  readonly allocators: ServiceAllocators;
  readonly endpointRules: EndpointRules;
}

/** The built-in kinds in all their versions. */
export function builtInKinds(options: BuiltInOptions): readonly ResourceKind[] {
  const { features, allocators, endpointRules } = options;
  const strategies: Readonly<Record<string, Strategy>> = {
    plain: plainStrategy,
    lease: leaseStrategy,
    configMap: configMapStrategy,
    endpoints: endpointsStrategy(endpointRules),
    event: eventStrategy,
    namespace: namespaceStrategy(features),
    node: nodeStrategy,
    claim: claimStrategy,
    pod: podStrategy,
    secret: secretStrategy,
    service: serviceStrategy(features, allocators),
    crd: crdStrategy,
    daemonSet: daemonSetStrategy,
    deployment: deploymentStrategy,
    replicaSet: replicaSetStrategy,
    endpointSlice: endpointSliceStrategy(endpointRules),
    rbac: rbacStrategy,
  };
  return kindTable.flatMap((entry) => {
    const strategy = strategies[entry.rules];
    if (strategy === undefined) throw new Error(`no rules named ${entry.rules}`);
    return entry.versions.map((version) => {
      const served = entry.group !== 'discovery.k8s.io' || features.endpointSliceVersions.includes(version as 'v1');
      return { ...resourceKind(entry, version, strategy, options), served };
    });
  });
}

function resourceKind(
  entry: KindEntry,
  version: string,
  strategy: Strategy,
  options: BuiltInOptions,
): Omit<ResourceKind, 'served'> {
  const schema = options.models.get(entry.model);
  if (schema === undefined) throw new Error(`no model ${entry.model}`);
  return {
    group: entry.group,
    version,
    kind: entry.kind,
    plural: entry.plural,
    singular: entry.kind.toLowerCase(),
    shortNames: entry.shortNames ?? [],
    categories: entry.inAll === true ? ['all'] : [],
    namespaced: entry.namespaced,
    subresources: entry.subresources ?? [],
    collection: entry.kind === 'Event' || entry.group === '' ? entry.plural : `${entry.plural}.${entry.group}`,
    schema: version === 'v1beta1' ? withTopology(schema) : schema,
    strategy,
    ...conversionOf(entry, version, options.features),
  };
}

function conversionOf(
  entry: KindEntry,
  version: string,
  features: ServerFeatures,
): Pick<ResourceKind, 'toStorage' | 'fromStorage'> {
  if (entry.group === 'events.k8s.io') return { toStorage: eventToCore, fromStorage: eventFromCore };
  if (entry.group === 'discovery.k8s.io' && version === 'v1beta1') {
    const keepsNodeName = features.minor >= 21;
    return {
      toStorage: (object) => sliceToV1(object, keepsNodeName),
      fromStorage: (object) => sliceFromV1(object, keepsNodeName),
    };
  }
  return {};
}

/** The v1beta1 endpoint has a map `topology` where v1 has `zone` and `deprecatedTopology`. */
function withTopology(schema: StructSchema): StructSchema {
  const endpoints = schema.fields.get('endpoints');
  if (endpoints?.type !== 'list' || endpoints.items.type !== 'struct') return schema;
  const fields = new Map<string, FieldSchema>(endpoints.items.fields);
  fields.set('topology', { type: 'map', values: { type: 'string' } });
  fields.delete('zone');
  fields.delete('deprecatedTopology');
  const items: StructSchema = { ...endpoints.items, name: 'V1beta1Endpoint', fields };
  const slice = new Map<string, FieldSchema>(schema.fields);
  slice.set('endpoints', { ...endpoints, items });
  return { ...schema, name: 'V1beta1EndpointSlice', fields: slice };
}
