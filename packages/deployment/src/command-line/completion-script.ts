import type { CommandDefinition } from './command-definition.ts';
import { completedCommand, type CompletedCommand, type CompletedOption } from './completion-words.ts';
import type { Completion } from './option-definition.ts';

/** Shells for which there is a script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** One of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/** The script that teaches a shell the commands, their options and the values these take. */
export function completionScript(shell: Shell, definitions: readonly CommandDefinition[]): string {
  return `${WRITERS[shell](definitions.map(completedCommand)).join('\n')}\n`;
}

const WRITERS: Readonly<Record<Shell, (commands: readonly CompletedCommand[]) => readonly string[]>> = {
  bash: bashLines,
  zsh: zshLines,
  fish: fishLines,
};

function bashLines(commands: readonly CompletedCommand[]): readonly string[] {
  const names = commands.map(({ name }) => name).join(' ');
  return [
    '# Completion of iotedge-net for bash. Use: source <(iotedge-net completion bash)',
    '_iotedge_net() {',
    '  local word="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" command="${COMP_WORDS[1]}"',
    '  COMPREPLY=()',
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    COMPREPLY=($(compgen -W "${names} --help --version" -- "$word"))`,
    '    return',
    '  fi',
    '  case "$command $previous" in',
    ...commands.flatMap((command) => command.options.flatMap((option) => bashValue(command, option))),
    '  esac',
    '  case "$command" in',
    ...commands.flatMap(bashCommand),
    '  esac',
    '}',
    'complete -o filenames -F _iotedge_net iotedge-net',
  ];
}

function bashValue({ name }: CompletedCommand, { names, takesValue, completes }: CompletedOption): readonly string[] {
  if (!takesValue) return [];
  const pattern = names.map((one) => `"${name} ${one}"`).join('|');
  const reply = completes === undefined ? '' : ` COMPREPLY=($(${compgen(completes)} -- "$word"));`;
  return [`    ${pattern})${reply} return ;;`];
}

function bashCommand({ name, options, arguments: arguments_ }: CompletedCommand): readonly string[] {
  const flags = options.flatMap(({ names }) => names).join(' ');
  const others = arguments_.map((completes) => `COMPREPLY=($(${compgen(completes)} -- "$word"))`);
  return [
    `    ${name})`,
    `      if [[ "$word" == -* ]]; then COMPREPLY=($(compgen -W "${flags}" -- "$word"))`,
    ...(others.length === 0 ? [] : [`      else ${others[0] ?? ''}`]),
    '      fi ;;',
  ];
}

function compgen(completes: Completion): string {
  if (completes === 'file') return 'compgen -f';
  return completes === 'directory' ? 'compgen -d' : `compgen -W "${completes.join(' ')}"`;
}

function zshLines(commands: readonly CompletedCommand[]): readonly string[] {
  return [
    '#compdef iotedge-net',
    '# Completion of iotedge-net for zsh. Use: iotedge-net completion zsh > "${fpath[1]}/_iotedge-net"',
    '_iotedge_net() {',
    '  local -a commands',
    '  commands=(',
    ...commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`),
    '  )',
    '  if (( CURRENT == 2 )); then _describe command commands; return; fi',
    '  shift words; (( CURRENT-- ))',
    '  case "$words[1]" in',
    ...commands.flatMap(({ name, options, arguments: arguments_ }) => [
      `    ${name})`,
      `      _arguments ${[...options.flatMap(zshOption), ...arguments_.map((one) => quoted(`*:${name}:${zshAction(one)}`))].join(' ')} ;;`,
    ]),
    '  esac',
    '}',
    'compdef _iotedge_net iotedge-net',
  ];
}

function zshOption({ names, takesValue, completes, summary }: CompletedOption): readonly string[] {
  const value = takesValue ? `:value:${completes === undefined ? ' ' : zshAction(completes)}` : '';
  return names.map((name) => quoted(`*${name}[${summary.replace(/[[\]:]/g, ' ')}]${value}`));
}

function zshAction(completes: Completion): string {
  if (completes === 'file') return '_files';
  return completes === 'directory' ? '_files -/' : `(${completes.join(' ')})`;
}

function fishLines(commands: readonly CompletedCommand[]): readonly string[] {
  return [
    '# Completion of iotedge-net for fish. Use: iotedge-net completion fish > ~/.config/fish/completions/iotedge-net.fish',
    'complete -c iotedge-net -f',
    ...commands.map(
      ({ name, summary }) => `complete -c iotedge-net -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ),
    ...commands.flatMap(({ name, options, arguments: arguments_ }) => {
      const seen = `complete -c iotedge-net -n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
      return [
        ...options.map((option) => `${seen} ${fishOption(option)}`),
        ...arguments_.map((one) => `${seen} ${fishValues(one)}`),
      ];
    }),
  ];
}

function fishOption({ names, takesValue, completes, summary }: CompletedOption): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  // What -x takes, -r would mix with the files that an argument of the command may be.
  const exclusive = completes === 'file' ? '-r' : '-x';
  const value = completes === undefined ? '-x' : `${exclusive} ${fishValues(completes)}`;
  return [...flags, ...(takesValue ? [value] : []), `-d ${quoted(summary)}`].join(' ');
}

function fishValues(completes: Completion): string {
  if (completes === 'file') return '-F';
  return completes === 'directory' ? "-a '(__fish_complete_directories)'" : `-a ${quoted(completes.join(' '))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
