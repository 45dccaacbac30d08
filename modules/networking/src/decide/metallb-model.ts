import { createHash } from 'node:crypto';
import { parseAddress, parseRange, rangeContains } from '@iotedge-networking/addressing';
import {
  announcer,
  type LoadBalancerModel,
  wouldAccept,
  type MetalLbConfig,
  type PoolCounters,
  type ReadyEndpoint,
  type SpeakerNode,
} from '@iotedge-networking/metallb';
import {
  objectKey,
  type ClusterService,
  type Announcers,
  type LoadBalancerView,
  type Snapshot,
} from '../gather/snapshot.ts';
import type { AddressModel, AddressVerdict, Announcement, PoolUse, Refusal } from './address-model.ts';
import { absentModel, unreadableModel } from './silent-model.ts';
import { modelService, servedBy, toldByCluster } from './told-model.ts';

/**
 * The exact model of MetalLB, told of everything that stands in the cluster. Where nothing is known of the configuration, no change to a Service that
 * holds an address counts as safe.
 */
export function metalLbModel(snapshot: Snapshot): AddressModel {
  return rememberingModel()(snapshot);
}

/**
 * Models for pass after pass. As long as neither a Service nor the configuration has changed, what was told once is not told again: with thousands of Services that
 * costs more than the rest of a pass.
 */
export function rememberingModel(): (snapshot: Snapshot) => AddressModel {
  let told: Told | undefined;
  return (snapshot) => {
    const { loadBalancer } = snapshot;
    if (loadBalancer.kind === 'none' || loadBalancer.config === undefined) {
      told = undefined;
      return loadBalancer.kind === 'none' ? absentModel(snapshot.services.values()) : unreadableModel();
    }
    const basis = basisOf(snapshot, loadBalancer, loadBalancer.config);
    if (told === undefined || !isSame(told.basis.parts, basis.parts)) told = tell(snapshot, loadBalancer, basis);
    return modelFrom(snapshot, loadBalancer, told);
  };
}

type MetalLbView = Extract<LoadBalancerView, { readonly kind: 'metallb' }>;

/** Everything that a told model depends on. */
interface Basis {
  readonly config: MetalLbConfig;
  readonly served: readonly ClusterService[];
  /** All of it as a list; whatever watches bring anew is another object. */
  readonly parts: readonly unknown[];
}

/** A model that is never changed any more, with what it was told of. */
interface Told {
  readonly basis: Basis;
  readonly model: LoadBalancerModel;
  readonly used: ReadonlyMap<string, number>;
  readonly poolOf: (service: ClusterService) => string;
}

function basisOf(snapshot: Snapshot, { version, loadBalancerClass }: MetalLbView, config: MetalLbConfig): Basis {
  const served = servedBy(snapshot);
  const namespaces = snapshot.namespaces?.values() ?? [];
  return { config, served, parts: [config, version, loadBalancerClass, ...namespaces, ...served] };
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((part, index) => part === other[index]);
}

function tell(snapshot: Snapshot, view: MetalLbView, basis: Basis): Told {
  const { config, served } = basis;
  const poolOf = poolFinder(config);
  const model = toldByCluster(snapshot, view, config, served);
  return { basis, model, used: countUsed(served, poolOf), poolOf };
}

function modelFrom(snapshot: Snapshot, loadBalancer: MetalLbView, told: Told): AddressModel {
  const { basis, model, used, poolOf } = told;
  const { config, served } = basis;
  let planned: LoadBalancerModel | undefined;
  const surroundings = announcingSurroundings(snapshot, config, loadBalancer.version);
  return {
    pools: config.pools.map(({ name, addresses }): PoolUse => {
      return { name, ranges: addresses.join(','), total: totalOf(model.counters(name)), used: used.get(name) ?? 0 };
    }),
    verdict: (service) => verdictOf(service, model, planned),
    book: (service) => {
      planned ??= toldByCluster(snapshot, loadBalancer, config, served);
      planned.apply(modelService(service));
    },
    spare: (service) => spareFor(service, planned ?? model),
    pending: (service) => model.service(objectKey(service))?.refusal,
    poolOf,
    announcement: (service) =>
      toldAnnouncement(service, loadBalancer.announcers) ?? recalledAnnouncement(service, snapshot, surroundings),
  };
}

/** What decides about announcing, the same for all Services of a pass. */
interface AnnouncingSurroundings {
  readonly config: MetalLbConfig;
  readonly version: string;
  readonly nodes: readonly SpeakerNode[];
  /** Equal for equal nodes and release. */
  readonly text: string;
}

function announcingSurroundings({ nodes }: Snapshot, config: MetalLbConfig, version: string): AnnouncingSurroundings {
  const speakers = nodes.map(({ name, labels, networkUnavailable, ready }) => ({
    name,
    labels,
    networkUnavailable,
    hasSpeaker: ready,
  }));
  return { config, version, nodes: speakers, text: JSON.stringify([version, speakers]) };
}

/** MetalLB's own account, where it gives one, is better than any model. */
function toldAnnouncement(
  service: ClusterService,
  announcers: ReadonlyMap<string, Announcers> | undefined,
): Announcement | undefined {
  const told = service.ingress.length === 0 ? undefined : announcers?.get(objectKey(service));
  if (told === undefined) return undefined;
  const node = told.nodes.join(',');
  return told.protocol === 'bgp' ? { ok: true, node, bgp: true } : { ok: true, node };
}

interface RecalledAnnouncement {
  readonly config: MetalLbConfig;
  readonly text: string;
  readonly announcement: Announcement | undefined;
}

/** Answers of earlier passes: the election costs more than everything else in a pass, and almost never has another result. */
const recalled = new WeakMap<ClusterService, RecalledAnnouncement>();

function recalledAnnouncement(
  service: ClusterService,
  snapshot: Snapshot,
  surroundings: AnnouncingSurroundings,
): Announcement | undefined {
  const own = snapshot.slices.get(objectKey(service)) ?? [];
  const readyNodes = own.flatMap((slice) => slice.readyNodes);
  const anywhere = readyNodes.length === 0 && own.some(({ ready }) => ready > 0) ? [{}] : [];
  const endpoints = snapshot.endpointsKnown ? [...readyNodes.map((node) => ({ node })), ...anywhere] : undefined;
  const text = `${endpoints === undefined ? '?' : readyNodes.join()} ${anywhere.length} ${surroundings.text}`;
  const before = recalled.get(service);
  if (before?.text === text && before.config === surroundings.config) return before.announcement;
  const announcement = announcementOf(service, endpoints, surroundings);
  recalled.set(service, { config: surroundings.config, text, announcement });
  return announcement;
}

function announcementOf(
  service: ClusterService,
  endpoints: readonly ReadyEndpoint[] | undefined,
  { config, version, nodes }: AnnouncingSurroundings,
): Announcement | undefined {
  if (nodes.length === 0) return undefined;
  const found = announcer({ ...service, addresses: service.ingress }, { config, version, sha256, nodes, endpoints });
  if (!found.announced) return { ok: false, refusal: { reason: found.reason, message: found.message } };
  return found.protocol === 'layer2'
    ? { ok: true, node: found.node }
    : { ok: true, node: found.nodes.join(','), bgp: true };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function verdictOf(
  service: ClusterService,
  model: LoadBalancerModel,
  planned: LoadBalancerModel | undefined,
): AddressVerdict {
  const now = wouldAccept(model, modelService(service));
  if (!now.accepted) return { refusal: refusalOf(now), loses: now.loses };
  const later = planned === undefined ? now : wouldAccept(planned, modelService(service));
  const loses = [...new Set([...now.loses, ...later.loses])];
  return later.accepted ? { loses } : { refusal: refusalOf(later), loses, contested: true };
}

/** What a newcomer of the same kind would get. */
function spareFor(service: ClusterService, model: LoadBalancerModel): string | undefined {
  const pools = Object.entries(service.annotations).filter(([key]) => key.endsWith('/address-pool'));
  const newcomer = { ...service, name: `${service.name}-spare`, ingress: [], loadBalancerIp: '' };
  const found = wouldAccept(model, modelService({ ...newcomer, annotations: Object.fromEntries(pools) }));
  return found.accepted ? found.addresses[0] : undefined;
}

function refusalOf({ reason, message }: Refusal): Refusal {
  return { reason, message };
}

function totalOf(counters: PoolCounters | undefined): number {
  if (counters === undefined) return 0;
  return counters.assignedIPv4 + counters.assignedIPv6 + counters.availableIPv4 + counters.availableIPv6;
}

/** Addresses that Services really hold: the model also foresees what waiting Services will get. */
function countUsed(
  served: readonly ClusterService[],
  poolOf: (service: ClusterService) => string,
): ReadonlyMap<string, number> {
  const byPool = new Map<string, Set<string>>();
  for (const service of served) {
    const pool = poolOf(service);
    const addresses = byPool.get(pool) ?? new Set();
    for (const ip of service.ingress) addresses.add(ip);
    byPool.set(pool, addresses);
  }
  return new Map([...byPool].map(([pool, addresses]) => [pool, addresses.size]));
}

/** Finds pools by the address that a Service holds; the model would already answer for the address it foresees. */
export function poolFinder({ pools }: MetalLbConfig): (service: ClusterService) => string {
  const ranges = pools.flatMap(({ name, addresses }) =>
    addresses.flatMap((text) => {
      const parsed = parseRange(text);
      return parsed.ok ? [{ name, range: parsed.range }] : [];
    }),
  );
  return ({ ingress: [first = ''] }) => {
    const address = parseAddress(first);
    if (address === undefined) return '';
    return ranges.find(({ range }) => range.family === address.family && rangeContains(range, address))?.name ?? '';
  };
}
