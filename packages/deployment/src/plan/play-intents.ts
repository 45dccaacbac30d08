import {
  serviceKey,
  wouldAccept,
  type LoadBalancerModel,
  type LoadBalancerService,
  type Refusal,
} from '@iotedge-networking/metallb';
import { finalService, wantsAddress, type ServiceIntent } from './service-intent.ts';

/** Wishes of the networking module that it does not write, because MetalLB would take the Service's address away; by Service. */
export type UnwrittenWishes = ReadonlyMap<string, Refusal>;

/**
 * Lets the Services come about: those of others and of edgeAgent are created, in order, then the networking module edits and creates. What the Kubernetes API
 * refuses never reaches MetalLB.
 */
export function playIntents(model: LoadBalancerModel, intents: readonly ServiceIntent[]): UnwrittenWishes {
  const accepted = intents.filter(({ rejection }) => rejection === undefined);
  for (const { maker, created } of accepted) if (maker !== 'networking') model.apply(created);
  return playModule(model, accepted);
}

/** The addresses that the networking module remembers for Services that lose theirs, by Service. */
export type RememberedAddresses = ReadonlyMap<string, readonly string[]>;

/**
 * What the networking module does, in its order: explicit addresses first, then by name. A Service that holds an address is never given a wish that MetalLB would
 * refuse; one that has lost its address is brought back to it where that is possible.
 */
export function playModule(
  model: LoadBalancerModel,
  intents: readonly ServiceIntent[],
  remembered: RememberedAddresses = new Map(),
): UnwrittenWishes {
  const unwritten = new Map<string, Refusal>();
  const concerned = intents.filter(({ maker, edited }) => maker === 'networking' || edited !== undefined);
  for (const intent of [...concerned].sort(inModuleOrder)) {
    const wish = finalService(intent);
    const refused = refusalOf(model, intent.key, wish);
    if (refused !== undefined) unwritten.set(intent.key, refused);
    else {
      if (!intent.explicitAddress) bringBack(model, wish, remembered.get(intent.key) ?? []);
      model.apply(wish);
    }
  }
  return unwritten;
}

/** Why a wish is not written to a Service that holds an address. */
function refusalOf(model: LoadBalancerModel, key: string, wish: LoadBalancerService): Refusal | undefined {
  if (!wantsAddress(wish) || !holdsAddress(model, key)) return undefined;
  const verdict = wouldAccept(model, wish);
  return verdict.accepted ? undefined : { reason: verdict.reason, message: verdict.message };
}

function holdsAddress(model: LoadBalancerModel, key: string): boolean {
  return (model.service(key)?.addresses ?? []).length > 0;
}

/** Asks for the address that the Service had before; what the field cannot say, a pair, is left to MetalLB. */
function bringBack(model: LoadBalancerModel, wish: LoadBalancerService, [address, ...others]: readonly string[]): void {
  if (address === undefined || others.length > 0 || !wantsAddress(wish) || holdsAddress(model, serviceKey(wish)))
    return;
  const asking = { ...wish, loadBalancerIP: address };
  if (wouldAccept(model, asking).accepted) model.apply(asking);
}

function inModuleOrder(one: ServiceIntent, other: ServiceIntent): number {
  const rank = ({ explicitAddress, key }: ServiceIntent): string => `${explicitAddress ? 0 : 1} ${key}`;
  return rank(one) < rank(other) ? -1 : 1;
}
