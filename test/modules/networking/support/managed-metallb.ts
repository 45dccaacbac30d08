import { readConfigMap, readResources } from '@iotedge-networking/metallb';
import type { Change } from '../../../../modules/networking/src/decide/change.ts';
import type {
  LoadBalancerView,
  MetalLbConfigMap,
  MetalLbObject,
  MetalLbSource,
} from '../../../../modules/networking/src/gather/snapshot.ts';
import { OWN } from './build-snapshot.ts';

const NAMESPACE = 'metallb-system';
type Objects = Extract<MetalLbSource, { readonly dialect: 'crd' }>['objects'];

const MODEL_KINDS = {
  ipaddresspools: 'pools',
  l2advertisements: 'l2Advertisements',
  bgpadvertisements: 'bgpAdvertisements',
  bgppeers: 'bgpPeers',
} as const;

/** One object of MetalLB; ours unless told otherwise. */
export function poolObject(
  name: string,
  spec: object,
  change: Partial<MetalLbObject> & { labels?: object } = {},
): MetalLbObject {
  const { labels = OWN, ...rest } = change;
  const metadata = { name, namespace: NAMESPACE, labels: labels as Record<string, string> };
  return { metadata, spec, uid: `uid-${name}`, annotations: {}, ...rest };
}

/** A pool of ours that the document declared as it is. */
export function ownPool(name: string, addresses: string): MetalLbObject {
  const annotations = { 'iotedge-networking/declared': addresses };
  return poolObject(name, { addresses: addresses.split(',') }, { annotations });
}

/** MetalLB since 0.13 with these objects. */
export function managedCrd(objects: Objects = {}, version = '0.14.9'): LoadBalancerView {
  const outcome = readResources(objects, { namespace: NAMESPACE });
  const source = { dialect: 'crd', namespace: NAMESPACE, versions: { bgppeers: 'v1beta2' }, objects } as const;
  return { kind: 'metallb', dialect: 'crd', version, source, ...(outcome.ok ? { config: outcome.value } : {}) };
}

/** MetalLB up to 0.12 with this text; undefined is a ConfigMap without its key. */
export function managedConfigMap(text: string | undefined, annotations: Record<string, string> = {}): LoadBalancerView {
  const configMap: MetalLbConfigMap = {
    ...{ name: 'config', uid: 'uid-config', resourceVersion: '7', annotations },
    ...(text === undefined ? {} : { text }),
  };
  const outcome = text === undefined ? undefined : readConfigMap(text);
  const source = { dialect: 'configmap', namespace: NAMESPACE, configMap } as const;
  const config = outcome?.ok === true ? { config: outcome.value } : {};
  return { kind: 'metallb', dialect: 'configmap', version: '0.12', source, ...config };
}

/** MetalLB's configuration after the changes were written, one after the other; throws where its webhook would refuse one. */
export function writePools(loadBalancer: LoadBalancerView, changes: readonly Change[]): LoadBalancerView {
  return changes.reduce(writePoolChange, loadBalancer);
}

function writePoolChange(view: LoadBalancerView, change: Change): LoadBalancerView {
  if (view.kind === 'none' || view.source === undefined) return view;
  if (change.kind === 'edit-config-map') {
    const stated = Object.entries(change.annotations).filter((entry): entry is [string, string] => entry[1] !== null);
    return managedConfigMap(change.text, Object.fromEntries(stated));
  }
  if (view.source.dialect === 'configmap' || !('object' in change)) return view;
  const { resource, name, annotations } = change.object;
  const kind = MODEL_KINDS[resource];
  const list = view.source.objects[kind] ?? [];
  const others = list.filter(({ metadata }) => metadata.name !== name);
  const before = list.find(({ metadata }) => metadata.name === name);
  if ((before === undefined) !== (change.kind === 'create-pool-object')) throw new Error(`${change.kind} ${name}`);
  const written = (spec: object): MetalLbObject => {
    const stated = Object.entries({ ...(before?.spec as object | undefined), ...spec }).filter(
      ([, value]) => value !== null,
    );
    return poolObject(name, Object.fromEntries(stated), { annotations });
  };
  const objects = change.kind === 'delete-pool-object' ? others : [...others, written(change.object.spec)];
  const after = managedCrd({ ...view.source.objects, [kind]: objects }, view.version);
  if (after.kind === 'metallb' && after.config === undefined)
    throw new Error(`the webhook refuses ${change.kind} ${name}`);
  return after;
}
