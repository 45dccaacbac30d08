import { readResources, type MetalLbResource, type MetalLbResources } from '@iotedge-networking/metallb';
import { addressSet } from '@iotedge-networking/addressing';
import type { MetalLbObject, MetalLbSource, PoolResource } from '../gather/snapshot.ts';
import { POOLS_KEY, type Change, type WantedPoolObject } from './change.ts';
import type { PoolPlan } from './pool-plan.ts';
import { areSame, rangesOf } from './device-conditions.ts';
import type { Note } from './device-note.ts';
import { DECLARED_ANNOTATION, isOwn } from './identity.ts';
import { wantedPoolObjects, type WantedPools } from './wanted-pools.ts';

type CrdSource = Extract<MetalLbSource, { readonly dialect: 'crd' }>;

const MODEL_KINDS = {
  ipaddresspools: 'pools',
  l2advertisements: 'l2Advertisements',
  bgpadvertisements: 'bgpAdvertisements',
  bgppeers: 'bgpPeers',
} as const satisfies Record<PoolResource, keyof MetalLbResources>;

interface Step {
  readonly change: Change;
  readonly resource: PoolResource;
  readonly name: string;
  /** The object afterwards; absent when it is deleted. */
  readonly after?: MetalLbResource;
  /** Steps are done in this order. */
  readonly rank: number;
}

/**
 * Plans managed pools since MetalLB 0.13. Pools must never overlap, so what gives addresses back goes before what takes new ones; peers and pools go before
 * the advertisements that speak of them, and what is not wanted any more is deleted last, but for pools.
 */
export function planPoolObjects(wanted: WantedPools, source: CrdSource, instance: string): PoolPlan {
  const objects = wantedPoolObjects(wanted, source);
  const decided = objects.map((object) => decideObject(object, present(source, object), instance));
  const skipped = new Set(decided.flatMap(({ foreign }) => foreign ?? []));
  const steps = decided.flatMap(({ step, object }) => {
    const isAdvertisement = object.resource.endsWith('advertisements');
    return step === undefined || (isAdvertisement && skipped.has(object.name)) ? [] : [step];
  });
  const removals = removalsOf(objects, source, instance);
  const ordered = [...steps, ...removals].sort((a, b) => a.rank - b.rank);
  return {
    changes: ordered.map(({ change }) => change),
    stages: stagesOf(ordered, source),
    declaredBefore: ownPools(source, instance).flatMap(({ annotations }) => annotations[DECLARED_ANNOTATION] ?? []),
    notes: decided.flatMap(({ note }) => note ?? []),
  };
}

interface ObjectDecision {
  readonly object: WantedPoolObject;
  readonly step?: Step;
  /** Name of a pool that is somebody else's. */
  readonly foreign?: string;
  readonly note?: Note;
}

function decideObject(object: WantedPoolObject, actual: MetalLbObject | undefined, instance: string): ObjectDecision {
  const { resource, name } = object;
  if (actual === undefined) {
    const change = { kind: 'create-pool-object', service: POOLS_KEY, early: true, object } as const;
    return { object, step: { change, resource, name, after: resourceOf(object), rank: RANKS[resource].create } };
  }
  const isDifferent = differs(object, actual);
  if (!isOwn({ labels: actual.metadata.labels ?? {} }, instance)) {
    const message = `${resource}.metallb.io ${name} exists, belongs to somebody else and differs from the document; it is not touched.`;
    const foreign = resource === 'ipaddresspools' ? { foreign: name } : {};
    return { object, ...foreign, ...(isDifferent ? { note: { reason: 'PoolChangeRefused', message } } : {}) };
  }
  if (!isDifferent && !isRedeclared(object, actual)) return { object };
  const change = { kind: 'edit-pool-object', service: POOLS_KEY, early: true, uid: actual.uid, object } as const;
  const grows = resource === 'ipaddresspools' && growth(object, actual) > 0n;
  const spec = { ...(actual.spec as object), ...object.spec };
  const after = { metadata: actual.metadata, spec: Object.fromEntries(Object.entries(spec).filter(isSaid)) };
  return {
    object,
    step: { change, resource, name, after, rank: grows ? RANKS[resource].create : RANKS[resource].edit },
  };
}

/** The numbers only order: give back, take, speak of, let go. */
const RANKS: Readonly<
  Record<PoolResource, { readonly edit: number; readonly create: number; readonly remove: number }>
> = {
  ipaddresspools: { remove: 0, edit: 1, create: 2 },
  bgppeers: { edit: 3, create: 3, remove: 6 },
  l2advertisements: { edit: 4, create: 4, remove: 5 },
  bgpadvertisements: { edit: 4, create: 4, remove: 5 },
};

const LAST_GIVING_BACK = 1;

function isSaid([, value]: readonly [string, unknown]): boolean {
  return value !== null;
}

function resourceOf({ name, namespace, spec }: WantedPoolObject): MetalLbResource {
  return { metadata: { name, namespace }, spec: Object.fromEntries(Object.entries(spec).filter(isSaid)) };
}

function differs({ resource, spec }: WantedPoolObject, actual: MetalLbObject): boolean {
  const present = (actual.spec ?? {}) as Readonly<Record<string, unknown>>;
  if (resource === 'ipaddresspools') return !areSame(listText(spec.addresses), listText(present.addresses));
  return Object.entries(spec).some(([key, value]) => JSON.stringify(value) !== JSON.stringify(present[key] ?? null));
}

function isRedeclared({ annotations }: WantedPoolObject, actual: MetalLbObject): boolean {
  return Object.entries(annotations).some(([key, value]) => actual.annotations[key] !== value);
}

function growth({ spec }: WantedPoolObject, actual: MetalLbObject): bigint {
  const before = addressSet(
    rangesOf(listText((actual.spec as { readonly addresses?: unknown } | undefined)?.addresses)),
  );
  return addressSet(rangesOf(listText(spec.addresses))).difference(before).count;
}

function listText(list: unknown): string {
  return Array.isArray(list) ? list.map(String).join(',') : '';
}

function present({ objects }: CrdSource, { resource, name }: WantedPoolObject): MetalLbObject | undefined {
  return objects[MODEL_KINDS[resource]]?.find(({ metadata }) => metadata.name === name);
}

function ownPools({ objects }: CrdSource, instance: string): readonly MetalLbObject[] {
  return (objects.pools ?? []).filter(({ metadata }) => isOwn({ labels: metadata.labels ?? {} }, instance));
}

function removalsOf(wanted: readonly WantedPoolObject[], source: CrdSource, instance: string): readonly Step[] {
  const kept = new Set(wanted.map(({ resource, name }) => `${resource}/${name}`));
  return (Object.keys(MODEL_KINDS) as PoolResource[]).flatMap((resource) => {
    const own = (source.objects[MODEL_KINDS[resource]] ?? []).filter(({ metadata }) =>
      isOwn({ labels: metadata.labels ?? {} }, instance),
    );
    const gone = own.filter(({ metadata }) => !kept.has(`${resource}/${metadata.name}`));
    return gone.map(({ uid, metadata: { name } }): Step => {
      const version = source.versions[resource] ?? 'v1beta1';
      const object = { resource, version, namespace: source.namespace, name, annotations: {} };
      const change = { kind: 'delete-pool-object', service: POOLS_KEY, early: true, uid, object } as const;
      return { change, resource, name, rank: RANKS[resource].remove };
    });
  });
}

/** Two stages matter: after addresses were given back, and the end. */
function stagesOf(steps: readonly Step[], source: CrdSource): PoolPlan['stages'] {
  const first = steps.filter(({ rank }) => rank <= LAST_GIVING_BACK);
  const stages = first.length === 0 || first.length === steps.length ? [steps] : [first, steps];
  return stages.map((done) => readResources(resourcesAfter(done, source), { namespace: source.namespace }));
}

function resourcesAfter(steps: readonly Step[], { objects }: CrdSource): MetalLbResources {
  const after: Partial<Record<keyof MetalLbResources, readonly MetalLbResource[]>> = { ...objects };
  for (const { resource, name, after: object } of steps) {
    const kind = MODEL_KINDS[resource];
    const list = after[kind] ?? [];
    const isThere = list.some(({ metadata }) => metadata.name === name);
    const changed = list.flatMap((one) => (one.metadata.name === name ? (object ?? []) : one));
    after[kind] = isThere || object === undefined ? changed : [...list, object];
  }
  return after;
}
