import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createCertificates } from '../../packages/simulator/src/certificates.ts';
import type { Hub } from '../../packages/simulator/src/hub/hub.ts';
import { startHub } from '../../packages/simulator/src/hub/start-hub.ts';
import { FollowedCollection } from '../control-plane/networking-module/followed-collection.ts';
import type { MetalLbController } from '../control-plane/networking-module/metallb-controller.ts';
import { installMetalLb } from '../control-plane/networking-module/metallb-objects.ts';
import { ControlPlane } from '../control-plane/support/control-plane.ts';
import type { ControlPlanePrograms } from '../control-plane/support/locate-control-plane.ts';
import { grantRights } from '../control-plane/support/module-rights.ts';
import { eventually } from '../support/eventually.ts';
import { MEASURED, type Surroundings } from './measured-module.ts';
import { deleteAll } from './service-floor.ts';

/** The MetalLB that is played. */
export const METALLB = { dialect: 'configmap', version: '0.12.1' } as const;

/** Its one pool, with more addresses than Services are ever made. */
export const POOL = { name: 'default', ranges: '10.126.0.0-10.126.15.255' } as const;

/** Where the measured Services are. */
export const NAMESPACE = 'default';

const QUIET_MS = 3_000;

/** Leases alone are a few writes in this time. */
const CALM_MS = 5_000;
const CALM_WRITES = 20;

/** Desired entries by name, or parts of them; null removes one. */
type Entries = Readonly<Record<string, object | null>>;

/** A real control plane, a hub beside it, and counters of what the module sends to its twin. */
export class BenchControlPlane implements Surroundings {
  readonly plane: ControlPlane;
  readonly hub: Hub;
  readonly deviceId = 'bench-001';
  readonly caFile: string;
  readonly kubeconfigFile: string;
  /** The controller, once a measurement starts it. */
  metalLb: MetalLbController | undefined;
  readonly #folder: string;
  readonly #services: FollowedCollection;
  #patches = 0;
  #bytes = 0;
  #lastPatchAt = 0;

  private constructor(plane: ControlPlane, hub: Hub, folder: string) {
    this.plane = plane;
    this.hub = hub;
    this.#folder = folder;
    this.caFile = join(folder, 'ca.pem');
    this.kubeconfigFile = join(folder, 'kubeconfig');
    this.#services = new FollowedCollection(plane.admin, `/api/v1/namespaces/${NAMESPACE}/services`, () => undefined);
    hub.on('reported', ({ moduleId, patch }) => {
      if (moduleId !== MEASURED) return;
      this.#patches += 1;
      this.#bytes += JSON.stringify(patch).length;
      this.#lastPatchAt = performance.now();
    });
  }

  /** Starts everything but the module and MetalLB's controller. */
  static async start(programs: ControlPlanePrograms): Promise<BenchControlPlane> {
    const plane = await ControlPlane.start(programs);
    const tls = await createCertificates(['localhost']);
    const bench = new BenchControlPlane(plane, await startHub({ tls }), await mkdtemp(join(tmpdir(), 'bench-')));
    await writeFile(bench.caFile, tls.ca);
    await writeFile(bench.kubeconfigFile, await grantRights(plane, 'kubernetes'), { mode: 0o600 });
    await installMetalLb(plane.admin, { metalLb: METALLB, pools: { [POOL.name]: POOL.ranges } });
    bench.hub.ensureDevice({ deviceId: bench.deviceId, iotEdge: true });
    bench.hub.ensureModule(bench.deviceId, MEASURED);
    await bench.#services.start();
    return bench;
  }

  /** Changes the desired document. */
  desire(entries: Entries): void {
    this.hub.patchDesired(this.deviceId, MEASURED, {
      schemaVersion: '1',
      computeNetwork: { externalServiceIps: { [POOL.name]: POOL.ranges } },
      // Nobody announces the addresses here, so there is nothing to probe.
      options: { probe: false },
      services: { [NAMESPACE]: entries },
    });
  }

  /** `$version` of the desired document. */
  get desiredVersion(): number {
    return Number(this.hub.desired(this.deviceId, MEASURED).$version);
  }

  /** Waits until so many Services exist, the API's own not counted. */
  async servicesAre(count: number): Promise<void> {
    await eventually(`${count} Services`, () => this.#services.objects.size - 1 === count, 120_000);
  }

  /**
   * Waits until so many EndpointSlices exist and the controllers write next to nothing any more: kube-controller-manager makes twenty objects a second, and that is no
   * rest for anybody who watches.
   */
  async controllersAreDone(slices: number): Promise<void> {
    const path = `/apis/discovery.k8s.io/v1beta1/namespaces/${NAMESPACE}/endpointslices`;
    const followed = new FollowedCollection(this.plane.admin, path, () => undefined);
    await followed.start();
    await eventually(`${slices} EndpointSlices`, () => followed.objects.size >= slices, 300_000);
    await followed.stop();
    let before = -Infinity;
    for (let now = await this.#revision(); now - before > CALM_WRITES; now = await this.#revision()) {
      before = now;
      await delay(CALM_MS);
    }
  }

  /** The revision of etcd: one more with each write. */
  async #revision(): Promise<number> {
    const { metadata } = await this.plane.admin.ask<{ metadata: { resourceVersion: string } }>({
      path: '/api/v1/namespaces/kube-public/configmaps',
    });
    return Number(metadata.resourceVersion);
  }

  /** Removes every Service and every wish; the module must not run. */
  async clear(): Promise<void> {
    this.hub.removeModule(this.deviceId, MEASURED);
    this.hub.ensureModule(this.deviceId, MEASURED);
    this.desire({});
    const names = [...this.#services.objects.values()].map(({ metadata }) => metadata.name);
    await deleteAll(
      this.plane.admin,
      NAMESPACE,
      names.filter((name) => name !== 'kubernetes'),
    );
    await this.servicesAre(0);
  }

  /** Waits until nothing was sent to the twin for a while, and gives what was sent so far. */
  async quiet(): Promise<{ readonly patches: number; readonly bytes: number }> {
    while (performance.now() - this.#lastPatchAt < QUIET_MS) await delay(QUIET_MS / 10);
    return { patches: this.#patches, bytes: this.#bytes };
  }

  async close(): Promise<void> {
    await this.metalLb?.stop();
    await this.#services.stop();
    await this.hub.close();
    await this.plane.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
