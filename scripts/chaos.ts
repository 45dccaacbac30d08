import { parseArgs } from 'node:util';
import { runChaos, type ChaosStep } from './chaos/run-chaos.ts';

const HELP = `Usage: npm run chaos -- [--seed N] [--steps M] [--speed N] [--patience SECONDS] [--json]

Plays random faults, chosen by the seed, against the networking module in a simulated device, and checks the invariants of docs/chaos.md after
every step. Prints one line per step. Exit code 0: all held; 1: one broke; 2: used wrongly.

  --seed N            the run that N stands for; a random one when absent
  --steps M           how many steps (default 100)
  --speed N           seconds of the module's life in one second (default 10)
  --patience SECONDS  how long a step may take to settle (default 90)
  --json              one JSON document per line instead of text
`;

process.exitCode = await main(process.argv.slice(2));

async function main(arguments_: readonly string[]): Promise<number> {
  const options = readOptions(arguments_);
  if ('help' in options) {
    process.stdout.write(HELP);
    return 0;
  }
  if ('refusal' in options) {
    process.stderr.write(`chaos: ${options.refusal}\n`);
    return 2;
  }
  const { json, ...numbers } = options;
  const say = (text: string, document: object): void =>
    void process.stdout.write(`${json ? JSON.stringify(document) : text}\n`);
  const startedAt = performance.now();
  const outcome = await runChaos({ ...numbers, onStep: (step) => say(stepLine(step), step) });
  const { broken, traces, steps, patches, release } = outcome;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  for (const line of traces) process.stderr.write(`  ${line}\n`);
  for (const line of broken) process.stderr.write(`chaos: ${line}\n`);
  const repeat = `npm run chaos -- --seed ${numbers.seed} --steps ${steps}`;
  const verdict = broken.length === 0 ? 'all invariants held' : `broken; repeat with: ${repeat}`;
  const where = `MetalLB ${release.version}, ${patches} patches, ${seconds} s`;
  say(`seed ${numbers.seed}: ${steps} steps, ${where}: ${verdict}`, {
    ...outcome,
    seed: numbers.seed,
    seconds,
    repeat,
  });
  return broken.length === 0 ? 0 : 1;
}

function stepLine({ number, what, settledMs, broken }: ChaosStep): string {
  return `${String(number).padStart(4)}  ${broken.length === 0 ? 'ok' : 'BROKEN'}  ${String(settledMs).padStart(6)} ms  ${what}`;
}

interface Options {
  readonly seed: number;
  readonly steps: number;
  readonly speed: number;
  readonly patienceSeconds: number;
  readonly json: boolean;
}

function readOptions(arguments_: readonly string[]): Options | { readonly help: true } | { readonly refusal: string } {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      args: [...arguments_],
      options: { seed: text, steps: text, speed: text, patience: text, json: flag, help: flag },
    });
    if (values.help) return { help: true };
    return {
      seed: numberOf('seed', values.seed ?? String(Math.floor(Math.random() * 1_000_000))),
      steps: numberOf('steps', values.steps ?? '100'),
      speed: numberOf('speed', values.speed ?? '10'),
      patienceSeconds: numberOf('patience', values.patience ?? '90'),
      json: values.json,
    };
  } catch (error) {
    return { refusal: (error as Error).message };
  }
}

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} takes a whole number, not "${text}"`);
  return number;
}
