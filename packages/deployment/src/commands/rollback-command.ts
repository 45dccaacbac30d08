import { previousEntry, readHistory, replayed, type HistoryEntry } from '../apply/apply-history.ts';
import { noteApplication } from './apply-command.ts';
import { applyNetwork, type ApplyOptions } from './apply-network.ts';
import { EXIT, UsageError, type CommandIo, type ExitCode } from './command-io.ts';
import { requireNetwork } from './load-network.ts';

/** Options of `rollback`. */
export interface RollbackOptions extends Omit<ApplyOptions, 'devices' | 'layered'> {
  /** Id of the entry to return to; the one before the present one when absent. */
  readonly to?: string;
}

/** Applies the network file as it was before, for the devices that the last application was about. The file itself stays as it is. */
export async function rollbackCommand(io: CommandIo, options: RollbackOptions): Promise<ExitCode> {
  const entries = await readHistory(io, options.file);
  const target = targetOf(entries, options);
  const then = replayed(io, options.file, target);
  const read = await requireNetwork(then, options.file, options.json);
  if (read === undefined) return EXIT.problems;
  io.stderr.write(`Returning to ${target.id}, applied ${target.at} to ${target.hub}.\n`);
  const { texts, set, devicesFrom, layered } = target;
  const known = new Set(read.network.devices.map(({ id }) => id));
  const devices = (entries.at(-1)?.devices ?? []).filter((id) => known.has(id));
  const applying = { ...options, layered, devices };
  const code = await applyNetwork(io, read, applying, (plan) =>
    noteApplication(io, applying, { plan, input: { texts, set, devicesFrom }, restores: target.id }),
  );
  if (code === EXIT.ok)
    io.stderr.write(`${options.file} is as it was: change it, or the next apply goes forward again.\n`);
  return code;
}

function targetOf(entries: readonly HistoryEntry[], { file, to }: RollbackOptions): HistoryEntry {
  if (entries.length === 0)
    throw new UsageError(`Nothing is known of earlier applications of ${file}; apply writes the history.`);
  const target = to === undefined ? previousEntry(entries) : entries.find(({ id }) => id === to);
  if (target !== undefined) return target;
  if (to === undefined) throw new UsageError(`There was nothing before the last application of ${file}.`);
  throw new UsageError(`The history of ${file} has no entry "${to}". See iotedge-net history ${file}.`);
}
