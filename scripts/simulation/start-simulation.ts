import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Network } from '@iotedge-networking/contract';
import { formatPlacedProblem, loadNetwork, processFiles, runCli } from '@iotedge-networking/deployment';
import { LoopbackInUse, startSimulator, type Simulator } from '@iotedge-networking/simulator';
import { parse, stringify } from 'yaml';
import { loopbackNetwork } from '../loopback-network.ts';
import { commandLine } from './command-line.ts';
import { grantRights } from './grant-rights.ts';
import { trustAuthority } from './trust-authority.ts';

/** How to run the whole path on this machine. */
export interface SimulationOptions {
  /** Network file; the embedded two-tier example on loopback addresses when absent. */
  readonly networkFile?: string;
  readonly restPort?: number;
  readonly mqttPort?: number;
  readonly stateDir?: string;
  /** One line for each step and whatever the steps say. */
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A device that runs what its network file says. */
export interface Simulation {
  readonly simulator: Simulator;
  readonly network: Network;
  readonly networkFile: string;
  readonly moduleId: string;
  close(): Promise<void>;
}

/** Input that cannot be used; the message is complete as it is. */
export class SimulationRefused extends Error {}

const EXAMPLE = fileURLToPath(new URL('../../deployment-templates/two-tier/network.yaml', import.meta.url));

/** Simulations of the embedded example that fit beside each other on one machine. */
const PLACES = 8;

/** Starts hub, edge runtime and cluster, deploys the network file as an operator would, and waits until the module reports it applied. */
export async function startSimulation(options: SimulationOptions): Promise<Simulation> {
  const { progress } = options;
  progress(`network: ${options.networkFile ?? 'two-tier example on loopback addresses'}`);
  const { source, simulator } = await startAtFreePlace(options);
  const close = async (): Promise<void> => {
    await simulator.close();
    await source.dispose();
  };
  try {
    progress(
      `IoT Hub on port ${simulator.hub.restPort} (REST) and ${simulator.hub.mqttPort} (MQTT), Kubernetes API at ${simulator.cluster.url}`,
    );
    await grantRights(simulator.cluster.client, source.network.profile);
    await trustAuthority(simulator.caFile);
    await applyNetwork(simulator, source, options);
    const { network, file } = source;
    return { simulator, network, networkFile: file, moduleId: network.module.name, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Started {
  readonly source: OpenNetwork;
  readonly simulator: Simulator;
}

/** The embedded example moves to the next free place when another simulator has its addresses; a given file means the addresses it says. */
async function startAtFreePlace(options: SimulationOptions, place = 0): Promise<Started> {
  const source = await openNetwork(options.networkFile, place);
  try {
    return { source, simulator: await startDevice(source, options) };
  } catch (error) {
    await source.dispose();
    const isMovable = options.networkFile === undefined && place + 1 < PLACES;
    if (error instanceof LoopbackInUse && isMovable) return await startAtFreePlace(options, place + 1);
    if (error instanceof SimulationRefused) throw error;
    throw new SimulationRefused(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function startDevice({ file, network }: OpenNetwork, options: SimulationOptions): Promise<Simulator> {
  const [device] = network.devices;
  if (device === undefined)
    throw new SimulationRefused(`${file}: lists no device. Add for example devices: [{ id: store-001 }].`);
  const { restPort, mqttPort, stateDir, progress } = options;
  return startSimulator({
    ...{ restPort, mqttPort, stateDir, deviceId: device.id, tags: device.tags },
    ...{ profile: network.profile, computeNetwork: device.computeNetwork },
    onError: (component, error) => progress(`simulator: ${component}: ${String(error)}`),
  });
}

interface OpenNetwork {
  readonly file: string;
  readonly network: Network;
  dispose(): Promise<void>;
}

async function openNetwork(networkFile: string | undefined, place: number): Promise<OpenNetwork> {
  const directory = await mkdtemp(join(tmpdir(), 'iotedge-network-'));
  const file = networkFile ?? join(directory, 'network.yaml');
  const dispose = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    if (networkFile === undefined)
      await writeFile(file, stringify(loopbackNetwork(parse(await readFile(EXAMPLE, 'utf8')), place)));
    return { file, network: await readNetwork(file), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function readNetwork(file: string): Promise<Network> {
  const read = await loadNetwork({ environment: process.env, files: processFiles }, file).catch((error: unknown) => {
    throw new SimulationRefused(error instanceof Error ? error.message : String(error), { cause: error });
  });
  if (!read.ok) throw new SimulationRefused(read.problems.map(formatPlacedProblem).join('\n'));
  return read.value.network;
}

async function applyNetwork(simulator: Simulator, { file }: OpenNetwork, options: SimulationOptions): Promise<void> {
  const { progress, signal } = options;
  const lines = lineSink(progress);
  const io = commandLine({ connectionString: simulator.hub.connectionString(), stdout: lines, stderr: lines, signal });
  progress(`iotedge-net apply --device ${simulator.deviceId} --wait`);
  const arguments_ = [
    'apply',
    file,
    '--device',
    simulator.deviceId,
    '--yes',
    '--wait',
    '--timeout',
    '60',
    '--interval',
    '0.2',
  ];
  const code = await runCli(arguments_, io);
  if (code !== 0 && !signal.aborted)
    throw new SimulationRefused('The network could not be deployed; see the lines above.');
}

/** Cuts what is written into whole lines. */
function lineSink(progress: (line: string) => void): { write: (text: string) => void } {
  let rest = '';
  return {
    write(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') progress(`  ${line}`);
    },
  };
}
