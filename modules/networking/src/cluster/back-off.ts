/** How long to wait between attempts. */
export interface BackOff {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * Milliseconds to wait after `failures` failures in a row: doubling from the base to the cap, with half of it at random, so that many modules do not
 * come back at the same moment. `random` is 0 to 1.
 */
export function backOffMs({ baseMs, capMs }: BackOff, failures: number, random: number): number {
  const full = Math.min(capMs, baseMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(full / 2 + (full / 2) * random);
}
