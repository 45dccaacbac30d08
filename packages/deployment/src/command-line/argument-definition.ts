import type { Completion } from './option-definition.ts';

/** One argument of a command, as data. */
export interface ArgumentDefinition<Value = unknown> {
  /** As commander takes it: `<device>`, `[file]`, `<files...>`. */
  readonly usage: string;
  /** What it is, in a few words without a full stop. */
  readonly summary: string;
  /** Its value where it is not given. */
  readonly initial?: Value;
  /** The values it takes, where they can be listed. */
  readonly choices?: readonly string[];
  readonly completes?: Completion;
}

/** An argument that has to be given. */
export function required(
  name: string,
  summary: string,
  extras: Pick<ArgumentDefinition, 'choices' | 'completes'> = {},
): ArgumentDefinition<string> {
  return { usage: `<${name}>`, summary, ...extras };
}

/** An argument that may be left out. */
export function optional<Initial extends string | undefined>(
  name: string,
  summary: string,
  { initial, completes }: { readonly initial: Initial; readonly completes?: Completion },
): ArgumentDefinition<string | Initial> {
  return { usage: `[${name}]`, summary, initial, completes };
}

/** One or more of the same kind. */
export function several(name: string, summary: string, completes?: Completion): ArgumentDefinition<readonly string[]> {
  return { usage: `<${name}...>`, summary, completes };
}
