import { readHistory } from '../apply/apply-history.ts';
import { textTable } from '../text-table.ts';
import { EXIT, type CommandIo, type ExitCode } from './command-io.ts';

/** Options of `history`. */
export interface HistoryOptions {
  readonly file: string;
  readonly json: boolean;
}

/** Lists what was applied of a network file, newest first. */
export async function historyCommand(io: CommandIo, { file, json }: HistoryOptions): Promise<ExitCode> {
  const entries = (await readHistory(io, file)).toReversed();
  if (json) {
    const told = entries.map(({ texts, ...rest }) => ({ ...rest, files: Object.keys(texts) }));
    io.stdout.write(`${JSON.stringify({ ok: true, entries: told }, null, 2)}\n`);
  } else if (entries.length === 0) io.stdout.write(`Nothing is known of applications of ${file}.\n`);
  else {
    const rows = entries.map(({ id, at, hub, changes, devices, restores }) => [
      ...[id, at, hub, String(changes), devices.length === 0 ? 'all' : devices.join(',')],
      restores === undefined ? '' : `returned to ${restores}`,
    ]);
    io.stdout.write(`${textTable([['ID', 'APPLIED', 'HUB', 'CHANGES', 'DEVICES', ''], ...rows]).join('\n')}\n`);
  }
  return EXIT.ok;
}
