import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hubRates, type Network, type TwinObject } from '../../packages/contract/src/index.ts';
import { OWNERSHIP_TAG, wantedOwnership } from '../../packages/deployment/src/apply/ownership.ts';
import { manifestMaker } from '../../packages/deployment/src/generate/manifest.ts';
import { readNetworkFile } from '../../packages/deployment/src/network-file/network-file.ts';
import { planMaker } from '../../packages/deployment/src/plan/plan-device.ts';
import { reportOf } from '../packages/deployment/plan/applied-device.ts';
import { startHubFixture, type HubFixture } from '../support/hub-fixture.ts';
import { fleetFile } from './deployment-fleet.ts';
import { runMeasured, type ProcessFigures } from './measured-process.ts';

/** How one command does on a fleet: as a process of its own, as a user starts it, against a hub that keeps the rates of S1 and has been at rest before. */
export interface CommandFigures extends ProcessFigures {
  /** What the simulated hub takes for it, in the process of the bench. */
  readonly hubProcessorSeconds: number;
  /** Pages that it asks for. */
  readonly queries: number;
  /** How long it has to wait for the rate of queries: 20 are let through at once, then one every 3 seconds. */
  readonly dictatedSeconds: number;
}

const COMMANDS = {
  status: ['status'],
  inventory: ['inventory', '--json'],
  planHub: ['plan', 'network.yaml', '--hub'],
  /** One application of all devices gets another image. */
  planHubOfChange: ['plan', 'changed.yaml', '--hub'],
  applyWithoutChanges: ['apply', 'network.yaml'],
} as const;

type CommandName = keyof typeof COMMANDS;

/** What the commands take on a hub with this many devices, each with ten Services. */
export interface FleetFigures {
  readonly sizes: readonly ({ readonly devices: number } & Readonly<Record<CommandName, CommandFigures>>)[];
  /** How many times the processor time of the smallest fleet the largest one takes; linear growth stays below the ratio of their sizes. */
  readonly growth: Readonly<Record<CommandName, number>>;
}

const SIZES = [2500, 10_000];

/** Measures the commands that look at a whole fleet. */
export async function fleetFigures(
  say: (line: string) => void,
  counts: readonly number[] = SIZES,
): Promise<FleetFigures> {
  const sizes: FleetFigures['sizes'][number][] = [];
  for (const devices of counts) sizes.push({ devices, ...(await measureFleet(say, devices)) });
  const [first, last] = [sizes[0], sizes.at(-1)];
  return {
    sizes,
    growth: byCommand((name) => (last?.[name].processorSeconds ?? 0) / (first?.[name].processorSeconds ?? 1)),
  };
}

function byCommand<T>(make: (name: CommandName) => T): Record<CommandName, T> {
  const names = Object.keys(COMMANDS) as CommandName[];
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<CommandName, T>;
}

async function measureFleet(
  say: (line: string) => void,
  devices: number,
): Promise<Record<CommandName, CommandFigures>> {
  // The hub's bucket of queries is full again before each command: nobody runs all of them within a minute.
  let rested = 0;
  const clock = (): Date => new Date(Date.now() + rested);
  const fixture = await startHubFixture({ throttles: { tier: 'S1', clock } });
  const directory = await mkdtemp(join(tmpdir(), 'fleet-bench-'));
  try {
    const text = fleetFile(devices);
    say(`seeding ${devices} devices`);
    seed(fixture, text);
    await writeFile(join(directory, 'network.yaml'), text);
    await writeFile(join(directory, 'changed.yaml'), text.replace('store/app3:1.3', 'store/app3:1.4'));
    await writeFile(join(directory, 'ca.pem'), fixture.certificates.ca);
    const figures = byCommand((): CommandFigures | undefined => undefined);
    for (const [name, given] of Object.entries(COMMANDS) as [CommandName, readonly string[]][]) {
      say(given.join(' '));
      rested += REST_MS;
      figures[name] = await measureCommand(fixture, directory, given);
    }
    return figures as Record<CommandName, CommandFigures>;
  } finally {
    await fixture.close();
    await rm(directory, { recursive: true });
  }
}

const REST_MS = 60_000;

async function measureCommand(
  { hub }: HubFixture,
  directory: string,
  given: readonly string[],
): Promise<CommandFigures> {
  const pages = (): number => hub.requests()['POST /devices/query'] ?? 0;
  const before = pages();
  const used = process.cpuUsage();
  const env = { IOTHUB_CONNECTION_STRING: hub.connectionString(), NODE_EXTRA_CA_CERTS: join(directory, 'ca.pem') };
  const figures = await runMeasured(given, { directory, env });
  const { user, system } = process.cpuUsage(used);
  const queries = pages() - before;
  const { requests, seconds } = hubRates('S1', 1).Queries;
  return {
    ...figures,
    hubProcessorSeconds: (user + system) / 1_000_000,
    queries,
    dictatedSeconds: Math.max(0, queries - requests) * (seconds / requests),
  };
}

function seed({ hub }: HubFixture, text: string): void {
  const outcome = readNetworkFile(text, { file: 'network.yaml', environment: {} });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  const { network } = outcome.value;
  const modulesOf = seededModules(network);
  hub.seedDevices(
    network.devices.map((device) => {
      const mark = { [OWNERSHIP_TAG]: { ...wantedOwnership(network.name, undefined, device.tags) } };
      return { deviceId: device.id, tags: { ...device.tags, ...mark }, modules: modulesOf(device) };
    }),
  );
}

/** Makes the modules of a device on which the network was applied, and whose networking module reports that all is well. */
function seededModules(network: Network) {
  const manifestOf = manifestMaker(network);
  const planOf = planMaker(network);
  return (device: Network['devices'][number]) => {
    const twins = Object.entries(manifestOf(device).modulesContent).map(([name, content]) => {
      const desired = content['properties.desired'] as unknown as TwinObject;
      if (name !== network.module.name) return [name, { desired }] as const;
      const [ip = ''] = device.computeNetwork.nodeIps?.split('-') ?? [];
      const nodes = { 'k8s-1': { ip, role: 'master', ready: true } };
      const report = { ...reportOf(planOf(device)), nodes, desired: { version: 2, state: 'applied', problems: {} } };
      return [name, { desired, reported: report, connected: true }] as const;
    });
    return Object.fromEntries(twins);
  };
}
