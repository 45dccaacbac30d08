import type { CommandDefinition } from './command-definition.ts';
import { allOptions } from './common-options.ts';
import type { Completion, OptionDefinition } from './option-definition.ts';

/** One option as a shell sees it. */
export interface CompletedOption {
  /** `-d` and `--device`, whichever there are. */
  readonly names: readonly string[];
  readonly takesValue: boolean;
  readonly completes: Completion | undefined;
  readonly summary: string;
}

/** One command as a shell sees it. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** What may stand where no option is asked for. */
  readonly arguments: readonly Completion[];
}

/** What can be completed of a command. */
export function completedCommand(definition: CommandDefinition): CompletedCommand {
  return {
    name: definition.name,
    summary: definition.summary,
    options: [...Object.values(allOptions(definition)).map(completedOption), HELP],
    arguments: Object.values(definition.arguments).flatMap(({ completes }) =>
      completes === undefined ? [] : [completes],
    ),
  };
}

const HELP: CompletedOption = {
  names: ['-h', '--help'],
  takesValue: false,
  completes: undefined,
  summary: 'show help',
};

function completedOption({ flags, summary, choices, completes = choices }: OptionDefinition): CompletedOption {
  const names = flags.split(/[ ,|]+/).filter((part) => part.startsWith('-'));
  return { names, takesValue: flags.includes('<'), completes, summary };
}
