import type { Reported } from '@iotedge-networking/contract';
import { textTable } from '../text-table.ts';
import { reasonOf, servicesOf, type DeviceStatus } from './device-status.ts';
import { plural } from './load-network.ts';

/** Devices that a table names unless all are asked for. */
const SHOWN = 50;

/** How a fleet is shown. */
export interface FleetView {
  /** Name the devices that are in order too, however many. */
  readonly all: boolean;
}

/** Prints a fleet: one row per device, the worst first, then how many there are of each sort. */
export function formatFleetStatus(statuses: readonly DeviceStatus[], { all }: FleetView): readonly string[] {
  const ranked = statuses
    .map((status) => ({ status, trouble: troubleOf(status) }))
    .sort((one, other) => RANKS.indexOf(one.trouble) - RANKS.indexOf(other.trouble));
  const wanted = all ? ranked : ranked.filter(({ trouble }) => trouble !== 'in order');
  const shown = all ? wanted : wanted.slice(0, SHOWN);
  const rows = shown.map(({ status, trouble }) => rowOf(status, trouble));
  const hidden = wanted.length - shown.length;
  return [
    ...(rows.length > 0 ? textTable([HEADING, ...rows]) : []),
    ...(hidden > 0 ? [`… and ${plural(hidden, 'device')} more; --all shows every one.`] : []),
    ...(rows.length > 0 ? [''] : []),
    summaryOf(ranked.map(({ trouble }) => trouble)),
  ];
}

const RANKS = ['refused', 'failing', 'unreachable', 'waiting', 'in order'] as const;
type Trouble = (typeof RANKS)[number];

/** The worst that can be said of a device. */
function troubleOf({ ok, connectionState, desired, reported }: DeviceStatus): Trouble {
  if (ok) return 'in order';
  const state = reported?.desired.state;
  if (state === 'rejected' || state === 'failed') return 'refused';
  if (connectionState === 'Disconnected') return 'unreachable';
  const services = reported === undefined ? [] : servicesOf(reported);
  if (services.some(({ service }) => service.state !== 'Ready')) return 'failing';
  return desired === '' ? 'in order' : 'waiting';
}

const HEADING = ['DEVICE', 'STATE', 'LAST SEEN', 'DESIRED', 'READY', 'EXTERNAL', 'FREE', 'WHAT'];

function rowOf(status: DeviceStatus, trouble: Trouble): readonly string[] {
  const { id, lastSeen, desiredVersion, reported, stale } = status;
  const summary = reported?.summary;
  const cells = [
    stale && trouble !== 'unreachable' ? `${trouble}, stale` : trouble,
    lastSeen ?? 'never',
    versionsOf(reported, desiredVersion),
    summary === undefined ? '-' : `${summary.ready}/${summary.services}`,
    summary === undefined ? '-' : String(summary.external),
    summary === undefined ? '-' : String(summary.poolFree),
    whatOf(status, trouble),
  ];
  return [id, ...cells];
}

/** The version reported on, of the version wanted where that is another. */
function versionsOf(reported: Reported | undefined, wanted: number | undefined): string {
  const seen = reported?.desired.version;
  if (seen === undefined) return wanted === undefined ? '-' : `-/${wanted}`;
  return seen === wanted ? String(seen) : `${seen}/${wanted ?? '-'}`;
}

function whatOf({ desired, reported }: DeviceStatus, trouble: Trouble): string {
  if (trouble === 'in order') return '';
  if (trouble === 'unreachable') return reported === undefined ? 'nothing was ever reported' : 'the rest is stale';
  if (trouble !== 'failing' || reported === undefined) return desired.replace(/^not applied: /, '');
  const failing = servicesOf(reported).filter(({ service }) => service.state !== 'Ready');
  const [first] = failing;
  const more = failing.length > 1 ? ` (and ${failing.length - 1} more)` : '';
  return first === undefined ? '' : `${first.namespace}/${first.name}: ${reasonOf(first.service)}${more}`;
}

function summaryOf(troubles: readonly Trouble[]): string {
  const counts = RANKS.toReversed().map((rank) => [rank, troubles.filter((one) => one === rank).length] as const);
  const told = counts.filter(([rank, count]) => count > 0 || rank === 'in order');
  return `${plural(troubles.length, 'device')}: ${told.map(([rank, count]) => `${count} ${rank}`).join(', ')}`;
}
