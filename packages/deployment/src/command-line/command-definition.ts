import type { CommandIo, ExitCode } from '../commands/command-io.ts';
import type { ArgumentDefinition } from './argument-definition.ts';
import type { OptionDefinition } from './option-definition.ts';

/** Headings under which help lists the commands, in this order. */
export const COMMAND_GROUPS = ['Begin', 'Look ahead', 'Write', 'Change the hub', 'Look', 'More'] as const;

/** A line to try, with a remark where it does not explain itself. */
export interface CommandExample {
  readonly line: string;
  readonly remark?: string;
}

/** A command as data. `run` gets arguments and options by name. */
export interface CommandDefinition {
  readonly name: string;
  readonly group: (typeof COMMAND_GROUPS)[number];
  /** One sentence. */
  readonly summary: string;
  /** Further paragraphs. */
  readonly details?: readonly string[];
  readonly arguments: Readonly<Record<string, ArgumentDefinition>>;
  readonly options: Readonly<Record<string, OptionDefinition>>;
  readonly examples: readonly CommandExample[];
  /** When the exit code is 0 and when 1; 2 means the same everywhere. */
  readonly exitCodes: { readonly ok: string; readonly problems: string };
  /** Reads a network file: the options that change what is read are added. */
  readonly readsNetwork: boolean;
  /** Talks to a hub: the options of sign-in are added. */
  readonly usesHub: boolean;
  readonly run: (io: CommandIo, given: Readonly<Record<string, unknown>>) => ExitCode | Promise<ExitCode>;
}

type ArgumentValues<Arguments> = {
  readonly [Name in keyof Arguments]: Arguments[Name] extends ArgumentDefinition<infer Value> ? Value : never;
};

type OptionValues<Options> = {
  readonly [Name in keyof Options]: Options[Name] extends OptionDefinition<infer Value> ? Value : never;
};

/** What `run` gets: every argument and option by the name it has in the definition, and `json`, which every command takes. */
export type Given<Arguments, Options> = ArgumentValues<Arguments> & OptionValues<Options> & { readonly json: boolean };

type TypedDefinition<Arguments, Options> = Pick<
  CommandDefinition,
  'name' | 'group' | 'summary' | 'details' | 'examples' | 'exitCodes'
> & {
  readonly arguments: Arguments;
  readonly options: Options;
  readonly readsNetwork?: boolean;
  readonly usesHub?: boolean;
  readonly run: (io: CommandIo, given: Given<Arguments, Options>) => ExitCode | Promise<ExitCode>;
};

/**
 * Defines a command. The values that `run` gets are typed by the definitions of its arguments and options; the parser that is built of the same
 * definitions is what makes that true. `--json`, and the options of input and sign-in, are added to every command that they concern.
 */
export function defineCommand<
  Arguments extends Readonly<Record<string, ArgumentDefinition>>,
  Options extends Readonly<Record<string, OptionDefinition>>,
>(definition: TypedDefinition<Arguments, Options>): CommandDefinition {
  const { run, ...rest } = definition;
  return {
    ...rest,
    readsNetwork: definition.readsNetwork ?? false,
    usesHub: definition.usesHub ?? false,
    run: (io, given) => run(io, given as Given<Arguments, Options>),
  };
}
