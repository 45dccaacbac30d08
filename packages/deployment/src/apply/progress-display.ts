import type { HubOperation } from '@iotedge-networking/contract';
import type { Clock, TextSink } from '../commands/command-io.ts';
import { BULK_SIZE, countRequests, throttleSeconds, type ApplyPlan } from './apply-plan.ts';
import { isBulk, operationOf, type DeviceStep } from './device-steps.ts';
import type { HubSession } from './hub-session.ts';

/** Shows how far a plan is, at what rate, and how long it will take still. */
export interface ProgressDisplay {
  stepDone(step: DeviceStep): void;
  deviceDone(): void;
  /** A line for the reader that stays; the progress line is drawn again below it. */
  say(line: string): void;
  close(): void;
}

/** What is shown, and where. */
export interface ProgressRequest {
  readonly sink: TextSink;
  readonly clock: Clock;
  readonly plan: ApplyPlan;
  readonly rates: HubSession['rates'];
}

/** On a terminal one line is drawn again and again; elsewhere a line is written now and then. */
const REDRAW_MS = 200;
const LINE_MS = 10_000;

/** Begins a display. It says nothing of a plan that takes no noticeable time. */
export function showProgress({ sink, clock, plan, rates }: ProgressRequest): ProgressDisplay {
  const terminal = sink.isTTY === true;
  const left = new Map<HubOperation, number>(countRequests(plan));
  const devices = plan.devices.filter(({ steps }) => steps.length > 0).length;
  const start = clock.now();
  let done = 0;
  let shown = start;
  let drawn = false;
  const clear = (): void => {
    if (drawn) sink.write('\r\u001b[K');
    drawn = false;
  };
  const draw = (): void => {
    const now = clock.now();
    if (now - shown < (terminal ? REDRAW_MS : LINE_MS)) return;
    shown = now;
    clear();
    const line = progressLine({ done, devices, seconds: (now - start) / 1000, left: throttleSeconds(left, rates) });
    sink.write(terminal ? line : `${line}\n`);
    drawn = terminal;
  };
  return {
    stepDone: (step) => {
      const share = isBulk(step) ? 1 / BULK_SIZE : 1;
      const operation = operationOf(step);
      left.set(operation, Math.max(0, (left.get(operation) ?? 0) - share));
      draw();
    },
    deviceDone: () => {
      done += 1;
      draw();
    },
    say: (line) => {
      clear();
      sink.write(`${line}\n`);
    },
    close: clear,
  };
}

interface Progress {
  readonly done: number;
  readonly devices: number;
  /** Since the beginning. */
  readonly seconds: number;
  /** What the rates of the hub dictate for what is left. */
  readonly left: number;
}

/** `412 of 1000 devices, 19.8 a minute, about 29 min left`. */
export function progressLine({ done, devices, seconds, left }: Progress): string {
  const perMinute = seconds > 0 ? (done / seconds) * 60 : 0;
  // The slower of what the hub dictates and what was seen so far.
  const seen = done > 0 ? ((devices - done) * seconds) / done : 0;
  return `${done} of ${devices} devices, ${perMinute.toFixed(1)} a minute, about ${formatSeconds(Math.max(left, seen))} left`;
}

/** `45 s`, `29 min`, `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
