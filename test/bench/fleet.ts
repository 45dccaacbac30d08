import { createAzureHubGateway } from '../../packages/deployment/src/azure-iothub/azure-hub-gateway.ts';
import { runCli } from '../../packages/deployment/src/cli.ts';
import type { TwinObject } from '../../packages/contract/src/index.ts';
import { manifestMaker } from '../../packages/deployment/src/generate/manifest.ts';
import { readNetworkFile } from '../../packages/deployment/src/network-file/network-file.ts';
import { planMaker } from '../../packages/deployment/src/plan/plan-device.ts';
import { processClock } from '../../packages/deployment/src/process-access.ts';
import { reportOf } from '../packages/deployment/plan/applied-device.ts';
import { recordedIo } from '../packages/deployment/recorded-io.ts';
import { startHubFixture, type HubFixture } from '../support/hub-fixture.ts';
import { fleetFile } from './deployment-fleet.ts';

/** On a machine that does other things too, the processor's time says more than the clock's. */
interface Duration {
  readonly seconds: number;
  readonly processorSeconds: number;
}

/** How long the commands take on a hub with this many devices, each with ten Services; the hub keeps the rates of S1 and lives in the same process. */
export interface FleetFigures {
  readonly devices: number;
  readonly seed: Duration;
  readonly status: Duration;
  readonly inventory: Duration;
  readonly planHub: Duration;
  readonly applyWithoutChanges: Duration;
  readonly queriesOfAll: number;
}

const FILE = 'network.yaml';

/** Measures the commands that look at a whole fleet. */
export async function fleetFigures(say: (line: string) => void, devices = 10_000): Promise<FleetFigures> {
  const fixture = await startHubFixture({ throttles: 'S1' });
  try {
    const text = fleetFile(devices);
    say(`seeding ${devices} devices`);
    const seeding = await timed(() => seed(fixture, text));
    const measure = async (...given: string[]): Promise<Duration> => {
      say(given.join(' '));
      return timed(() => run(fixture, text, given));
    };
    return {
      ...{ devices, seed: seeding },
      status: await measure('status'),
      inventory: await measure('inventory', '--json'),
      planHub: await measure('plan', FILE, '--hub'),
      applyWithoutChanges: await measure('apply', FILE),
      queriesOfAll: fixture.hub.requests()['POST /devices/query'] ?? 0,
    };
  } finally {
    await fixture.close();
  }
}

async function timed(work: () => unknown): Promise<Duration> {
  const start = performance.now();
  const used = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(used);
  return { seconds: (performance.now() - start) / 1000, processorSeconds: (user + system) / 1_000_000 };
}

function seed({ hub }: HubFixture, text: string): void {
  const outcome = readNetworkFile(text, { file: FILE, environment: {} });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  const { network } = outcome.value;
  const manifestOf = manifestMaker(network);
  const planOf = planMaker(network);
  const mark = { iotedgeNetworking: { network: network.name, made: 'device' } };
  hub.seedDevices(
    network.devices.map((device) => {
      const twins = Object.entries(manifestOf(device).modulesContent).map(([name, content]) => {
        const desired = content['properties.desired'] as unknown as TwinObject;
        if (name !== network.module.name) return [name, { desired }] as const;
        const [ip = ''] = device.computeNetwork.nodeIps?.split('-') ?? [];
        const nodes = { 'k8s-1': { ip, role: 'master', ready: true } };
        const report = { ...reportOf(planOf(device)), nodes, desired: { version: 2, state: 'applied', problems: {} } };
        return [name, { desired, reported: report, connected: true }] as const;
      });
      return { deviceId: device.id, tags: { ...device.tags, ...mark }, modules: Object.fromEntries(twins) };
    }),
  );
}

async function run(fixture: HubFixture, text: string, given: readonly string[]): Promise<void> {
  const gateway = createAzureHubGateway(fixture, fixture.hub.hostName);
  const io = {
    ...recordedIo({ files: { [FILE]: text }, environment: { IOTHUB_CONNECTION_STRING: 'any' } }),
    ...{ clock: processClock, connect: () => Promise.resolve(gateway) },
  };
  const code = await runCli([...given], io);
  if (code !== 0)
    throw new Error(`${given.join(' ')} ended with ${code}: ${io.err().slice(0, 1000)} ${io.out().slice(0, 1000)}`);
}
