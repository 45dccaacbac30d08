import { readConfigMap, readResources, type MetalLbConfig, type MetalLbResource } from '@iotedge-networking/metallb';
import type { KubeObject, ObjectClient, ResourceRef } from '../cluster/object-client.ts';
import { METALLB_NAMESPACE, type MetalLbOptions } from './metallb-options.ts';

const configMaps: ResourceRef = { group: '', version: 'v1', plural: 'configmaps' };
const nodes: ResourceRef = { group: '', version: 'v1', plural: 'nodes' };
const resource = (plural: string, version = 'v1beta1'): ResourceRef => ({ group: 'metallb.io', version, plural });

const COLLECTIONS = {
  pools: resource('ipaddresspools'),
  l2Advertisements: resource('l2advertisements'),
  bgpAdvertisements: resource('bgpadvertisements'),
  bgpPeers: resource('bgppeers', 'v1beta2'),
  bfdProfiles: resource('bfdprofiles'),
  communities: resource('communities'),
} as const;

/** The configuration as it stands in the cluster: valid, refused with MetalLB's reasons, or not there at all. */
export type FoundConfiguration =
  | { readonly kind: 'valid'; readonly config: MetalLbConfig }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] }
  | { readonly kind: 'absent' };

/** The collections in which a dialect keeps its configuration; watch these to follow it. */
export function configurationSources(dialect: MetalLbOptions['dialect']): readonly ResourceRef[] {
  return dialect === 'configmap' ? [configMaps] : [...Object.values(COLLECTIONS), nodes];
}

/** Whether a changed object can change the configuration. */
export function concernsConfiguration(object: KubeObject): boolean {
  const { name, namespace } = object.metadata;
  return object.kind === 'ConfigMap'
    ? namespace === METALLB_NAMESPACE && name === 'config'
    : object.apiVersion.startsWith('metallb.io/');
}

/** Reads the configuration by the dialect's own rules. */
export function readConfiguration(client: ObjectClient, dialect: MetalLbOptions['dialect']): FoundConfiguration {
  const outcome = dialect === 'configmap' ? readLegacy(client) : readCustomResources(client);
  if (outcome === undefined) return { kind: 'absent' };
  if (outcome.ok) return { kind: 'valid', config: outcome.value };
  return { kind: 'refused', reasons: outcome.problems.map(({ message }) => message) };
}

function readLegacy(client: ObjectClient): ReturnType<typeof readConfigMap> | undefined {
  const data = client.get(configMaps, { namespace: METALLB_NAMESPACE, name: 'config' })?.['data'] as
    Record<string, string> | undefined;
  return data?.['config'] === undefined ? undefined : readConfigMap(data['config']);
}

function readCustomResources(client: ObjectClient): ReturnType<typeof readResources> {
  const found = Object.entries(COLLECTIONS).map(
    ([name, ref]) => [name, client.list(ref) as readonly MetalLbResource[]] as const,
  );
  return readResources(Object.fromEntries(found), { namespace: METALLB_NAMESPACE });
}
