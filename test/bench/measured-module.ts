import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { NETWORKING_ENVIRONMENT, NETWORKING_FLAGS } from '../../scripts/bundle-networking.ts';
import { reportedSchema, type Reported } from '@iotedge-networking/contract';
import type { Simulator } from '@iotedge-networking/simulator';

/** The networking module's bundle, running as a process of its own against a simulator. */
export interface MeasuredModule {
  /** Resident memory in bytes. */
  memory(): Promise<number>;
  /** Processor time since the start, in seconds. */
  processorSeconds(): Promise<number>;
  stop(): Promise<void>;
}

/** Linux counts processor time in these, on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Identity that the measured module has at the hub. */
export const MEASURED = 'measured';

/** Where the measured module runs: which hub and which cluster. */
export type Surroundings = Pick<Simulator, 'hub' | 'deviceId' | 'caFile' | 'kubeconfigFile'>;

/** Starts the bundle with EdgeHubConnectionString and a kubeconfig, as a developer's machine would. */
export function startMeasuredModule(surroundings: Surroundings, bundle: string): MeasuredModule {
  const { hub, deviceId, caFile, kubeconfigFile } = surroundings;
  hub.ensureModule(deviceId, MEASURED);
  const child: ChildProcess = spawn(process.execPath, [...NETWORKING_FLAGS, bundle], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...NETWORKING_ENVIRONMENT,
      PATH: process.env['PATH'],
      EdgeHubConnectionString: hub.deviceConnectionString(deviceId, MEASURED),
      EdgeModuleCACertificateFile: caFile,
      KUBECONFIG: kubeconfigFile,
      HEALTH_PORT: 'off',
      LOG_LEVEL: 'error',
    },
  });
  const exited = once(child, 'exit');
  return {
    memory: async () => {
      const status = await readFile(`/proc/${child.pid ?? 0}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
    },
    processorSeconds: async () => {
      const stat = await readFile(`/proc/${child.pid ?? 0}/stat`, 'utf8');
      // After the name in parentheses: state is field 3, user and system time are fields 14 and 15, in ticks.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Waits until what the module reports satisfies the test. */
export async function awaitReport(
  surroundings: Pick<Surroundings, 'hub' | 'deviceId'>,
  test: (reported: Reported) => boolean,
  timeoutMs = 30_000,
): Promise<Reported> {
  const isWanted = (section: unknown): boolean => {
    const parsed = reportedSchema.safeParse(section);
    return parsed.success && test(parsed.data);
  };
  const { hub, deviceId } = surroundings;
  return reportedSchema.parse(await hub.awaitReported([deviceId, MEASURED], isWanted, timeoutMs));
}
