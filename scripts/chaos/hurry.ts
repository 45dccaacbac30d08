import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import { CLOCK_VARIABLE, fastTime, type FastClock } from './fast-clock.ts';

/**
 * Loaded before a program (`node --import`), this gives it another clock: all its time, wall clock, timers and performance.now alike, runs faster by one
 * factor, so that minutes of waiting pass in seconds. A message {step: ms} steps the wall clock, as NTP or a dead battery does; timers do not notice that.
 */
const clock = JSON.parse(process.env[CLOCK_VARIABLE] ?? '{"origin":0,"speed":1}') as FastClock;
const RealDate = Date;
const realNow = Date.now.bind(Date);
const realPerformanceNow = performance.now.bind(performance);
let stepped = 0;

process.on('message', ({ step }: { readonly step: number }) => {
  stepped += step;
});
process.channel?.unref();

const now = (): number => fastTime(clock, realNow()) + stepped;

class ShiftedDate extends RealDate {
  constructor(...parts: [] | ConstructorParameters<typeof Date>) {
    if (parts.length === 0) super(now());
    else super(...parts);
  }

  static override now(): number {
    return Math.floor(now());
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return Object.prototype.isPrototypeOf.call(RealDate.prototype, Object(value) as object);
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
performance.now = () => realPerformanceNow() * clock.speed;

const { setTimeout: realTimeout, setInterval: realInterval } = timers;
const hurried = <T extends (...parts: never[]) => unknown>(set: T): T => {
  const fast = (task: () => void, ms?: number, ...rest: unknown[]): unknown =>
    (set as unknown as (...parts: unknown[]) => unknown)(task, (ms ?? 1) / clock.speed, ...rest);
  return Object.assign(fast as unknown as T, set);
};
timers.setTimeout = hurried(realTimeout);
timers.setInterval = hurried(realInterval);
globalThis.setTimeout = timers.setTimeout;
globalThis.setInterval = timers.setInterval;
syncBuiltinESMExports();
