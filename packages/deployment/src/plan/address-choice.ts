import type { ServiceState } from '@iotedge-networking/metallb';
import type { AddressChoice } from './device-plan.ts';
import type { ServiceIntent } from './service-intent.ts';

/** A Service that has an address in the model. */
export interface ServedIntent {
  readonly intent: ServiceIntent;
  readonly state: ServiceState;
}

/**
 * Says how sure each address is, by Service. Services of one maker are created together: edgeAgent sends all creations at once and the networking module several, so
 * among those that ask for no certain address the order is left to the cluster.
 */
export function addressChoices(served: readonly ServedIntent[]): ReadonlyMap<string, AddressChoice> {
  const rivals = new Map<string, Set<string>>();
  for (const one of served) {
    if (one.intent.explicitAddress) continue;
    const group = groupOf(one);
    rivals.set(group, (rivals.get(group) ?? new Set()).add(one.state.addresses.join(',')));
  }
  const poolsOfOthers = new Set(served.flatMap(({ intent, state }) => (isUncertain(intent) ? [state.pool ?? ''] : [])));
  return new Map(
    served.map((one): [string, AddressChoice] => {
      const competes = (rivals.get(groupOf(one))?.size ?? 0) > 1 || poolsOfOthers.has(one.state.pool ?? '');
      return [one.intent.key, choiceOf(one, competes)];
    }),
  );
}

function groupOf({ intent, state }: ServedIntent): string {
  return `${intent.maker} ${state.pool ?? ''}`;
}

/** A Service that was there before has an address that nobody here knows. */
function isUncertain({ maker, explicitAddress }: ServiceIntent): boolean {
  return maker === 'existing' && !explicitAddress;
}

function choiceOf({ intent, state }: ServedIntent, competes: boolean): AddressChoice {
  if (intent.explicitAddress) return 'pinned';
  if (state.alternatives.length > 1) return 'chance';
  return competes ? 'order' : 'lowest-free';
}
