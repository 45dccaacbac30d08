/** How many patches may be sent: so many at once, and one more per interval. */
export interface BucketRule {
  readonly burst: number;
  readonly intervalMs: number;
}

/** Tokens at a moment; a value. */
export interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** The bucket at a later moment. Tokens beyond the burst, which were granted, are kept but never refilled. */
export function refill({ tokens, at }: Bucket, rule: BucketRule, now: number): Bucket {
  const gained = (now - at) / rule.intervalMs;
  return { tokens: Math.max(tokens, Math.min(rule.burst, tokens + gained)), at: now };
}

/** Milliseconds until a token is there; 0 when one is. `reserve` tokens are left for others, as far as the bucket holds more than one. */
export function tokenInMs({ tokens }: Bucket, { burst, intervalMs }: BucketRule, reserve = 0): number {
  const needed = 1 + Math.min(reserve, burst - 1);
  return tokens >= needed ? 0 : Math.ceil((needed - tokens) * intervalMs);
}

/** So many tokens less; what is spent beyond those that are there delays the next. */
export function spend({ tokens, at }: Bucket, count: number): Bucket {
  return { tokens: tokens - count, at };
}

/** More tokens, but never more than the burst and as many again. */
export function grant({ tokens, at }: Bucket, { burst }: BucketRule, more: number): Bucket {
  return { tokens: Math.min(tokens + more, burst * 2), at };
}
