import { readFileSync } from 'node:fs';
import { replayMetalLbCase } from './replay-metallb.ts';
import { isModelFact } from './replay-statements.ts';

/** The part of a recorded case that tells which model it is for. */
interface RecordedCase {
  readonly id: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly expect: Readonly<Record<string, unknown>>;
}

interface Result {
  readonly id: string;
  readonly mismatches: readonly string[];
  /** Recorded as prose, and nothing a model could be asked. */
  readonly isStatement: boolean;
}

type Replay = (testCase: unknown) => readonly string[];

const usage = 'usage: npm run -s replay -- [--json] FILE.jsonl...';

async function main(args: readonly string[]): Promise<number> {
  const asJson = args.includes('--json');
  const files = args.filter((argument) => !argument.startsWith('--'));
  const isUnknown = args.some((argument) => argument.startsWith('--') && argument !== '--json');
  const cases = isUnknown || files.length === 0 ? undefined : readCases(files);
  if (cases === undefined) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const results: Result[] = [];
  for (const testCase of cases) results.push(await replayCase(testCase));
  const failed = results.filter(({ mismatches }) => mismatches.length > 0);
  process.stdout.write(asJson ? jsonSummary(results, failed) : textSummary(results, failed));
  return failed.length > 0 ? 1 : 0;
}

function readCases(files: readonly string[]): RecordedCase[] | undefined {
  try {
    return files.flatMap((file) => {
      const lines = readFileSync(file, 'utf8').split('\n');
      return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as RecordedCase);
    });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

async function replayCase(testCase: RecordedCase): Promise<Result> {
  const { id, input, expect } = testCase;
  const isEdgeAgent = 'module' in input || 'modules' in input;
  const replay = isEdgeAgent ? await edgeAgentReplay() : replayMetalLbCase;
  const isText = !isEdgeAgent && typeof expect.text === 'string';
  const isStatement = isText && !isModelFact(input, String(expect.text));
  return { id, mismatches: replay(testCase), isStatement };
}

/** Loaded only when there is something for it to replay. */
async function edgeAgentReplay(): Promise<Replay> {
  const { replayEdgeAgentCase } = await import('./replay-edge-agent.ts');
  return replayEdgeAgentCase;
}

function textSummary(results: readonly Result[], failed: readonly Result[]): string {
  const lines = results.flatMap(({ id, mismatches, isStatement }) => [
    ...(isStatement ? [`${id} statement`] : []),
    ...mismatches.map((mismatch) => `${id} ${mismatch}`),
  ]);
  return [...lines, `${results.length - failed.length} passed, ${failed.length} failed`, ''].join('\n');
}

function jsonSummary(results: readonly Result[], failed: readonly Result[]): string {
  const statements = results.filter(({ isStatement }) => isStatement).map(({ id }) => id);
  const failures = failed.map(({ id, mismatches }) => ({ id, mismatches }));
  const summary = { passed: results.length - failed.length, failed: failed.length, statements, failures };
  return `${JSON.stringify(summary, null, 2)}\n`;
}

process.exitCode = await main(process.argv.slice(2));
