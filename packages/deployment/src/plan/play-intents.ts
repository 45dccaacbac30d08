import { wouldAccept, type LoadBalancerModel, type Refusal } from '@iotedge-networking/metallb';
import { wantsAddress, type ServiceIntent } from './service-intent.ts';

/** Wishes of the networking module that it does not write, because MetalLB would take the Service's address away; by Service. */
export type UnwrittenWishes = ReadonlyMap<string, Refusal>;

/**
 * Lets the Services come about: each is created, in order, then the networking module edits those that it looks after. What the Kubernetes API refuses never
 * reaches MetalLB.
 */
export function playIntents(model: LoadBalancerModel, intents: readonly ServiceIntent[]): UnwrittenWishes {
  const accepted = intents.filter(({ rejection }) => rejection === undefined);
  for (const { created } of accepted) model.apply(created);
  return playEdits(model, accepted);
}

/** The networking module's edits; explicit addresses come first, as the module goes about it. */
export function playEdits(model: LoadBalancerModel, intents: readonly ServiceIntent[]): UnwrittenWishes {
  const unwritten = new Map<string, Refusal>();
  const pinnedFirst = [...intents].sort((one, other) => Number(other.explicitAddress) - Number(one.explicitAddress));
  for (const { key, edited } of pinnedFirst) {
    if (edited === undefined) continue;
    const holds = (model.service(key)?.addresses ?? []).length > 0;
    const verdict = holds && wantsAddress(edited) ? wouldAccept(model, edited) : undefined;
    if (verdict?.accepted === false) unwritten.set(key, { reason: verdict.reason, message: verdict.message });
    else model.apply(edited);
  }
  return unwritten;
}
