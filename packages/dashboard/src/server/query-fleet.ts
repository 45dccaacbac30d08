import type { DeviceState, FleetRow, FleetView } from '../view/fleet-view.ts';

/** What is asked of the fleet. */
export interface FleetQuery {
  readonly text?: string;
  readonly state?: DeviceState;
  readonly offset: number;
  readonly limit: number;
}

const ORDER: readonly DeviceState[] = ['failing', 'pending', 'unknown', 'ready'];

/** The rows that fit, problems first, then by id. */
export function queryFleet(rows: readonly FleetRow[], query: FleetQuery): Omit<FleetView, 'lastEventId'> {
  const { text = '', state, offset, limit } = query;
  const wanted = text.trim().toLowerCase();
  const found = rows.filter((row) => (state === undefined || row.state === state) && matches(row, wanted));
  const sorted = found.sort(
    (one, other) =>
      ORDER.indexOf(one.state) - ORDER.indexOf(other.state) ||
      other.problems - one.problems ||
      (one.id < other.id ? -1 : 1),
  );
  const count = (of: DeviceState): number => rows.filter((row) => row.state === of).length;
  return {
    rows: sorted.slice(offset, offset + limit),
    total: found.length,
    counts: { failing: count('failing'), pending: count('pending'), unknown: count('unknown'), ready: count('ready') },
  };
}

function matches({ id, reason, tags = {} }: FleetRow, wanted: string): boolean {
  if (wanted === '') return true;
  const texts = [id, reason ?? '', ...Object.entries(tags).map(([key, value]) => `${key}=${value}`)];
  return texts.some((text) => text.toLowerCase().includes(wanted));
}
