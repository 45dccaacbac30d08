import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { reportedSchema, type Reported } from '@iotedge-networking/contract';
import type { Simulator } from '@iotedge-networking/simulator';

/** The networking module's bundle, running as a process of its own against a simulator. */
export interface MeasuredModule {
  /** Resident memory in bytes. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

/** Identity that the measured module has at the hub. */
export const MEASURED = 'measured';

/** Starts the bundle with EdgeHubConnectionString and a kubeconfig, as a developer's machine would. */
export function startMeasuredModule(simulator: Simulator, bundle: string): MeasuredModule {
  const { hub, deviceId, caFile, kubeconfigFile } = simulator;
  hub.ensureModule(deviceId, MEASURED);
  const child: ChildProcess = spawn(process.execPath, ['--max-semi-space-size=1', '--optimize-for-size', bundle], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
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
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Waits until what the module reports satisfies the test. */
export async function awaitReport(
  simulator: Simulator,
  test: (reported: Reported) => boolean,
  timeoutMs = 30_000,
): Promise<Reported> {
  const isWanted = (section: unknown): boolean => {
    const parsed = reportedSchema.safeParse(section);
    return parsed.success && test(parsed.data);
  };
  return reportedSchema.parse(await simulator.hub.awaitReported([simulator.deviceId, MEASURED], isWanted, timeoutMs));
}
