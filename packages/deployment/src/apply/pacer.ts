import type { HubRate } from '@iotedge-networking/contract';
import type { Clock } from '../commands/command-io.ts';

/**
 * Share of the hub's rate that is used, and share of its bucket that is taken at once. A little is left, because requests do not arrive as evenly as
 * they are sent and a refused one costs ten seconds.
 */
const USED = 0.98;
const BURST = 0.9;

/** Part of a millisecond that arithmetic with fractions may add. */
const ROUNDING = 0.001;

/** Lets requests of one kind go as fast as the hub takes them, and no faster. */
export interface Pacer {
  /** Resolves when the next request may be sent, or when the signal is aborted. */
  turn(signal: AbortSignal): Promise<void>;
  /** The hub refused a request: its bucket is empty, and it wants to be left alone for a while. */
  hold(milliseconds: number): void;
}

/** A pacer of a rate: a bucket that is full at the beginning and fills evenly. */
export function createPacer({ requests, seconds }: HubRate, clock: Clock): Pacer {
  const interval = (seconds * 1000) / (requests * USED);
  const burst = Math.max(1, Math.floor(requests * BURST));
  const allowance = (burst - 1) * interval;
  // When the bucket would be full again if every request so far had come at its own time.
  let full = clock.now();
  let heldUntil = 0;
  return {
    turn: async (signal) => {
      const now = clock.now();
      const slot = Math.max(now, full - allowance);
      full = Math.max(full, now) + interval;
      // A hold may come, or be prolonged, while a request waits for its turn.
      for (let until = Math.max(slot, heldUntil); !signal.aborted; until = Math.max(slot, heldUntil)) {
        const wait = Math.ceil(until - clock.now() - ROUNDING);
        if (wait <= 0) break;
        await clock.sleep(wait, signal);
      }
    },
    hold: (milliseconds) => {
      const now = clock.now();
      heldUntil = Math.max(heldUntil, now + milliseconds);
      full = Math.max(full, now + allowance + interval);
    },
  };
}
