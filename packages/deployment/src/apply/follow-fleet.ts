import { AGENT_KEYS, describeRuntime, progressOf } from '../commands/device-progress.ts';
import type { CommandIo } from '../commands/command-io.ts';
import { HubError, type HubModuleTwin } from '../commands/hub-gateway.ts';
import { REPORTED_KEYS } from '../commands/reported-twin.ts';
import { readPages, StoppedError, type HubSession } from './hub-session.ts';

/** How following a device ended. */
export type FollowOutcome =
  | { readonly ok: true; readonly version: number; readonly seconds: number }
  | { readonly ok: false; readonly version?: number; readonly seconds: number; readonly why: string };

/** Whom to follow, and for how long. */
export interface FollowRequest {
  readonly ids: readonly string[];
  /** Name of the networking module. */
  readonly module: string;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly onEnd: (id: string, outcome: FollowOutcome) => void;
}

/** Up to so many devices are read one by one, which is exact and costs no query. */
const FEW_DEVICES = 50;

/**
 * Looks again and again until each module reports that the present version of its desired properties is applied; or rejected, or until the time is
 * over, in which case what the module and edgeAgent say last is the reason.
 */
export async function followFleet(
  io: Pick<CommandIo, 'clock' | 'signal'>,
  session: HubSession,
  request: FollowRequest,
): Promise<ReadonlyMap<string, FollowOutcome>> {
  const { ids, module, timeoutMs, intervalMs, onEnd } = request;
  const start = io.clock.now();
  const seconds = (): number => (io.clock.now() - start) / 1000;
  const ended = new Map<string, FollowOutcome>();
  const end = (id: string, outcome: FollowOutcome): void => {
    ended.set(id, outcome);
    onEnd(id, outcome);
  };
  for (;;) {
    const pending = ids.filter((id) => !ended.has(id));
    const looks = await look(session, pending, module);
    for (const [id, seen] of looks) {
      const outcome = outcomeOf(seen, seconds());
      if (outcome !== undefined) end(id, outcome);
    }
    const left = pending.filter((id) => !ended.has(id));
    if (left.length === 0) return ended;
    const late = io.clock.now() - start + intervalMs > timeoutMs;
    if (!late) await io.clock.sleep(intervalMs, io.signal);
    if (io.signal.aborted || late) {
      await giveUp(session, left, { module, looks, end, seconds, stopped: io.signal.aborted });
      return ended;
    }
  }
}

type Look = HubModuleTwin | undefined | HubError;

function outcomeOf(seen: Look, seconds: number): FollowOutcome | undefined {
  if (seen instanceof HubError) return { ok: false, seconds, why: seen.message };
  const progress = progressOf(seen);
  const version = seen?.desiredVersion;
  if (progress.state === 'applied' && version !== undefined) return { ok: true, version, seconds };
  return progress.state === 'rejected' ? { ok: false, version, seconds, why: progress.why } : undefined;
}

async function look(session: HubSession, ids: readonly string[], module: string): Promise<ReadonlyMap<string, Look>> {
  if (ids.length <= FEW_DEVICES)
    return new Map(await Promise.all(ids.map(async (id) => [id, await readTwin(session, id, module)] as const)));
  const reported = module === '$edgeAgent' ? AGENT_KEYS : REPORTED_KEYS;
  const selection = { moduleIds: [module], desired: false, reported };
  const twins = await readPages(session, (from) => session.hub.queryModules(selection, from));
  const byId = new Map(twins.map((twin) => [twin.deviceId, twin]));
  return new Map(ids.map((id) => [id, byId.get(id)]));
}

async function readTwin(session: HubSession, id: string, module: string): Promise<Look> {
  try {
    return await session.call('TwinReads', () => session.hub.getModuleTwin(id, module));
  } catch (error) {
    if (error instanceof StoppedError) return undefined;
    if (error instanceof HubError) return error;
    throw error;
  }
}

interface Ending {
  readonly module: string;
  readonly looks: ReadonlyMap<string, Look>;
  readonly end: (id: string, outcome: FollowOutcome) => void;
  readonly seconds: () => number;
  readonly stopped: boolean;
}

async function giveUp(
  session: HubSession,
  ids: readonly string[],
  { module, looks, end, seconds, stopped }: Ending,
): Promise<void> {
  const agents = stopped ? new Map<string, Look>() : await look(session, ids, '$edgeAgent');
  for (const id of ids) {
    const twin = twinIn(looks.get(id));
    const { why } = progressOf(twin);
    const runtime = describeRuntime(twinIn(agents.get(id)), module);
    const said = stopped ? `stopped while ${why}` : `timed out: ${why}${runtime}`;
    end(id, { ok: false, version: twin?.desiredVersion, seconds: seconds(), why: said });
  }
}

function twinIn(seen: Look): HubModuleTwin | undefined {
  return seen instanceof HubError ? undefined : seen;
}
