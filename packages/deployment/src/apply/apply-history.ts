import { basename, dirname, join, relative, sep } from 'node:path';
import { z } from 'zod';
import { isDotEnv } from '../commands/environment-beside.ts';
import { UsageError, type CommandIo, type FileAccess, type NetworkInput } from '../commands/command-io.ts';

const entrySchema = z.object({
  id: z.string(),
  at: z.string(),
  hub: z.string(),
  network: z.string(),
  /**
   * The network file and every file that it brought in, as they were, by path from the folder of the network file: placeholders stand in them, never what
   * they stand for.
   */
  texts: z.record(z.string(), z.string()),
  set: z.array(z.string()),
  /** Paths from the folder of the network file. */
  devicesFrom: z.array(z.string()),
  /** The devices that were meant; none means all. */
  devices: z.array(z.string()),
  layered: z.boolean(),
  /** How many devices and configurations were to be written. */
  changes: z.int(),
  /** Id of the entry that this one returned to. */
  restores: z.string().optional(),
});

const historySchema = z.object({
  schema: z.literal('iotedge-networking/history/v1'),
  entries: z.array(entrySchema),
});

/** One application of a network file. */
export type HistoryEntry = z.output<typeof entrySchema>;

/** Entries kept. */
const KEPT = 20;

/** Where the history of a network file is: beside it, so that it is committed with it. */
export function historyPath(file: string): string {
  return join(dirname(file), '.iotedge-net', `${basename(file)}.history.json`);
}

/** The history of a network file, oldest first; throws a {@link UsageError} for a file that is none. */
export async function readHistory({ files }: Pick<CommandIo, 'files'>, file: string): Promise<readonly HistoryEntry[]> {
  const path = historyPath(file);
  let text: string;
  try {
    text = await files.read(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new UsageError(`Cannot read ${path}: ${String(error)}.`, { cause: error });
  }
  const read = historySchema.safeParse(parseJson(text));
  if (read.success) return read.data.entries;
  throw new UsageError(
    `${path} is no history that this version understands. Take it back from version control, or remove it.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Adds an entry; the oldest ones go. */
export async function appendHistory(
  { files }: { readonly files: FileAccess },
  file: string,
  { entries, entry }: { readonly entries: readonly HistoryEntry[]; readonly entry: HistoryEntry },
): Promise<void> {
  const document = { schema: 'iotedge-networking/history/v1', entries: [...entries, entry].slice(-KEPT) };
  await files.write(historyPath(file), `${JSON.stringify(document, null, 2)}\n`);
}

/** The entry that was in force before the newest one; going back twice goes back two steps. */
export function previousEntry(entries: readonly HistoryEntry[]): HistoryEntry | undefined {
  const newest = entries.at(-1);
  if (newest === undefined) return undefined;
  const inForce = entries.findIndex(({ id }) => id === (newest.restores ?? newest.id));
  return entries.slice(0, Math.max(0, inForce)).findLast((one) => inputOf(one) !== inputOf(newest));
}

/** Text that is equal for entries that lead to the same plan. */
function inputOf({ texts, set, devicesFrom, layered }: HistoryEntry): string {
  const sorted = Object.entries(texts).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([sorted, set, devicesFrom, layered]);
}

/** The world as it was for an entry of the history of a file: files read as they were then, options of the command line too. */
export function replayed(io: CommandIo, file: string, { texts, set, devicesFrom }: HistoryEntry): CommandIo {
  return {
    ...io,
    network: { set, devicesFrom: devicesFrom.map((path) => join(dirname(file), path)) },
    files: {
      ...io.files,
      read: (path) => {
        if (isDotEnv(path)) return io.files.read(path);
        const text = texts[pathBeside(file, path)] ?? texts[path];
        if (text !== undefined) return Promise.resolve(text);
        return Promise.reject(new Error(`${path} was not read when this was applied`));
      },
    },
  };
}

/** The same world, which notes the files that are read for a network file. */
export function recorded(
  io: CommandIo,
  file: string,
): { readonly io: CommandIo; readonly texts: Readonly<Record<string, string>> } {
  const texts: Record<string, string> = {};
  const read = async (path: string): Promise<string> => {
    const text = await io.files.read(path);
    if (!isDotEnv(path)) texts[pathBeside(file, path)] = text;
    return text;
  };
  return { io: { ...io, files: { ...io.files, read } }, texts };
}

/** What the command line said about the network, as an entry keeps it. */
export function inputParts(file: string, network: NetworkInput | undefined): Pick<HistoryEntry, 'set' | 'devicesFrom'> {
  const devicesFrom = (network?.devicesFrom ?? []).map((path) => pathBeside(file, path));
  return { set: [...(network?.set ?? [])], devicesFrom };
}

/** A path from the folder of the network file, the same from wherever the command is run and on every system. */
function pathBeside(file: string, path: string): string {
  return relative(dirname(file), path).split(sep).join('/');
}
