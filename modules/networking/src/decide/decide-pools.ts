import { addressSet, parseAddress } from '@iotedge-networking/addressing';
import type { Desired } from '@iotedge-networking/contract';
import type { Snapshot } from '../gather/snapshot.ts';
import { POOLS_KEY, type Change } from './change.ts';
import { rangesOf } from './device-conditions.ts';
import type { Note } from './device-note.ts';
import { losersUnder, type Loser } from './losers-under.ts';
import { planPoolConfigMap } from './plan-pool-config-map.ts';
import { planPoolObjects } from './plan-pool-objects.ts';
import type { PoolPlan } from './pool-plan.ts';
import { wantedPools } from './wanted-pools.ts';

/** What was decided about the pools that the module manages. */
export interface PoolDecision {
  readonly changes: readonly Change[];
  readonly notes: readonly Note[];
  /** Who loses an address because the document dropped its range; empty when nobody. */
  readonly takes: readonly Loser[];
}

const NOTHING: PoolDecision = { changes: [], notes: [], takes: [] };

/**
 * Decides about the pools, only where the document says that the module manages them. A change that takes an address from a Service that has it is refused,
 * unless the document itself has dropped that address: what somebody added by hand to a managed pool is taken back only when nobody uses it.
 */
export function decidePools(desired: Desired | undefined, snapshot: Snapshot, instance: string): PoolDecision {
  const { loadBalancer } = snapshot;
  if (desired?.computeNetwork.managePools !== true || loadBalancer.kind === 'none') return NOTHING;
  const { source } = loadBalancer;
  if (source === undefined) return NOTHING;
  const wanted = wantedPools(desired);
  if (wanted.pools.length === 0)
    return refuse('The document declares no external service IPs, so the pools stay as they are.');
  if (wanted.announce === 'bgp' && wanted.peers.length === 0)
    return refuse(
      'The document asks for BGP without bgpPeers, so nobody would announce the pools; they stay as they are.',
    );
  const plan =
    source.dialect === 'crd'
      ? planPoolObjects(wanted, source, instance)
      : planPoolConfigMap(wanted, source, loadBalancer.config);
  const failed = [...plan.notes, ...failureNotes(snapshot)];
  if (plan.changes.length === 0) return { ...NOTHING, notes: failed };
  const declaredNow = wanted.pools.flatMap(({ addresses }) => addresses);
  return guard(snapshot, { ...plan, notes: failed }, declaredNow);
}

function guard(snapshot: Snapshot, plan: PoolPlan, declaredNow: readonly string[]): PoolDecision {
  const invalid = plan.stages.flatMap((stage) => (stage.ok ? [] : stage.problems))[0];
  if (invalid !== undefined) return refuse(`MetalLB would refuse the pools: ${invalid.message}.`, plan.notes);
  const losers = unique(plan.stages.flatMap((stage) => (stage.ok ? losersUnder(snapshot, stage.value) : [])));
  const dropped = setOf(plan.declaredBefore).difference(setOf(declaredNow));
  const isDropped = (ip: string): boolean => {
    const address = parseAddress(ip);
    return address !== undefined && dropped.has(address);
  };
  const robbed = losers.filter(({ ips }) => !ips.every(isDropped));
  if (robbed.length > 0)
    return refuse(
      `The pools are not changed: ${loserText(robbed, 'would lose')}, and the document has not dropped that.`,
      plan.notes,
    );
  return { changes: plan.changes, notes: plan.notes, takes: losers };
}

/** Names the Services and what they lose, a few of many. */
export function loserText(losers: readonly Loser[], verb: string): string {
  const shown = losers.slice(0, 5).map(({ service, ips }) => `${service} ${verb} ${ips.join(', ')}`);
  const more = losers.length - shown.length;
  return [...shown, ...(more > 0 ? [`and so on for ${more} more`] : [])].join('; ');
}

function unique(losers: readonly Loser[]): readonly Loser[] {
  return [...new Map(losers.map((loser) => [loser.service, loser])).values()];
}

function setOf(texts: readonly string[]) {
  return addressSet(rangesOf(texts.join(',')));
}

function failureNotes({ failures }: Snapshot): readonly Note[] {
  const failure = failures.get(POOLS_KEY);
  return failure === undefined ? [] : [failure];
}

function refuse(message: string, notes: readonly Note[] = []): PoolDecision {
  return { ...NOTHING, notes: [...notes, { reason: 'PoolChangeRefused', message }] };
}
