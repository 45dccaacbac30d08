import { InvalidArgumentError, Option } from 'commander';
import type { ExitCode } from './commands/command-io.ts';

/** Takes the exit code of the command that ran. */
export type Finish = (code: ExitCode) => void;

/** What the argument `file` is. */
export const FILE_HELP = 'network file';

/** What `--json` does. */
export const JSON_HELP = 'print one JSON document on standard output';

/** Collects an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** An option given in seconds and held in milliseconds. */
export function seconds(flags: string, description: string, fallback: number): Option {
  return new Option(flags, description).default(fallback * 1000, String(fallback)).argParser((text) => {
    const given = Number(text);
    if (!Number.isFinite(given) || given <= 0) throw new InvalidArgumentError('Give a number of seconds above 0.');
    return given * 1000;
  });
}
