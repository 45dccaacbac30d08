import { parseAddress, parseRange, rangeContains, rangeSize } from '@iotedge-networking/addressing';
import {
  encodeTwinKey,
  TWIN_LIMITS,
  type Desired,
  type Reported,
  type ReportedService,
} from '@iotedge-networking/contract';
import type { ClusterNode, LoadBalancerView, PodNetworkView, Snapshot } from '../gather/snapshot.ts';
import type { AddressModel } from './address-model.ts';
import { cutText } from './cut-text.ts';
import { reportProblems, type DesiredStatus } from './desired-status.ts';

/** One Service in the shape of the reported properties. */
export interface ServiceReport {
  readonly namespace: string;
  readonly name: string;
  readonly service: ReportedService;
}

/** What the whole report is made from. */
export interface ReportInput {
  readonly desired?: Desired;
  readonly desiredStatus: DesiredStatus;
  readonly snapshot: Snapshot;
  readonly settings: { readonly version: string; readonly startedAt: string };
  readonly model: AddressModel;
  readonly reports: readonly ServiceReport[];
  /** Device-wide reasons and their sentences. */
  readonly conditions: Readonly<Record<string, string>>;
  /** What is about to be written. */
  readonly changes: readonly unknown[];
}

/** The full report, of any size; {@link fitReport} makes it small enough for a twin. */
export function buildReport(input: ReportInput): Reported {
  const { snapshot, settings, reports } = input;
  const pools = reportPools(input.model);
  const conditions = Object.entries(input.conditions).map(([reason, sentence]) => [reason, cutText(sentence)]);
  return {
    schemaVersion: '1',
    module: { version: settings.version, startedAt: settings.startedAt },
    desired: reportDesired(input),
    loadBalancer: reportLoadBalancer(snapshot.loadBalancer),
    pools,
    nodes: reportNodes(snapshot.nodes, input.desired?.computeNetwork.nodeIps),
    ...(snapshot.podNetwork === undefined ? {} : { podNetwork: reportPodNetwork(snapshot.podNetwork) }),
    services: reportServices(reports),
    addresses: reportAddresses(reports),
    ...(conditions.length === 0 ? {} : { conditions: Object.fromEntries(conditions) as Record<string, string> }),
    summary: {
      services: reports.length,
      ready: reports.filter(({ service }) => service.state === 'Ready').length,
      external: reports.filter(({ service }) => service.type === 'LoadBalancer').length,
      poolFree: twinInteger(Object.values(pools).reduce((sum, { total, used }) => sum + total - used, 0)),
    },
  };
}

function reportDesired({ desiredStatus, snapshot, changes }: ReportInput): Reported['desired'] {
  const { version, state, problems, inForce } = desiredStatus;
  const shown = state === 'accepted' ? applyState(snapshot, changes) : state;
  return {
    version,
    state: shown,
    problems: reportProblems(problems),
    ...(inForce === undefined ? {} : { inForce }),
  };
}

function applyState({ failures, synced }: Snapshot, changes: readonly unknown[]): 'applying' | 'applied' | 'failed' {
  if (failures.size > 0) return 'failed';
  return synced && changes.length === 0 ? 'applied' : 'applying';
}

function reportLoadBalancer(loadBalancer: LoadBalancerView): Reported['loadBalancer'] {
  if (loadBalancer.kind === 'none') return { kind: 'none' };
  const { kind, dialect, version } = loadBalancer;
  return { kind, dialect, version };
}

function reportPools(model: AddressModel): Reported['pools'] {
  return Object.fromEntries(
    model.pools.map(({ name, ranges, total, used }) => [
      encodeTwinKey(name),
      { ranges: cutText(ranges), total: twinInteger(total), used },
    ]),
  );
}

/** IPv6 pools hold more addresses than a twin can count. */
function twinInteger(count: number): number {
  return Math.min(Math.max(count, TWIN_LIMITS.integerMin), TWIN_LIMITS.integerMax);
}

function reportNodes(nodes: readonly ClusterNode[], declared: string | undefined): Reported['nodes'] {
  const range = declared === undefined ? undefined : parseRange(declared);
  return Object.fromEntries(
    nodes.map(({ name, ip, role, ready }) => {
      const address = parseAddress(ip);
      const inRange =
        range?.ok === true && address !== undefined ? { inRange: rangeContains(range.range, address) } : {};
      return [encodeTwinKey(name), { ip, role, ready, ...inRange }];
    }),
  );
}

/** Blocks belong to the pool that holds them. */
function reportPodNetwork({ pools, blocks }: PodNetworkView): NonNullable<Reported['podNetwork']> {
  return Object.fromEntries(
    pools.map(({ name, cidr }) => {
      const parsed = parseRange(cidr);
      const range = parsed.ok ? parsed.range : undefined;
      const total = range === undefined ? 0 : twinInteger(Number(rangeSize(range)));
      const own = (blocks ?? []).filter((block) => {
        const inner = parseRange(block.cidr);
        return range !== undefined && inner.ok && rangeContains(range, inner.range);
      });
      const used = own.reduce((sum, block) => sum + block.used, 0);
      return [encodeTwinKey(name), { cidr, total, ...(blocks === undefined ? {} : { used, blocks: own.length }) }];
    }),
  );
}

function reportServices(reports: readonly ServiceReport[]): Reported['services'] {
  const byNamespace: Record<string, Record<string, ReportedService>> = {};
  for (const { namespace, name, service } of reports)
    (byNamespace[encodeTwinKey(namespace)] ??= {})[encodeTwinKey(name)] = service;
  return byNamespace;
}

function reportAddresses(reports: readonly ServiceReport[]): Reported['addresses'] {
  const holders = new Map<string, string[]>();
  for (const { namespace, name, service } of reports) {
    if (service.ips === undefined || service.ips === '') continue;
    for (const ip of service.ips.split(',')) {
      const known = holders.get(ip);
      if (known === undefined) holders.set(ip, [`${namespace}/${name}`]);
      else known.push(`${namespace}/${name}`);
    }
  }
  return Object.fromEntries([...holders].map(([ip, names]) => [encodeTwinKey(ip), cutText(names.sort().join(','))]));
}
