import {
  LoadBalancerModel,
  serviceKey,
  type LoadBalancerService,
  type MetalLbConfig,
} from '@iotedge-networking/metallb';
import type { CurrentState } from './current-state.ts';
import { metalLbConfig } from './metallb-settings.ts';
import { playModule, type UnwrittenWishes } from './play-intents.ts';
import { finalService, type ServiceIntent } from './service-intent.ts';

/** Addresses by Service. */
export type AddressBook = ReadonlyMap<string, readonly string[]>;

/** What becomes of the addresses when a deployment is applied to a device. */
export interface PlayedUpdate {
  readonly model: LoadBalancerModel;
  /** As reported. */
  readonly before: AddressBook;
  /** After the pools have changed, and nothing else yet. */
  readonly afterPools: AddressBook;
  readonly unwritten: UnwrittenWishes;
  /** Why MetalLB would not take the new pools at once (R27). */
  readonly poolsHeld?: string;
  /** Services that one maker deletes and the other makes anew. */
  readonly madeAnew: ReadonlySet<string>;
  /** Services whose reported address the model cannot account for; nothing is said about them. */
  readonly unaccounted: ReadonlySet<string>;
}

/** How the device is to become. */
export interface Wanted {
  readonly config: MetalLbConfig;
  readonly intents: readonly ServiceIntent[];
  /** Whether the networking module brings Services back to the address they had. */
  readonly pinAddresses: boolean;
}

/**
 * Starts MetalLB's model from what the device reports and lets the update happen: first the pools, then edgeAgent's updates, deletions and creations (its own order),
 * then the networking module's deletions, edits and creations.
 */
export function playUpdate(current: CurrentState, { config: next, intents, pinAddresses }: Wanted): PlayedUpdate {
  const model = startModel(current, next);
  const before = new Map([...current.services].map(([key, { status = [] }]) => [key, status]));
  const unaccounted = new Set(
    [...before].flatMap(([key, addresses]) => {
      const modelled = model.service(key)?.addresses ?? [];
      return addresses.length > 0 && modelled.join() !== addresses.join() ? [key] : [];
    }),
  );
  const poolsHeld = current.hasLoadBalancer ? changePools(model, next) : undefined;
  const afterPools = new Map([...before.keys()].map((key) => [key, model.service(key)?.addresses ?? []]));
  const gone = [...current.deployed.values()].filter(({ key }) => !intents.some((intent) => intent.key === key));
  playAgent(model, current, { intents, gone });
  const unwritten = playModuleUpdate(model, { intents, gone }, pinAddresses ? before : new Map());
  const madeAnew = new Set(intents.filter((intent) => changesHands(intent, current)).map(({ key }) => key));
  return {
    model,
    before,
    afterPools,
    unwritten,
    unaccounted,
    madeAnew,
    ...(poolsHeld === undefined ? {} : { poolsHeld }),
  };
}

/** MetalLB as it stands: Services that have addresses come first, so that nobody takes what somebody else has. */
function startModel(
  { metallb, hasLoadBalancer, pools, services }: CurrentState,
  next: MetalLbConfig,
): LoadBalancerModel {
  const announce = next.bgpAdvertisements.length > 0 ? 'bgp' : 'layer2';
  const config = hasLoadBalancer ? metalLbConfig(pools, announce) : undefined;
  const model = new LoadBalancerModel({ version: metallb.version, config });
  const served = ({ status = [] }: LoadBalancerService): number => (status.length > 0 ? 0 : 1);
  const ordered = [...services.values()].sort(
    (one, other) => served(one) - served(other) || (serviceKey(one) < serviceKey(other) ? -1 : 1),
  );
  for (const service of ordered) model.apply(service);
  return model;
}

/** Sets the pools; a release that refuses them takes them at its next start, which is what it comes to in the end. */
function changePools(model: LoadBalancerModel, next: MetalLbConfig): string | undefined {
  const { configRefused } = model.setConfig(next);
  if (configRefused !== undefined) model.restart(next);
  return configRefused;
}

interface Update {
  readonly intents: readonly ServiceIntent[];
  /** What the deployment in force leads to and the new one does not. */
  readonly gone: readonly ServiceIntent[];
}

function playAgent(model: LoadBalancerModel, current: CurrentState, { intents, gone }: Update): void {
  const made = intents.filter(({ maker, rejection }) => maker !== 'networking' && rejection === undefined);
  const isThere = (intent: ServiceIntent): boolean =>
    current.services.has(intent.key) && !changesHands(intent, current);
  for (const intent of made.filter(isThere)) if (isUpdated(intent, current)) model.apply(intent.created);
  for (const { key } of gone.filter(({ maker }) => maker === 'edgeAgent')) model.remove(key);
  for (const { key } of intents.filter((intent) => changesHands(intent, current))) model.remove(key);
  for (const intent of made.filter((one) => !isThere(one))) model.apply(intent.created);
}

/**
 * A Service of edgeAgent that the networking module is to make from now on, as when an application gets replicas, or the other way round: the one deletes it, and the
 * other makes it anew.
 */
function changesHands({ key, maker }: ServiceIntent, { deployed }: CurrentState): boolean {
  const before = deployed.get(key)?.maker;
  const makers = [before, maker];
  return before !== maker && makers.includes('edgeAgent') && makers.includes('networking');
}

/** edgeAgent writes a Service only when what it makes of the module has changed. */
function isUpdated({ key, maker, created }: ServiceIntent, { deployed }: CurrentState): boolean {
  return maker === 'edgeAgent' && JSON.stringify(deployed.get(key)?.created) !== JSON.stringify(created);
}

/** The module looks at everything that it looks after, whether or not something has changed; what it has made and nobody wants any more goes first. */
function playModuleUpdate(
  model: LoadBalancerModel,
  { intents, gone }: Update,
  remembered: AddressBook,
): UnwrittenWishes {
  for (const { key } of gone.filter(({ maker }) => maker === 'networking')) model.remove(key);
  const accepted = intents.filter(({ rejection }) => rejection === undefined);
  return playModule(
    model,
    accepted.map((intent) => ({ ...intent, edited: finalService(intent) })),
    remembered,
  );
}
