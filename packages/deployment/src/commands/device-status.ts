import type { Reported, ReportedService } from '@iotedge-networking/contract';
import { decodeTwinKey } from '@iotedge-networking/contract';
import { progressOf } from './follow-device.ts';
import type { HubModuleTwin } from './hub-gateway.ts';
import { readReported } from './reported-twin.ts';
import { textTable } from '../text-table.ts';

/** What can be said of one device from the twin of its networking module. */
export interface DeviceStatus {
  readonly id: string;
  readonly connectionState?: string;
  readonly desiredVersion?: number;
  /** True when the present desired version is applied and every Service is ready. */
  readonly ok: boolean;
  /** One sentence about the desired properties. */
  readonly desired: string;
  readonly reported?: Reported;
}

/** Reads one module twin; `twin` is undefined when the hub has none. */
export function deviceStatus(id: string, twin: HubModuleTwin | undefined): DeviceStatus {
  const progress = progressOf(twin);
  const state = readReported(twin?.reported ?? {});
  const reported = state.kind === 'understood' ? state.reported : undefined;
  const services = reported === undefined ? [] : servicesOf(reported);
  return {
    id,
    connectionState: twin?.connectionState,
    desiredVersion: twin?.desiredVersion,
    ok: progress.state === 'applied' && services.every(({ service }) => service.state === 'Ready'),
    desired:
      progress.state === 'applied' ? `version ${twin?.desiredVersion ?? 0} applied` : `not applied: ${progress.why}`,
    reported,
  };
}

interface NamedService {
  readonly name: string;
  readonly service: ReportedService;
}

function servicesOf(reported: Reported): readonly NamedService[] {
  return Object.entries(reported.services).flatMap(([namespace, services]) =>
    Object.entries(services).map(([name, service]) => ({
      name: `${decodeTwinKey(namespace)}/${decodeTwinKey(name)}`,
      service,
    })),
  );
}

/** Prints a device: one line about it, one about its pools, then its Services as a table. */
export function formatDeviceStatus(status: DeviceStatus): readonly string[] {
  const { id, connectionState, desired, reported } = status;
  const connection = connectionState === undefined ? '' : ` (${connectionState.toLowerCase()})`;
  const head = `${id}${connection}: ${desired}`;
  if (reported === undefined) return [head];
  const rows = servicesOf(reported).map(({ name, service }) => rowOf(name, service));
  const table = rows.length > 0 ? textTable([HEADING, ...rows]) : ['No Services.'];
  return [
    head,
    ...conditionLines(reported),
    `  ${[describeLoadBalancer(reported), ...describePools(reported)].join('; ')}`,
    ...table.map((line) => `  ${line}`),
    ...(reported.summary.truncated === undefined ? [] : [`  Left out: ${reported.summary.truncated}`]),
  ];
}

const HEADING = ['SERVICE', 'TYPE', 'EXTERNAL-IP', 'PORTS', 'READY', 'STATE', 'REASON', 'OWNER'];

function rowOf(name: string, service: ReportedService): readonly string[] {
  const reason = service.reason === '' || service.reason === service.state ? '' : service.reason;
  const why = [reason, service.message ?? ''].filter((part) => part !== '').join(': ');
  const shown = [service.type, service.ips, service.ports, service.ready, service.state, why, service.owner];
  return [name, ...shown.map((cell) => (cell === undefined || cell === '' ? '-' : cell))];
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
