import { UsageError } from '../commands/command-io.ts';

/** What a shell may offer where a value is typed: files, folders, or words. */
export type Completion = 'file' | 'directory' | readonly string[];

/** One option of a command, as data: help, completion and documentation are made of it as well as the parser. */
export interface OptionDefinition<Value = unknown> {
  /** As commander takes it: `-d, --device <id>`; without `<…>` it is a switch. */
  readonly flags: string;
  /** What it does, in a few words without a full stop. */
  readonly summary: string;
  /** Its value where it is not given. */
  readonly initial: Value;
  /** How help shows the initial value; not shown when absent. */
  readonly initialText?: string;
  /** The values it takes, where they can be listed; any other is refused with the nearest. */
  readonly choices?: readonly string[];
  readonly completes?: Completion;
  /** Reads what was typed; throws a {@link UsageError} for anything else. `before` is what earlier occurrences gave. */
  read?(text: string, before: Value): Value;
}

/** A switch: true when given. */
export function toggle(flags: string, summary: string): OptionDefinition<boolean> {
  return { flags, summary, initial: false };
}

/** A text; undefined when not given. */
export function text(flags: string, summary: string, completes?: Completion): OptionDefinition<string | undefined> {
  return { flags, summary, initial: undefined, completes };
}

/** A text that has to fit; `read` throws a {@link UsageError} that says what would. */
export function textLike(
  flags: string,
  summary: string,
  read: (text: string) => string,
): OptionDefinition<string | undefined> {
  return { flags, summary, initial: undefined, read };
}

/** A text that may be given several times. */
export function texts(flags: string, summary: string, completes?: Completion): OptionDefinition<readonly string[]> {
  return { flags, summary, initial: [], completes, read: (given, before) => [...before, given] };
}

/** One of several words. */
export function choice<const Word extends string>(
  flags: string,
  summary: string,
  choices: readonly [Word, ...Word[]],
): OptionDefinition<Word> {
  const [initial] = choices;
  return { flags, summary, choices, initial, initialText: initial };
}

/** A time that is given in seconds and held in milliseconds. */
export function seconds(flags: string, summary: string, initial: number): OptionDefinition<number> {
  return { flags, summary, initial: initial * 1000, initialText: String(initial), read: readSeconds };
}

function readSeconds(given: string): number {
  const value = Number(given);
  if (given.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new UsageError('Give a number of seconds above 0.');
  return value * 1000;
}

/** A whole number from 1 on; `initial` is undefined where the command chooses. */
export function count<Initial extends number | undefined>(
  flags: string,
  summary: string,
  initial: Initial,
): OptionDefinition<number | Initial> {
  const initialText = initial === undefined ? undefined : String(initial);
  return { flags, summary, initial, initialText, read: readCount };
}

function readCount(given: string): number {
  if (!/^[1-9]\d{0,8}$/.test(given)) throw new UsageError('Give a whole number from 1 on.');
  return Number(given);
}
