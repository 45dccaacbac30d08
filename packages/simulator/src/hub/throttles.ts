import { hubRates, type HubOperation, type HubTier } from '@iotedge-networking/contract';
import { HubError } from './hub-error.ts';

/** Edition whose rates are kept; `off` lets everything through. */
export type ThrottleTier = 'off' | HubTier;

/** Edition with its size, and the clock that refills what is used up where it is not the hub's own. */
export interface ThrottleOptions {
  readonly tier: ThrottleTier;
  /** Units of the hub; 1 when absent. */
  readonly units?: number;
  /** Tests let hours of throttling pass in a moment, while tokens and certificates keep real time. */
  readonly clock?: () => Date;
}

// The service tells every client to wait this long, whatever the rate.
const WAIT_SECONDS = 10;

/** Counts one request, or a cost in the unit of its rate; throws the 429 of the service when the rate is used up. */
export type Throttle = (name: HubOperation, cost?: number) => void;

/** The answer to a request beyond the rate. */
export function throttled(name: string): HubError {
  const text = `The request has been throttled. Wait ${WAIT_SECONDS} seconds and try again. Operation type: ${name}`;
  return new HubError('ThrottlingBacklogTimeout', text, WAIT_SECONDS);
}

/** One token bucket per name, as large as one period of its rate. The service's queueing before a refusal is not modelled. */
export function createThrottle(options: ThrottleTier | ThrottleOptions, hubClock: () => Date): Throttle {
  const { tier, units = 1, clock = hubClock } = typeof options === 'string' ? { tier: options } : options;
  if (tier === 'off') return () => undefined;
  const rates = hubRates(tier, units);
  const buckets = new Map<HubOperation, { tokens: number; at: number }>();
  return (name, cost = 1) => {
    const { requests, seconds } = rates[name];
    const now = clock().getTime();
    const bucket = buckets.get(name) ?? { tokens: requests, at: now };
    const refilled = bucket.tokens + ((now - bucket.at) / 1000) * (requests / seconds);
    const tokens = Math.min(requests, refilled);
    const granted = tokens >= cost;
    buckets.set(name, { tokens: granted ? tokens - cost : tokens, at: now });
    if (!granted) throw throttled(name);
  };
}
