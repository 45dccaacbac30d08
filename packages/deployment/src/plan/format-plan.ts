import { formatProblem, type Problem } from '@iotedge-networking/contract';
import { textTable } from '../text-table.ts';
import { formatHostPorts } from '../lint/preview-host-ports.ts';
import type { AddressChoice, DevicePlan, PlannedService } from './device-plan.ts';
import { announcerText } from './planned-announcer.ts';

const CHOICES: Readonly<Record<AddressChoice, string>> = {
  pinned: 'pinned',
  'lowest-free': 'lowest free',
  order: 'order',
  chance: 'chance',
  unknown: 'unknown',
};

/** Prints the plan of one device, the same text for the same plan. */
export function formatPlan(plan: DevicePlan): readonly string[] {
  return [
    headOf(plan),
    ...section(plan.services.length === 0 ? ['No Services.'] : serviceTable(plan.services)),
    ...plan.services.flatMap(troubleLines),
    ...section(plan.profile === 'vm' ? formatHostPorts(plan.hostPorts) : []),
    ...section(poolTable(plan)),
    ...section(twinTable(plan)),
    ...section(plan.warnings.map(formatWarning)),
  ];
}

function headOf({ device, profile, metallb, announce }: DevicePlan): string {
  const dialect = metallb.dialect === 'configmap' ? 'ConfigMap' : 'custom resources';
  return `${device}: profile ${profile}, MetalLB ${metallb.version} (${dialect}), ${announce}`;
}

function section(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines.map((line) => `  ${line}`)];
}

function serviceTable(services: readonly PlannedService[]): readonly string[] {
  const head = ['SERVICE', 'TYPE', 'PORTS', 'ADDRESS', 'HOW', 'POOL', 'ANNOUNCER', 'MADE BY'];
  const rows = services.map((service) => [
    service.service,
    service.type,
    orDash(service.ports.map(shortPort).join(',')),
    orDash(addressText(service)),
    howText(service),
    orDash(service.pool ?? ''),
    orDash(announcerText(service.announcer)),
    service.madeBy,
  ]);
  return textTable([head, ...rows]);
}

/** `8080:8080/TCP` is shown as `8080/TCP`. */
function shortPort(text: string): string {
  const colon = text.indexOf(':');
  const rest = text.slice(colon + 1);
  return rest.startsWith(`${text.slice(0, colon)}/`) ? rest : text;
}

function addressText({ addresses, alternatives }: PlannedService): string {
  return (alternatives ?? [addresses]).map((one) => one.join('+')).join(' or ');
}

function howText({ choice, reason }: PlannedService): string {
  if (reason !== '') return reason;
  return choice === undefined ? '-' : CHOICES[choice];
}

function troubleLines({ message, fix = '' }: PlannedService): readonly string[] {
  return message === undefined ? [] : [`  ! ${message} ${fix}`];
}

function poolTable({ pools }: DevicePlan): readonly string[] {
  if (pools.length === 0) return [];
  const head = ['POOL', 'RANGES', 'TOTAL', 'USED', 'FREE', 'UNSERVED'];
  const rows = pools.map(({ name, ranges, total, used, free, unserved }) => [
    ...[name, ranges.join(','), String(total), String(used), String(free), orDash(unserved.join(','))],
  ]);
  return textTable([head, ...rows]);
}

function twinTable({ twins, notSent }: DevicePlan): readonly string[] {
  const rows = twins.map(({ twin, bytes, limit, holds }) => [twin, `${bytes} of ${limit}`, holds.join(', ')]);
  return textTable([['TWIN', 'BYTES', 'HOLDS'], ...rows, ['(none)', '-', notSent.join(', ')]]);
}

/** `warning N05 path: message fix`. */
export function formatWarning(problem: Problem): string {
  return `${problem.level === 'warning' ? 'warning' : 'error'} ${problem.code} ${formatProblem(problem)}`;
}

function orDash(text: string): string {
  return text === '' ? '-' : text;
}
