import type { TwinObject } from '@iotedge-networking/contract';
import type { HubStore } from './hub-store.ts';
import type { Identity } from './identity.ts';
import { twinDocument } from './identity-documents.ts';
import { evaluateCondition } from './query/evaluate-condition.ts';
import type { Target } from './query/parse-query.ts';

// Records are replaced, never changed, so a row stays right as long as its record lives; pages of a large hub are read from here.
const rows = new WeakMap<Identity, TwinObject>();

/** A twin as a row of a query: its document and the configurations that reach it. */
export function twinRow(identity: Identity): TwinObject {
  const known = rows.get(identity);
  if (known !== undefined) return known;
  const row = makeRow(identity);
  rows.set(identity, row);
  return row;
}

function makeRow(identity: Identity): TwinObject {
  const configurations = Object.entries(identity.configurations).map(([id, status]): [string, TwinObject] => [
    id,
    { status },
  ]);
  return { ...twinDocument(identity), configurations: Object.fromEntries(configurations) };
}

/** The rows of `devices` or `devices.modules`. */
export function twinRows(store: HubStore, source: 'devices' | 'devices.modules'): readonly TwinObject[] {
  return (source === 'devices' ? store.devices() : store.allModules()).map(twinRow);
}

/** The identities a target condition selects, in the order in which they were created. */
export function selectTargets(store: HubStore, target: Target): readonly Identity[] {
  const { where } = target;
  const candidates = target.source === 'devices.modules' ? store.allModules() : store.devices();
  if (where === undefined) return candidates;
  return candidates.filter((identity) => evaluateCondition(where, twinRow(identity)) === true);
}
