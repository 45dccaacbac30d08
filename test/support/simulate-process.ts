import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What `npm run simulate -- --json` prints. */
export interface SimulationFacts {
  readonly hubConnectionString: string;
  readonly hubMqttPort: number;
  readonly hubRestPort: number;
  readonly caFile: string;
  readonly kubeconfig: string;
  readonly externalServiceIps: readonly string[];
  readonly deviceId: string;
  readonly moduleId: string;
  readonly networkFile: string;
}

/** A simulator in a process of its own, started as a user would. */
export interface SimulateProcess {
  readonly facts: SimulationFacts;
  /** Ends it with SIGTERM and gives the exit code. */
  stop(): Promise<number | null>;
}

const program = fileURLToPath(new URL('../../scripts/simulate.ts', import.meta.url));

/** Starts `scripts/simulate.ts --json` and waits for its one JSON line. */
export async function simulateProcess(arguments_: readonly string[] = []): Promise<SimulateProcess> {
  const child = spawn(process.execPath, [program, '--json', ...arguments_], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const line = await Promise.race([firstLine(child), exited.then(() => undefined)]);
  if (line === undefined) throw new Error(`The simulator ended at once:\n${said.join('')}`);
  return {
    facts: JSON.parse(line) as SimulationFacts,
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = await exited;
      return code;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string | undefined> {
  if (child.stdout === null) return undefined;
  for await (const line of createInterface({ input: child.stdout })) return line;
  return undefined;
}
