import { REASON_TOKENS, type Reason, type Reported, type ReportedService } from '@iotedge-networking/contract';
import type { DeviceState, FleetRow } from '../view/fleet-view.ts';
import type { DeviceFacts } from './device-facts.ts';
import { scalarTags } from './scalar-tags.ts';

/** One line of the fleet. */
export function fleetRowOf(facts: DeviceFacts): FleetRow {
  const { id, reported, connected, lastSeen, tags } = facts;
  const known = { id, connected, lastSeen, ...(tags === undefined ? {} : { tags: scalarTags(tags) }) };
  if (reported === undefined) return { ...known, state: 'unknown', problems: 0 };
  const troubled = servicesOf(reported).filter(({ state }) => state !== 'Ready');
  const refused = isRefused(reported);
  const conditions = Object.keys(reported.conditions ?? {}) as readonly Reason[];
  const pools = Object.values(reported.pools);
  return {
    ...known,
    state: stateOf(facts, reported, troubled),
    problems: troubled.length + conditions.length + (refused ? 1 : 0),
    reason: worstReason(refused, conditions, troubled),
    services: reported.summary.services,
    ready: reported.summary.ready,
    poolUsed: pools.reduce((sum, { used }) => sum + used, 0),
    poolTotal: pools.reduce((sum, { total }) => sum + total, 0),
    version: reported.module.version,
  };
}

function servicesOf({ services }: Reported): readonly ReportedService[] {
  return Object.values(services).flatMap((named) => Object.values(named));
}

function isRefused({ desired }: Reported): boolean {
  return desired.state === 'rejected' || desired.state === 'failed';
}

function stateOf(
  { desiredVersion }: DeviceFacts,
  reported: Reported,
  troubled: readonly ReportedService[],
): DeviceState {
  const { state, version } = reported.desired;
  if (isRefused(reported) || troubled.some((service) => service.state === 'Failing')) return 'failing';
  const isBehind = desiredVersion !== undefined && version < desiredVersion;
  return troubled.length > 0 || isBehind || state !== 'applied' ? 'pending' : 'ready';
}

/** A refused document is worst, then what concerns the device, then Services: failing before pending, each in the order of the catalogue. */
function worstReason(
  refused: boolean,
  conditions: readonly Reason[],
  troubled: readonly ReportedService[],
): Reason | undefined {
  if (refused) return 'InvalidDesired';
  const [condition] = inCatalogueOrder(conditions);
  if (condition !== undefined) return condition;
  const reasons = (['Failing', 'Pending'] as const).flatMap((state) =>
    inCatalogueOrder(
      troubled.filter((one) => one.state === state).flatMap(({ reason }) => (reason === '' ? [] : [reason])),
    ),
  );
  return reasons[0];
}

function inCatalogueOrder(reasons: readonly Reason[]): readonly Reason[] {
  return [...reasons].sort((one, other) => REASON_TOKENS.indexOf(one) - REASON_TOKENS.indexOf(other));
}
