import type { CommandDefinition } from './command-definition.ts';

/** What exit code 2 means, everywhere. */
export const WRONG_USE = 'used wrongly; nothing was done';

/** The exit codes of a command, as its help shows them. */
export function exitCodeLines({ exitCodes: { ok, problems } }: CommandDefinition): readonly string[] {
  return ['Exit codes:', `  0  ${ok}`, `  1  ${problems}`, `  2  ${WRONG_USE}`];
}

/** The examples of a command, as its help shows them. */
export function exampleLines({ examples }: CommandDefinition): readonly string[] {
  const lines = examples.flatMap(({ line, remark }) => (remark === undefined ? [line] : [`# ${remark}`, line]));
  return [examples.length === 1 ? 'Example:' : 'Examples:', ...lines.map((line) => `  ${line}`)];
}
