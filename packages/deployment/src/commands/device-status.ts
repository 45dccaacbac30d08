import { decodeTwinKey, type Reported, type ReportedService } from '@iotedge-networking/contract';
import type { FleetMember } from '../inventory/fleet-selection.ts';
import { textTable } from '../text-table.ts';
import { progressIn, progressOf } from './device-progress.ts';
import type { HubModuleTwin } from './hub-gateway.ts';
import { readReported, type ReportedState } from './reported-twin.ts';

/** What can be said of one device from the twin of its networking module. */
export interface DeviceStatus {
  readonly id: string;
  readonly connectionState?: string;
  /** When the module was last heard of; absent when never. */
  readonly lastSeen?: string;
  readonly desiredVersion?: number;
  /** True when the device is connected, the present desired version is applied and every Service is ready. */
  readonly ok: boolean;
  /** What was reported need not be so any more: the device cannot be reached, or has not yet followed what it was told. */
  readonly stale: boolean;
  /** One sentence about the desired properties. */
  readonly desired: string;
  readonly reported?: Reported;
}

/** Reads one module twin; `twin` is undefined when the hub has none, `isUnknown` true when it has no such device either. */
export function deviceStatus({ id, twin, isUnknown = false }: FleetMember): DeviceStatus {
  if (twin === undefined) {
    const why = isUnknown ? 'the hub has no such device' : progressOf(twin).why;
    return { id, ok: false, stale: false, desired: `not applied: ${why}` };
  }
  const { connectionState, lastSeen, desiredVersion } = twin;
  const state = readReported(twin.reported);
  const known = { id, connectionState, lastSeen, desiredVersion, ...progressPart(twin, state) };
  if (state.kind !== 'understood') return { ...known, ok: false, stale: false };
  const { reported } = state;
  const connected = connectionState !== 'Disconnected';
  const ready = servicesOf(reported).every(({ service }) => service.state === 'Ready');
  return {
    ...known,
    ok: connected && ready && reported.desired.state === 'applied' && !isBehind(reported, twin),
    stale: !connected || isBehind(reported, twin),
    reported,
  };
}

function isBehind({ desired }: Reported, { desiredVersion = 0 }: HubModuleTwin): boolean {
  return desired.version < desiredVersion;
}

function progressPart(twin: HubModuleTwin, reported: ReportedState): Pick<DeviceStatus, 'desired'> {
  const { state, why } = progressIn(twin, reported);
  return { desired: state === 'applied' ? `version ${twin.desiredVersion ?? 0} applied` : `not applied: ${why}` };
}

/** A reported Service with its name. */
export interface NamedService {
  readonly namespace: string;
  readonly name: string;
  readonly service: ReportedService;
}

/** The Services of a report, in its order. */
export function servicesOf(reported: Reported): readonly NamedService[] {
  return Object.entries(reported.services).flatMap(([namespace, services]) =>
    Object.entries(services).map(([name, service]) => ({
      namespace: decodeTwinKey(namespace),
      name: decodeTwinKey(name),
      service,
    })),
  );
}

/** Prints a device: one line about it, one about its pools, then its Services as a table. */
export function formatDeviceStatus(status: DeviceStatus): readonly string[] {
  const { id, desired, reported } = status;
  const connection = connectionOf(status);
  const head = `${id}${connection === '' ? '' : ` (${connection})`}: ${desired}`;
  if (reported === undefined) return [head];
  const rows = servicesOf(reported).map(rowOf);
  const table = rows.length > 0 ? textTable([HEADING, ...rows]) : ['No Services.'];
  return [
    head,
    ...conditionLines(reported),
    `  ${[describeLoadBalancer(reported), ...describePools(reported)].join('; ')}`,
    ...table.map((line) => `  ${line}`),
    ...(reported.summary.truncated === undefined ? [] : [`  Left out: ${reported.summary.truncated}`]),
  ];
}

function connectionOf({ connectionState, lastSeen, stale }: DeviceStatus): string {
  if (connectionState === undefined) return '';
  const state = connectionState.toLowerCase();
  if (connectionState === 'Connected') return state;
  const seen = lastSeen === undefined ? 'never seen' : `last seen ${lastSeen}`;
  return stale ? `${state}, ${seen}, what follows is stale` : `${state}, ${seen}`;
}

const HEADING = ['SERVICE', 'TYPE', 'EXTERNAL-IP', 'PORTS', 'READY', 'STATE', 'REASON', 'OWNER'];

function rowOf({ namespace, name, service }: NamedService): readonly string[] {
  const shown = [
    ...[service.type, service.ips, service.ports, service.ready, service.state],
    reasonOf(service),
    service.owner,
  ];
  return [`${namespace}/${name}`, ...shown.map((cell) => (cell === undefined || cell === '' ? '-' : cell))];
}

/** Why a Service is not ready: the token and the sentence, as far as they say more than its state. */
export function reasonOf({ reason, state, message }: ReportedService): string {
  return [reason === state ? '' : reason, message ?? ''].filter((part) => part !== '').join(': ');
}

function describeLoadBalancer({ loadBalancer }: Reported): string {
  return [
    loadBalancer.kind === 'none' ? 'no load balancer' : loadBalancer.kind,
    loadBalancer.version,
    loadBalancer.dialect,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
}

function describePools({ pools }: Reported): readonly string[] {
  return Object.entries(pools).map(
    ([name, pool]) => `pool ${decodeTwinKey(name)} ${pool.ranges}: ${pool.used} of ${pool.total} used`,
  );
}

function conditionLines({ conditions }: Reported): readonly string[] {
  return Object.entries(conditions ?? {}).map(([reason, sentence]) => `  ${reason}: ${sentence}`);
}
