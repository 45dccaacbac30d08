import { nearestName } from '@iotedge-networking/contract';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { UsageError, type CommandIo, type ExitCode } from '../commands/command-io.ts';
import type { ArgumentDefinition } from './argument-definition.ts';
import type { CommandDefinition } from './command-definition.ts';
import { allOptions, commonInput } from './common-options.ts';
import { exampleLines, exitCodeLines } from './describe-command.ts';
import type { OptionDefinition } from './option-definition.ts';

/** Takes the exit code of the command that ran. */
export type Finish = (code: ExitCode) => void;

/** Builds the parser and the help of one command out of its definition. */
export function buildCommand(definition: CommandDefinition, io: CommandIo, finish: Finish): Command {
  const { name, group, summary, details = [] } = definition;
  const command = new Command(name)
    .helpGroup(`${group}:`)
    .summary(summary)
    .description([summary, ...details].join('\n\n'))
    .addHelpText('after', `\n${[...exitCodeLines(definition), '', ...exampleLines(definition)].join('\n')}`);
  const arguments_ = Object.entries(definition.arguments);
  const options = Object.entries(allOptions(definition)).map(([key, one]) => ({ key, option: optionOf(one), one }));
  for (const [, one] of arguments_) command.addArgument(argumentOf(one));
  for (const { option } of options) command.addOption(option);
  return command.action(async () => {
    const flags: Readonly<Record<string, unknown>> = command.opts();
    const given = Object.fromEntries([
      ...arguments_.map(([key], index): [string, unknown] => [key, command.processedArgs[index]]),
      ...options.map(({ key, option, one }): [string, unknown] => [key, flags[option.attributeName()] ?? one.initial]),
    ]);
    finish(await definition.run({ ...io, ...commonInput(given) }, given));
  });
}

function argumentOf({ usage, summary, initial, choices }: ArgumentDefinition): Argument {
  const argument = new Argument(usage, summary);
  if (initial !== undefined) argument.default(initial);
  if (choices !== undefined) argument.choices(choices);
  return argument;
}

function optionOf(definition: OptionDefinition): Option {
  const { flags, summary, initial, initialText, choices } = definition;
  const option = new Option(flags, summary);
  if (initialText !== undefined) option.default(initial, initialText);
  if (choices !== undefined) option.choices(choices);
  const read =
    choices === undefined ? definition.read?.bind(definition) : (text: string): string => readChoice(text, choices);
  if (read === undefined) return option;
  return option.argParser((text, before) => {
    try {
      return read(text, before ?? initial);
    } catch (error) {
      if (error instanceof UsageError) throw new InvalidArgumentError(error.message);
      throw error;
    }
  });
}

function readChoice(text: string, choices: readonly string[]): string {
  if (choices.includes(text)) return text;
  const nearest = nearestName(text, choices);
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  throw new UsageError(`Give one of ${choices.join(', ')}.${hint}`);
}
