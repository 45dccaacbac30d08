/** Edition of an IoT Hub. */
export type HubTier = 'free' | 'S1' | 'S2' | 'S3';

/** What an IoT Hub counts together. */
export type HubOperation =
  | 'TwinReads'
  | 'TwinUpdates'
  | 'IdentityRegistry'
  | 'Configurations'
  | 'Queries'
  | 'Jobs'
  | 'JobDeviceOperations'
  | 'NewConnections'
  | 'DirectMethods';

/** How many requests are let through in how many seconds. */
export interface HubRate {
  readonly requests: number;
  readonly seconds: number;
}

/** Every edition. */
export const HUB_TIERS = ['S1', 'S2', 'S3', 'free'] as const satisfies readonly HubTier[];

/** Direct methods are metered in steps of this many bytes; their rate counts steps. */
export const METHOD_STEP_BYTES = 4096;

const perSecond = (requests: number): HubRate => ({ requests, seconds: 1 });
const perMinute = (requests: number): HubRate => ({ requests, seconds: 60 });
const methodSteps = (kilobytes: number): HubRate => perSecond((kilobytes * 1024) / METHOD_STEP_BYTES);

/**
 * What an IoT Hub of an edition with so many units lets through. Configurations count edge deployments and set-modules too. Source: "IoT Hub
 * quotas and throttling" (Microsoft Learn); beyond a rate the service holds requests back for a while, then answers 429.
 */
export function hubRates(tier: HubTier, units: number): Readonly<Record<HubOperation, HubRate>> {
  if (tier === 'S3') return largeRates(units);
  const shared = {
    IdentityRegistry: perMinute(100 * units),
    Configurations: perMinute(20 * units),
    Queries: perMinute(20 * units),
    Jobs: perMinute(100 * units),
  };
  if (tier === 'S2')
    return {
      ...shared,
      TwinReads: perSecond(Math.max(100, 10 * units)),
      TwinUpdates: perSecond(Math.max(50, 5 * units)),
      JobDeviceOperations: perSecond(Math.max(10, units)),
      NewConnections: perSecond(120 * units),
      DirectMethods: methodSteps(480 * units),
    };
  return {
    ...shared,
    TwinReads: perSecond(100),
    TwinUpdates: perSecond(50),
    JobDeviceOperations: perSecond(10),
    NewConnections: perSecond(Math.max(100, 12 * units)),
    DirectMethods: methodSteps(160 * units),
  };
}

function largeRates(units: number): Readonly<Record<HubOperation, HubRate>> {
  return {
    TwinReads: perSecond(500 * units),
    TwinUpdates: perSecond(250 * units),
    IdentityRegistry: perMinute(5000 * units),
    Configurations: perMinute(20 * units),
    Queries: perMinute(1000 * units),
    Jobs: perMinute(5000 * units),
    JobDeviceOperations: perSecond(50 * units),
    NewConnections: perSecond(6000 * units),
    DirectMethods: methodSteps(24_576 * units),
  };
}
