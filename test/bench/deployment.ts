import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fleetFile } from './deployment-fleet.ts';

const run = promisify(execFile);
const PROCESS = fileURLToPath(new URL('./deployment-process.ts', import.meta.url));

/** The bound: 10,000 devices with ten Services each are read, checked, planned and generated in 5 s and 512 MB. */
const BOUND = { seconds: 5, memoryMb: 512 };

/** What one fleet took, in a process of its own. */
interface FleetFigures {
  readonly devices: number;
  /** From the start of the process to its end. */
  readonly seconds: number;
  /** Processor time of the work, without the start of the process. */
  readonly processorSeconds: number;
  readonly peakMemoryMb: number;
}

/** Plans and generates fleets of 1,000 and 10,000 devices, and says how the cost of a device grows: 1 or less is linear. */
export async function deploymentFigures(say: (line: string) => void): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-deployment-'));
  try {
    // The first process warms the files of the machine.
    await measure(folder, 10);
    say('fleet of 1,000 devices');
    const small = await measure(folder, 1_000);
    say('fleet of 10,000 devices');
    const large = await measure(folder, 10_000);
    return { small, large, growth: growthOf(small, large), bound: BOUND, isWithin: isWithin(large) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure(folder: string, devices: number): Promise<FleetFigures> {
  const file = join(folder, `${devices}.yaml`);
  await writeFile(file, fleetFile(devices));
  const start = performance.now();
  const { stdout } = await run(process.execPath, [PROCESS, file]);
  return { ...(JSON.parse(stdout) as Omit<FleetFigures, 'seconds'>), seconds: (performance.now() - start) / 1000 };
}

/** What one device costs in the large fleet, as a multiple of what it costs in the small one; in processor time, which others disturb less. */
function growthOf(small: FleetFigures, large: FleetFigures): number {
  const cost = ({ processorSeconds, devices }: FleetFigures): number => processorSeconds / devices;
  return cost(large) / cost(small);
}

function isWithin({ seconds, peakMemoryMb }: FleetFigures): boolean {
  return seconds < BOUND.seconds && peakMemoryMb < BOUND.memoryMb;
}
