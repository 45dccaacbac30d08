import { appendHistory, inputParts, readHistory, recorded, type HistoryEntry } from '../apply/apply-history.ts';
import type { ApplyPlan } from '../apply/apply-plan.ts';
import { applyNetwork, type ApplyOptions } from './apply-network.ts';
import { countChanges } from './carry-out-plan.ts';
import { EXIT, UsageError, type CommandIo, type ExitCode } from './command-io.ts';
import { requireNetwork } from './load-network.ts';

/** Applies a network file and keeps in its history what it was like. */
export async function applyCommand(io: CommandIo, options: ApplyOptions): Promise<ExitCode> {
  const recording = recorded(io, options.file);
  const read = await requireNetwork(recording.io, options.file, options.json);
  if (read === undefined) return EXIT.problems;
  const { texts } = recording;
  return applyNetwork(io, read, options, (plan) =>
    noteApplication(io, options, { plan, input: { ...inputParts(options.file, io.network), texts } }),
  );
}

/** An application that begins. */
export interface Application {
  readonly plan: ApplyPlan;
  readonly input: Pick<HistoryEntry, 'texts' | 'set' | 'devicesFrom'>;
  /** Id of the entry that it returns to. */
  readonly restores?: string;
}

/** Notes an application in the history. A folder that cannot be written to is no reason not to go on. */
export async function noteApplication(
  io: CommandIo,
  { file, devices, layered }: ApplyOptions,
  { plan, input, restores }: Application,
): Promise<void> {
  const now = io.clock.now();
  const entry: HistoryEntry = {
    ...{ id: now.toString(36), at: new Date(now).toISOString(), hub: plan.hub, network: plan.network },
    ...{ ...input, devices: [...devices], layered, changes: countChanges(plan) },
    ...(restores === undefined ? {} : { restores }),
  };
  try {
    await appendHistory(io, file, { entries: await readHistory(io, file), entry });
  } catch (error) {
    const why = error instanceof UsageError ? error.message : `The history cannot be written: ${String(error)}.`;
    io.stderr.write(`warning: ${why} rollback will not know of this.\n`);
  }
}
