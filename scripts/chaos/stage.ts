import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diffTwin, type TwinObject } from '@iotedge-networking/contract';
import { createCertificates } from '../../packages/simulator/src/certificates.ts';
import { startCluster, type Cluster } from '../../packages/simulator/src/cluster/cluster.ts';
import type { Scheduler } from '../../packages/simulator/src/cluster/timing/scheduler.ts';
import { systemScheduler } from '../../packages/simulator/src/cluster/timing/scheduler.ts';
import { startEdgeRuntime } from '../../packages/simulator/src/edge/edge-runtime.ts';
import { createFaults } from '../../packages/simulator/src/hub/faults.ts';
import type { Hub } from '../../packages/simulator/src/hub/hub.ts';
import { startHub } from '../../packages/simulator/src/hub/start-hub.ts';
import { bundleNetworking } from '../bundle-networking.ts';
import { grantRights } from '../simulation/grant-rights.ts';
import { AddressGuard } from './address-guard.ts';
import { ChaosModule } from './chaos-module.ts';
import { GoodDocuments } from './good-documents.ts';
import { edgeAgentDesired, type EdgeModule } from './edge-manifest.ts';
import { fastTime, type FastClock } from './fast-clock.ts';
import { MetalLbSite, type MetalLbRelease } from './metallb-site.ts';
import { PlayedKubelet } from './play-kubelet.ts';
import { REFS } from './refs.ts';
import { wishedDocument, type Wish } from './wish.ts';

/** Identity of the module under test. */
export const MODULE = ['chaos-001', 'networking'] as const;

/** One device with everything around it, as the fault run plays with it. */
export interface Stage {
  readonly hub: Hub;
  readonly cluster: Cluster;
  readonly metallb: MetalLbSite;
  readonly kubelet: PlayedKubelet;
  readonly module: ChaosModule;
  readonly guard: AddressGuard;
  readonly documents: GoodDocuments;
  readonly wish: Wish;
  /** Modules of the device's deployment. */
  readonly edgeModules: Map<string, EdgeModule>;
  /** Services that people made by hand, in the namespace default. */
  readonly manual: Set<string>;
  /** A kubeconfig with the module's rights. */
  readonly kubeconfig: string;
  /** Errors inside the simulator. */
  readonly errors: string[];
  /** Sends the wish to the hub. */
  readonly sendWish: () => void;
  /** Sends the device's deployment to the hub. */
  readonly deploy: () => void;
  /** Ends every fault that is still on. */
  calm(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a device: hub, cluster with controllers, MetalLB, edgeAgent, and the module's bundle as a process that lives `speed` times as fast. */
export async function startStage(release: MetalLbRelease, speed: number): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-'));
  const clock: FastClock = { origin: Date.now(), speed };
  const ends: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  const errors: string[] = [];
  const { hub, cluster, ca } = await startServers(clock, errors, ends);
  const [wish, edgeModules] = [firstWish(), new Map<string, EdgeModule>()];
  const documents = new GoodDocuments(hub, MODULE[1]);
  const guard = new AddressGuard(cluster.client, wish, documents);
  const kubelet = new PlayedKubelet(cluster.client);
  const onStart = (): void => guard.metalLbStarts();
  const metallb = new MetalLbSite(cluster.client, release, { pools: () => poolsOf(wish), onStart });
  ends.unshift(
    () => metallb.stop(),
    () => kubelet.close(),
    () => guard.close(),
    () => documents.close(),
  );
  await installDevice(cluster);
  await startEdge({ hub, cluster, ca, speed }, ends);
  const module = await startProcess({ hub, cluster, ca, clock, folder });
  ends.unshift(() => module.stop());
  return {
    ...{ hub, cluster, metallb, kubelet, module, guard, documents, wish, edgeModules, errors },
    manual: new Set<string>(),
    kubeconfig: cluster.kubeconfig('iotedge/networking'),
    sendWish: () => patchDesired(hub, MODULE[1], wishedDocument(wish)),
    deploy: () => patchDesired(hub, '$edgeAgent', edgeAgentDesired(edgeModules)),
    calm: async () => {
      Object.assign(hub.faults, createFaults());
      cluster.faults.calm();
      await cluster.startApiServer();
      if (!module.alive && module.deaths.length === 0) module.start();
    },
    close: async () => {
      for (const end of ends) await end();
    },
  };
}

function firstWish(): Wish {
  const pools = { default: '10.126.75.206-10.126.75.215', second: '10.126.75.220-10.126.75.223' };
  return { services: new Map(), pools: new Map(Object.entries(pools)), mistakes: new Map(), revision: 0 };
}

function fastScheduler(clock: FastClock): Scheduler {
  return {
    now: () => new Date(fastTime(clock, Date.now())),
    after: (milliseconds, task) => systemScheduler.after(milliseconds / clock.speed, task),
  };
}

async function startServers(
  clock: FastClock,
  errors: string[],
  ends: (() => unknown)[],
): Promise<{ readonly hub: Hub; readonly cluster: Cluster; readonly ca: string }> {
  const scheduler = fastScheduler(clock);
  const tls = await createCertificates(['edgehub']);
  const hub = await startHub({ tls, gatewayNames: ['edgehub'], clock: () => scheduler.now() });
  ends.unshift(() => hub.close());
  hub.ensureDevice({ deviceId: MODULE[0], iotEdge: true });
  hub.ensureModule(...MODULE);
  const cluster = await startCluster({
    ...{ tls, scheduler, historyLimit: 100_000 },
    nodes: [
      { name: 'k8s-1', ip: '10.126.75.200', role: 'master' },
      { name: 'k8s-2', ip: '10.126.75.201', role: 'worker' },
    ],
    onError: (component, error) => errors.push(`${component}: ${String(error)}`),
  });
  ends.unshift(() => cluster.close());
  return { hub, cluster, ca: tls.ca };
}

async function installDevice({ client }: Cluster): Promise<void> {
  client.create(REFS.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'iotedge' } });
  const metadata = { namespace: 'iotedge', name: 'networking' };
  client.create(REFS.serviceAccounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  await grantRights(client, 'ase-k8s');
}

interface EdgeSetup {
  readonly hub: Hub;
  readonly cluster: Cluster;
  readonly ca: string;
  readonly speed: number;
}

async function startEdge({ hub, cluster, ca, speed }: EdgeSetup, ends: (() => unknown)[]): Promise<void> {
  const edge = await startEdgeRuntime({
    ...{ hub, client: cluster.client, deviceId: MODULE[0], trustBundle: ca, replayMs: 180_000 / speed },
    hubPorts: { mqtt: hub.mqttPort, https: hub.restPort },
  });
  ends.unshift(() => edge.close());
}

interface ProcessSetup {
  readonly hub: Hub;
  readonly cluster: Cluster;
  readonly ca: string;
  readonly clock: FastClock;
  readonly folder: string;
}

async function startProcess({ hub, cluster, ca, clock, folder }: ProcessSetup): Promise<ChaosModule> {
  const [bundle, caFile, kubeconfig] = ['networking.mjs', 'ca.pem', 'kubeconfig'].map((name) => join(folder, name));
  await bundleNetworking(bundle);
  await writeFile(caFile ?? '', ca);
  await writeFile(kubeconfig ?? '', cluster.kubeconfig('iotedge/networking'));
  const module = new ChaosModule({
    bundle: bundle ?? '',
    clock,
    env: {
      EdgeHubConnectionString: hub.deviceConnectionString(...MODULE),
      EdgeModuleCACertificateFile: caFile ?? '',
      KUBECONFIG: kubeconfig ?? '',
      STATE_DIR: join(folder, 'state'),
      HEALTH_PORT: 'off',
    },
  });
  module.start();
  return module;
}

function patchDesired(hub: Hub, moduleId: string, wanted: TwinObject): void {
  const present = withoutVersion(hub.desired(MODULE[0], moduleId));
  const patch = diffTwin(present, wanted);
  if (patch !== undefined) hub.patchDesired(MODULE[0], moduleId, patch);
}

/** A twin section without what the hub adds to it. */
export function withoutVersion(section: TwinObject): TwinObject {
  return Object.fromEntries(Object.entries(section).filter(([key]) => key !== '$version'));
}

function poolsOf({ pools }: Wish): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries([...pools].map(([name, ranges]) => [name, ranges.split(',')]));
}
