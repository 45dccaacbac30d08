import { progressOf } from '../commands/device-progress.ts';
import type { Progress } from './change-stage.ts';
import type { UiContext } from './ui-context.ts';

/** Follows the module twin until the module reports the present desired version applied or refused, or the time is over. */
export async function* awaitModule({ session, module, io, timeoutMs, watchMs }: UiContext, id: string): Progress {
  const end = io.clock.now() + timeoutMs;
  let said = '';
  for (;;) {
    const twin = await session.hub.getModuleTwin(id, module);
    const { state, why } = progressOf(twin);
    if (state === 'applied')
      return { ok: true, text: `The module reports version ${twin?.desiredVersion ?? 0} applied.` };
    if (state === 'rejected') return { ok: false, outcome: 'refused', text: `The module refuses it: ${why}.` };
    if (io.clock.now() > end || io.signal.aborted)
      return { ok: false, outcome: 'timed-out', text: `No answer in time: ${why}.` };
    if (why !== said) yield `Waiting: ${why}.`;
    said = why;
    await io.clock.sleep(Math.min(watchMs, SHORTEST_MS), io.signal);
  }
}

/** While somebody waits for the end, the twin is looked at at least this often. */
const SHORTEST_MS = 500;
