import { setTimeout as delay } from 'node:timers/promises';
import { resolveNetwork } from '@iotedge-networking/contract';
import { startSimulator, type Simulator } from '@iotedge-networking/simulator';
import { bundleNetworking, NETWORKING_BUNDLE } from '../../scripts/bundle-networking.ts';
import { awaitReport, MEASURED, startMeasuredModule } from './measured-module.ts';
import { median, quantile } from './quantile.ts';

/** What is measured of the networking module. Times in milliseconds, sizes in bytes. */
export interface ModuleFigures {
  readonly bundleBytes: number;
  readonly startToFirstFullReportMs: number;
  readonly desiredToReportedAddressMs: { readonly median: number; readonly p95: number; readonly runs: number };
  /** At rest, started as the image starts it. */
  readonly residentBytes: { readonly with10Services: number; readonly with500Services: number };
}

const RUNS = 50;
const BETWEEN_RUNS_MS = 1500;
/** The module gives memory back after three quiet seconds. */
const AT_REST_MS = 6000;
const services = { group: '', version: 'v1', plural: 'services' };

const desired = {
  schemaVersion: '1',
  computeNetwork: {
    externalServiceIps: { default: '127.90.0.0-127.90.3.255' },
    podSubnet: '127.91.0.0/16',
    clusterIpSubnet: '127.92.0.0/16',
  },
  services: {},
};

/** Measures the module's bundle against a simulator of its own. */
export async function moduleFigures(say: (line: string) => void): Promise<ModuleFigures> {
  say('bundling the module');
  const bundleBytes = await bundleNetworking();
  const simulator = await startBenchSimulator();
  try {
    for (let index = 0; index < 10; index += 1) createService(simulator, index);
    simulator.hub.ensureModule(simulator.deviceId, MEASURED);
    simulator.hub.patchDesired(simulator.deviceId, MEASURED, desired);
    say('starting the module with 10 Services');
    const started = performance.now();
    const module = startMeasuredModule(simulator, NETWORKING_BUNDLE);
    try {
      await awaitReport(simulator, ({ desired: { state }, summary }) => state === 'applied' && summary.external >= 10);
      const startToFirstFullReportMs = performance.now() - started;
      await delay(AT_REST_MS);
      const with10Services = await module.memory();
      const times = await desiredToAddress(simulator, say);
      say('500 Services');
      for (let index = 10; index < 500; index += 1) createService(simulator, index);
      await awaitReport(simulator, ({ summary }) => summary.external >= 500, 60_000);
      await delay(AT_REST_MS);
      return {
        bundleBytes,
        startToFirstFullReportMs,
        desiredToReportedAddressMs: { median: median(times), p95: quantile(times, 0.95), runs: RUNS },
        residentBytes: { with10Services, with500Services: await module.memory() },
      };
    } finally {
      await module.stop();
    }
  } finally {
    await simulator.close();
  }
}

/** One new Service after the other: from the desired patch until the twin shows its address. */
async function desiredToAddress(simulator: Simulator, say: (line: string) => void): Promise<readonly number[]> {
  say(`desired patch → reported address, ${RUNS} times`);
  const times: number[] = [];
  for (let index = 0; index < RUNS; index += 1) {
    const name = `wanted-${index}`;
    const started = performance.now();
    const entry = { expose: 'external', ports: { http: '80:8080/TCP' }, backends: 'selector:app=absent' };
    simulator.hub.patchDesired(simulator.deviceId, MEASURED, { services: { default: { [name]: entry } } });
    await awaitReport(simulator, (reported) => (reported.services['default']?.[name]?.ips ?? '') !== '');
    times.push(performance.now() - started);
    // Wishes of people come seldom. Asked without a pause, the figure would be the module's own limit on patches per second.
    await delay(BETWEEN_RUNS_MS);
  }
  return times;
}

function startBenchSimulator(): Promise<Simulator> {
  const network = resolveNetwork({
    apiVersion: 'iotedge-networking/v1',
    name: 'bench',
    computeNetwork: { ...desired.computeNetwork, nodeIps: '127.90.4.200-127.90.4.201' },
    devices: [{ id: 'bench-001' }],
  });
  const [device] = network.devices;
  if (device === undefined) throw new Error('the bench network has one device');
  return startSimulator({ deviceId: device.id, computeNetwork: device.computeNetwork });
}

function createService({ cluster }: Simulator, index: number): void {
  cluster.client.create(services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `present-${index}`, namespace: 'default' },
    spec: { type: 'LoadBalancer', selector: { app: 'absent' }, ports: [{ port: 80, protocol: 'TCP' }] },
  });
}
