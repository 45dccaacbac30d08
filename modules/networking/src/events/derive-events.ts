import { decodeTwinKey, type NetworkEvent, type Reported } from '@iotedge-networking/contract';

/** What events are derived against: the state of which everybody has been told. */
export interface EventBaseline {
  readonly addresses: ReadonlyMap<string, string>;
  /** Highest threshold that each pool has passed, 0 when none. */
  readonly poolLevels: ReadonlyMap<string, number>;
  readonly rejectedVersion: number;
}

/** Nothing has been told yet. */
export const NOTHING_TOLD: EventBaseline = { addresses: new Map(), poolLevels: new Map(), rejectedVersion: 0 };

/** Percentages at which a pool counts as low; MetalLB's own alerts use the same. */
const THRESHOLDS = [95, 85, 75];

/** The state of which a report tells. */
export function baselineOf(
  report: Pick<Reported, 'services' | 'pools'> & Partial<Pick<Reported, 'desired'>>,
): EventBaseline {
  return {
    addresses: new Map(addressesOf(report)),
    poolLevels: new Map(Object.entries(report.pools).map(([pool, use]) => [pool, levelOf(use)])),
    rejectedVersion: report.desired?.state === 'rejected' ? report.desired.version : 0,
  };
}

/** Events that tell the difference between what everybody knows and a new report. */
export function deriveEvents(told: EventBaseline, report: Reported, at: string): readonly NetworkEvent[] {
  const { state, version, problems } = report.desired;
  const rejected = state === 'rejected' && version !== told.rejectedVersion;
  return [
    ...(rejected ? [{ kind: 'DesiredRejected' as const, at, version, problems }] : []),
    ...addressEvents(told, report, at),
    ...poolEvents(told, report, at),
  ];
}

function addressEvents(told: EventBaseline, report: Reported, at: string): readonly NetworkEvent[] {
  const now = new Map(addressesOf(report));
  const services = new Set([...told.addresses.keys(), ...now.keys()]);
  return [...services].flatMap((service): readonly NetworkEvent[] => {
    const [previousIps = '', ips = ''] = [told.addresses.get(service), now.get(service)];
    if (ips === previousIps) return [];
    if (previousIps === '') return [{ kind: 'AddressAssigned', at, service, ips }];
    if (ips === '') return [{ kind: 'AddressLost', at, service, previousIps }];
    return [{ kind: 'AddressChanged', at, service, ips, previousIps }];
  });
}

function* addressesOf({ services }: Pick<Reported, 'services'>): Iterable<[string, string]> {
  for (const [namespace, named] of Object.entries(services))
    for (const [name, { ips = '' }] of Object.entries(named))
      if (ips !== '') yield [`${decodeTwinKey(namespace)}/${decodeTwinKey(name)}`, ips];
}

function poolEvents(told: EventBaseline, { pools }: Reported, at: string): readonly NetworkEvent[] {
  return Object.entries(pools).flatMap(([key, use]): readonly NetworkEvent[] => {
    const level = levelOf(use);
    if (level <= (told.poolLevels.get(key) ?? 0)) return [];
    const percent = percentOf(use);
    return [{ kind: level === 100 ? 'PoolExhausted' : 'PoolLow', at, pool: decodeTwinKey(key), percent }];
  });
}

function levelOf(use: { readonly total: number; readonly used: number }): number {
  const percent = percentOf(use);
  return percent >= 100 ? 100 : (THRESHOLDS.find((threshold) => percent >= threshold) ?? 0);
}

function percentOf({ total, used }: { readonly total: number; readonly used: number }): number {
  return total <= 0 ? 0 : Math.floor((used / total) * 100);
}
