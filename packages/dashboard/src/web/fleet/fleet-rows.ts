import type { DeviceState, FleetRow } from '../../view/index.ts';

/** Columns by which the fleet can be ordered. */
export type FleetColumn = 'state' | 'id' | 'pool' | 'services' | 'version' | 'lastSeen';

/** An order of rows. */
export interface FleetOrder {
  readonly column: FleetColumn;
  readonly descending: boolean;
}

const SEVERITY: Readonly<Record<DeviceState, number>> = { failing: 0, pending: 1, unknown: 2, ready: 3 };

type Rank = (row: FleetRow) => number | string;

const RANKS: Readonly<Record<FleetColumn, Rank>> = {
  state: ({ state }) => SEVERITY[state],
  id: ({ id }) => id,
  pool: ({ poolUsed = 0, poolTotal = 0 }) => (poolTotal === 0 ? -1 : poolUsed / poolTotal),
  services: ({ services = 0, ready = 0 }) => services - ready,
  version: ({ version = '' }) => version,
  lastSeen: ({ lastSeen = '' }) => lastSeen,
};

/** What to show of the fleet. */
export interface FleetFilter {
  /** Words that all have to stand in id, reason, version or tags; case does not matter. */
  readonly text: string;
  readonly state?: DeviceState;
}

/** The rows that the filter lets through, in order; equal ones problems first, then by id. */
export function fleetRows(rows: readonly FleetRow[], filter: FleetFilter, order: FleetOrder): readonly FleetRow[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = rows.filter(
    (row) =>
      (filter.state === undefined || row.state === filter.state) &&
      words.every((word) => searchText(row).includes(word)),
  );
  const rank = RANKS[order.column];
  const sign = order.descending ? -1 : 1;
  return shown.sort((a, b) => sign * compare(rank(a), rank(b)) || worstFirst(a, b));
}

const texts = new WeakMap<FleetRow, string>();

/** Made once per row: a keystroke has to look through ten thousand of them. */
function searchText(row: FleetRow): string {
  const known = texts.get(row);
  if (known !== undefined) return known;
  const tags = Object.entries(row.tags ?? {}).map(([name, value]) => `${name}=${value}`);
  const text = [row.id, row.reason ?? '', row.version ?? '', ...tags].join(' ').toLowerCase();
  texts.set(row, text);
  return text;
}

function worstFirst(a: FleetRow, b: FleetRow): number {
  return SEVERITY[a.state] - SEVERITY[b.state] || compare(a.id, b.id);
}

function compare(a: number | string, b: number | string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The fleet after an event: rows replaced or added by id, others removed. */
export function mergeFleet(
  rows: ReadonlyMap<string, FleetRow>,
  changed: readonly FleetRow[],
  removed: readonly string[],
): ReadonlyMap<string, FleetRow> {
  const merged = new Map(rows);
  for (const row of changed) merged.set(row.id, row);
  for (const id of removed) merged.delete(id);
  return merged;
}

/** Devices in each state. */
export function fleetCounts(rows: Iterable<FleetRow>): Readonly<Record<DeviceState, number>> {
  const counts: Record<DeviceState, number> = { failing: 0, pending: 0, unknown: 0, ready: 0 };
  for (const { state } of rows) counts[state] += 1;
  return counts;
}
