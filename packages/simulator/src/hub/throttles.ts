import { HubError } from './hub-error.ts';

/** Edition whose rates are kept; `off` lets everything through. */
export type ThrottleTier = 'off' | 'S1' | 'S2' | 'S3';

/** What is counted together. */
export type ThrottleName =
  'TwinReads' | 'TwinUpdates' | 'IdentityRegistry' | 'Configurations' | 'Queries' | 'Jobs' | 'NewConnections';

interface Rate {
  readonly requests: number;
  readonly seconds: number;
}

const perSecond = (requests: number): Rate => ({ requests, seconds: 1 });
const perMinute = (requests: number): Rate => ({ requests, seconds: 60 });

/** Rates of one unit. Source: IoT Hub quotas and throttling (Microsoft Learn). */
const RATES: Readonly<Record<Exclude<ThrottleTier, 'off'>, Readonly<Record<ThrottleName, Rate>>>> = {
  S1: {
    TwinReads: perSecond(100),
    TwinUpdates: perSecond(50),
    IdentityRegistry: perMinute(100),
    Configurations: perMinute(20),
    Queries: perMinute(20),
    Jobs: perMinute(100),
    NewConnections: perSecond(100),
  },
  S2: {
    TwinReads: perSecond(100),
    TwinUpdates: perSecond(50),
    IdentityRegistry: perMinute(100),
    Configurations: perMinute(20),
    Queries: perMinute(20),
    Jobs: perMinute(100),
    NewConnections: perSecond(120),
  },
  S3: {
    TwinReads: perSecond(500),
    TwinUpdates: perSecond(250),
    IdentityRegistry: perMinute(5000),
    Configurations: perMinute(20),
    Queries: perMinute(1000),
    Jobs: perMinute(5000),
    NewConnections: perSecond(6000),
  },
};

// The service tells every client to wait this long, whatever the rate.
const WAIT_SECONDS = 10;

/** Counts one request; throws the 429 of the service when the rate is used up. */
export type Throttle = (name: ThrottleName) => void;

/** The answer to a request beyond the rate. */
export function throttled(name: string): HubError {
  const text = `The request has been throttled. Wait ${WAIT_SECONDS} seconds and try again. Operation type: ${name}`;
  return new HubError('ThrottlingBacklogTimeout', text, WAIT_SECONDS);
}

/** One token bucket per name, as large as one period of its rate. The service's queueing before a refusal is not modelled. */
export function createThrottle(tier: ThrottleTier, clock: () => Date): Throttle {
  if (tier === 'off') return () => undefined;
  const buckets = new Map<ThrottleName, { tokens: number; at: number }>();
  return (name) => {
    const { requests, seconds } = RATES[tier][name];
    const now = clock().getTime();
    const bucket = buckets.get(name) ?? { tokens: requests, at: now };
    const refilled = bucket.tokens + ((now - bucket.at) / 1000) * (requests / seconds);
    const tokens = Math.min(requests, refilled);
    buckets.set(name, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    if (tokens < 1) throw throttled(name);
  };
}
