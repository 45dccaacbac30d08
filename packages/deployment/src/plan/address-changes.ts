import { explain } from '@iotedge-networking/metallb';
import { finalService, wantsAddress, type ServiceIntent } from './service-intent.ts';
import type { PlannedAnnouncer } from './device-plan.ts';
import type { PlanChange } from './plan-change.ts';
import { plannedAnnouncer, type KnownNodes } from './planned-announcer.ts';
import type { PlayedUpdate } from './play-update.ts';

/** Who gets, changes, loses or gives back an address, by name of Service. */
export function addressChanges(
  played: PlayedUpdate,
  intents: readonly ServiceIntent[],
  known: KnownNodes,
): readonly PlanChange[] {
  const wanted = new Map(intents.map((intent) => [intent.key, intent]));
  const keys = [...new Set([...played.before.keys(), ...wanted.keys()])].sort();
  return keys
    .filter((key) => !played.unaccounted.has(key))
    .flatMap((key) => changeOf({ key, played, intent: wanted.get(key), known }));
}

interface Case {
  readonly key: string;
  readonly played: PlayedUpdate;
  readonly intent: ServiceIntent | undefined;
  readonly known: KnownNodes;
}

function changeOf(one: Case): readonly PlanChange[] {
  const { key, played, known } = one;
  const from = played.before.get(key) ?? [];
  const state = played.model.service(key);
  const to = state?.addresses ?? [];
  const refused = refusal(one, to);
  if (refused !== undefined) return [refused];
  if (from.join() === to.join()) return [];
  const announcer = state === undefined ? undefined : plannedAnnouncer(played.model, state, known);
  if (from.length === 0) return [{ kind: 'address-assigned', service: key, to, pool: state?.pool, announcer }];
  const why = released(one);
  if (why !== undefined) return [{ kind: 'address-released', service: key, from, why }];
  return [lostOrChanged(one, { from, to, announcer })];
}

interface Move {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly announcer: PlannedAnnouncer | undefined;
}

function lostOrChanged({ key, played, intent }: Case, { from, to, announcer }: Move): PlanChange {
  const rule = (played.afterPools.get(key) ?? []).join() === from.join() ? undefined : ('N10' as const);
  if (to.length > 0)
    return {
      kind: 'address-changed',
      service: key,
      from,
      to,
      rule,
      message: causeOf({ key, played, intent }, rule),
      announcer,
    };
  const { reason, message } = explain(played.model, key);
  return { kind: 'address-lost', service: key, from, rule, reason, message };
}

/** A Service that wants an address and has none before and after, or a wish that is not written because the Service would lose what it has. */
function refusal({ key, played, intent }: Case, to: readonly string[]): PlanChange | undefined {
  const unwritten = played.unwritten.get(key);
  if (unwritten !== undefined) return { kind: 'address-refused', service: key, keeps: to, ...unwritten };
  if (intent === undefined || to.length > 0) return undefined;
  const isNew = !played.before.has(key);
  if (intent.rejection !== undefined)
    return isNew
      ? { kind: 'address-refused', service: key, keeps: [], reason: 'Refused', message: intent.rejection }
      : undefined;
  if (!isNew || !wantsAddress(finalService(intent))) return undefined;
  const { reason, message } = explain(played.model, key);
  return { kind: 'address-refused', service: key, keeps: [], reason, message };
}

function released({ key, played, intent }: Case): 'removed' | 'internal' | undefined {
  const state = played.model.service(key);
  if (state === undefined) return 'removed';
  const service = intent === undefined ? state.service : finalService(intent);
  return wantsAddress(service) ? undefined : 'internal';
}

function causeOf({ key, played, intent }: Omit<Case, 'known'>, rule: 'N10' | undefined): string {
  if (rule === 'N10') return 'the pools no longer hold the address.';
  if (played.madeAnew.has(key) && intent?.explicitAddress !== true)
    return `the Service is deleted and made anew, by ${intent?.maker === 'edgeAgent' ? 'edgeAgent' : 'the networking module'}.`;
  return intent?.explicitAddress === true
    ? 'network.yaml asks for it.'
    : 'the Service asks for another pool or shares otherwise.';
}
