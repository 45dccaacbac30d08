/** How long the kubelet waits before it starts a container again. Milliseconds. */
export interface RestartBackOff {
  readonly initialMs: number;
  readonly maxMs: number;
  /** A container that ran this long starts from the beginning again. */
  readonly resetAfterMs: number;
}

/** The figures of a real kubelet: at once, then 10 s, 20 s, 40 s … 5 min; forgotten after 10 min of running. */
export const kubeletBackOff: RestartBackOff = { initialMs: 10_000, maxMs: 300_000, resetAfterMs: 600_000 };

/** The wait before the next start, after `failures` failures in a row (0 for the first): the first restart is immediate. */
export function restartDelay(failures: number, backOff: RestartBackOff): number {
  if (failures === 0) return 0;
  return Math.min(backOff.initialMs * 2 ** (failures - 1), backOff.maxMs);
}
