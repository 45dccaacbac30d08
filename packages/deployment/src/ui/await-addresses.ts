import { addressSet, formatRange, parseRange } from '@iotedge-networking/addressing';
import { decodeTwinKey, type Reported } from '@iotedge-networking/contract';
import { splitRanges } from '@iotedge-networking/dashboard';
import { isByHand, type Change, type Progress, type StageEnd } from './change-stage.ts';
import type { JsonObject } from '../generate/sorted-json.ts';
import { isFailure } from '../plan/plan-change.ts';
import { reportedIn } from './prepare-file-change.ts';
import type { UiContext } from './ui-context.ts';

/** Time for MetalLB and the module to settle once the module has taken the document. */
const SETTLE_MS = 20_000;
const LOOK_MS = 300;

/**
 * Follows the report until the cluster has the pools that are meant and every Service that had an address, or was to get one, has one. On a real managed device only its own page
 * changes the pools: what is left to do there is said, and is no failure of the change.
 */
export async function* awaitAddresses(context: UiContext, { id, prepared, lacking }: Change): Progress {
  const { session, module, io } = context;
  const end = io.clock.now() + SETTLE_MS;
  const expected = new Set(
    prepared.changes.filter(isFailure).flatMap((change) => ('service' in change ? [change.service] : [])),
  );
  const byHand = context.devicePage === undefined && isByHand(prepared);
  const ignored = (key: string): boolean => expected.has(key) || lacking.has(key);
  yield 'Looking whether every Service has its address.';
  for (;;) {
    const twin = await session.hub.getModuleTwin(id, module);
    const { poolsSet, without } = stateOf(twin?.reported ?? {}, prepared);
    const left = without.filter((key) => !ignored(key));
    if (poolsSet && left.length === 0) return { ok: true, text: 'Every Service has its address.' };
    if (!poolsSet && byHand) return { ok: true, text: REST_BY_HAND };
    if (io.clock.now() > end || io.signal.aborted) return verdict(poolsSet, left);
    await io.clock.sleep(LOOK_MS, io.signal);
  }
}

const REST_BY_HAND = 'The rest is done on the device: set the ranges on its own page (see the PowerShell lines).';

interface AddressState {
  readonly poolsSet: boolean;
  readonly without: readonly string[];
}

function stateOf(section: JsonObject, { after }: Change['prepared']): AddressState {
  const reported = reportedIn(section);
  if (reported === undefined) return { poolsSet: false, without: [] };
  const wanted = Object.values(after.externalServiceIps).flat();
  return { poolsSet: hasPools(reported, wanted), without: withoutAddress(reported) };
}

function verdict(poolsSet: boolean, without: readonly string[]): StageEnd {
  const text = poolsSet
    ? `Without an address: ${without.join(', ')}.`
    : 'The load balancer does not have the new ranges yet: it keeps the old ones while a Service holds an address outside the new ones.';
  return { ok: false, outcome: 'timed-out', text };
}

function hasPools({ pools }: Reported, wanted: readonly string[]): boolean {
  const has = Object.values(pools).flatMap(({ ranges }) => splitRanges(ranges));
  return wanted.length === 0 || canonical(has) === canonical(wanted);
}

function canonical(texts: readonly string[]): string {
  const parsed = texts.flatMap((text) => {
    const one = parseRange(text);
    return one.ok ? [one.range] : [];
  });
  return addressSet(parsed).ranges.map(formatRange).join();
}

function withoutAddress({ services }: Reported): readonly string[] {
  return Object.entries(services).flatMap(([namespace, named]) =>
    Object.entries(named).flatMap(([name, { type, ips, state }]) =>
      type === 'LoadBalancer' && (ips ?? '') === '' && state !== 'Ready'
        ? [`${decodeTwinKey(namespace)}/${decodeTwinKey(name)}`]
        : [],
    ),
  );
}
