import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { connectHub, openUi } from '@iotedge-networking/deployment';
import type { Dashboard } from '@iotedge-networking/dashboard';
import { bundleDashboard } from '../bundle-dashboard.ts';
import { commandLine } from './command-line.ts';
import { devicePage } from './device-page.ts';
import type { Simulation } from './start-simulation.ts';

/** What the page is served with. */
export interface PageOptions {
  readonly signal: AbortSignal;
  readonly port?: number;
  /** Told of every address that signs in one browser. */
  readonly onAddress?: (url: string) => void;
}

/** Builds the page and serves it over the simulated hub; what only the device's own page can do, the simulator does. */
export async function servePage(
  { simulator, networkFile, moduleId }: Simulation,
  { signal, port = 0, onAddress }: PageOptions,
): Promise<Dashboard> {
  await bundleDashboard();
  const connectionString = simulator.hub.connectionString();
  const io = commandLine({ connectionString, stdout: process.stderr, stderr: process.stderr, signal });
  return openUi(io, {
    ...{
      hub: connectHub(connectionString),
      module: moduleId,
      file: networkFile,
      port,
      kind: 'simulator',
      watchMs: 500,
    },
    ...{ who: userInfo().username, devicePage: devicePage(simulator) },
    randomText: () => randomBytes(32).toString('base64url'),
    ...(onAddress === undefined ? {} : { onAddress }),
  });
}
