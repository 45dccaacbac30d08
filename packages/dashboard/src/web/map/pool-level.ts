/** Shares of a pool, in percent, at which the networking module sends PoolLow. */
export const POOL_MARKS = [75, 85, 95] as const;

/** How near a pool is to its end. */
export type PoolLevel = 'plenty' | 'low' | 'very-low' | 'nearly-full' | 'full';

/** The highest of {@link POOL_MARKS} that is reached; `full` when nothing is left. */
export function poolLevel(used: number, total: number): PoolLevel {
  if (total <= 0 || used >= total) return 'full';
  const percent = (used * 100) / total;
  if (percent >= 95) return 'nearly-full';
  if (percent >= 85) return 'very-low';
  return percent >= 75 ? 'low' : 'plenty';
}
