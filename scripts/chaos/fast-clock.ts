/** Time that runs faster than the machine's, the same in every process that knows the origin. */
export interface FastClock {
  /** When both clocks showed the same, in milliseconds since the epoch. */
  readonly origin: number;
  /** Seconds of this clock in one second of the machine. */
  readonly speed: number;
}

/** What the fast clock shows when the machine's shows `real`; both in milliseconds since the epoch. */
export function fastTime({ origin, speed }: FastClock, real: number): number {
  return origin + (real - origin) * speed;
}

/** Environment variable in which a process is told its clock, as JSON. */
export const CLOCK_VARIABLE = 'CHAOS_CLOCK';
