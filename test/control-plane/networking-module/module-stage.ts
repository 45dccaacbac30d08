import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportedSchema, type DesiredInput, type Reported } from '@iotedge-networking/contract';
import { addNode, addPod, namespaceReady, removePod, type PodInput } from '../../behaviour/cluster-objects.ts';
import { openApiSession, PATCH, type ApiSession } from '../../behaviour/api-session.ts';
import { startHub } from '../../../packages/simulator/src/hub/start-hub.ts';
import type { Hub } from '../../../packages/simulator/src/hub/hub.ts';
import {
  MODULE_MAIN,
  startModuleProcess,
  type ModuleProcess,
} from '../../modules/networking/support/module-process.ts';
import { eventually } from '../../support/eventually.ts';
import { testCertificates } from '../../support/hub-fixture.ts';
import type { NetworkNamespace } from '../data-path/network-namespaces.ts';
import type { ControlPlane } from '../support/control-plane.ts';
import { grantRights, type RightsProfile } from '../support/module-rights.ts';
import { sharedControlPlane } from '../support/shared-control-plane.ts';
import type { WireObject } from './followed-collection.ts';
import { installMetalLb, removeMetalLb } from './metallb-objects.ts';
import { MetalLbController, type MetalLbPart } from './metallb-controller.ts';
import { ingressOf, type WireService } from './wire-service.ts';

/** What a suite of the networking module plays on. */
export interface StageOptions {
  readonly profile: RightsProfile;
  readonly metalLb: MetalLbPart;
  /** Ranges by pool name. */
  readonly pools: Readonly<Record<string, string>>;
}

type DesiredServices = Readonly<Record<string, unknown>>;

const MODULE = 'networking';
const PATIENCE_MS = 20_000;
const SLICES = '/apis/discovery.k8s.io/v1beta1';

/**
 * A real control plane with MetalLB's objects, two nodes and a local hub; the networking module runs in it as a process with exactly the rights it ships.
 * Each test gets a device of its own from {@link reset}.
 */
export class ModuleStage {
  readonly plane: ControlPlane;
  readonly hub: Hub;
  readonly options: StageOptions;
  /** Namespace in which the module may write. */
  readonly namespace: string;
  #metalLb: MetalLbController | undefined;
  #device = '';
  #module: ModuleProcess | undefined;
  readonly #access: ApiSession;
  readonly #folder: string;

  private constructor(
    parts: { plane: ControlPlane; hub: Hub; access: ApiSession; folder: string },
    options: StageOptions,
  ) {
    this.plane = parts.plane;
    this.hub = parts.hub;
    this.#access = parts.access;
    this.#folder = parts.folder;
    this.options = options;
    this.namespace = namespaceOf(options.profile);
  }

  /** Sets everything up; needs programs to start a control plane from. */
  static async open(options: StageOptions): Promise<ModuleStage> {
    const plane = await sharedControlPlane('module');
    const access = await openApiSession(await grantRights(plane, options.profile));
    if (plane.hasControllers) await namespaceReady(plane.admin, namespaceOf(options.profile));
    await installMetalLb(plane.admin, options);
    const [tls, folder] = await Promise.all([testCertificates(), mkdtemp(join(tmpdir(), 'module-stage-'))]);
    await writeFile(join(folder, 'ca.pem'), tls.ca);
    const stage = new ModuleStage({ plane, access, folder, hub: await startHub({ tls }) }, options);
    await stage.startMetalLb();
    for (const [name, ip] of NODES) await addNode(plane.admin, { name, ip });
    return stage;
  }

  /** Removes what the suite made; the control plane stays for the next one. */
  async close(): Promise<void> {
    await this.reset();
    await this.stopMetalLb();
    for (const [name] of NODES) await this.api.send({ method: 'DELETE', path: `/api/v1/nodes/${name}` });
    await removeMetalLb(this.api, this.options.metalLb);
    this.#access.close();
    await this.hub.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The administrator's session. */
  get api(): ApiSession {
    return this.plane.admin;
  }

  /** Device id of the running test. */
  get device(): string {
    return this.#device;
  }

  /** Ends the module, removes Services, endpoints and pods, and takes a new device for the next test. */
  async reset(): Promise<void> {
    await this.endModule('SIGKILL');
    for (const name of await this.names('pods')) await removePod(this.api, { namespace: this.namespace, name });
    for (const name of await this.names('services')) {
      if (name !== 'kubernetes') await this.remove('services', name);
    }
    await this.api.ask({ method: 'DELETE', path: `${SLICES}/namespaces/${this.namespace}/endpointslices` });
    this.#device = `edge-${randomBytes(3).toString('hex')}`;
    this.hub.ensureDevice({ deviceId: this.#device, iotEdge: true });
    this.hub.ensureModule(this.#device, MODULE);
  }

  /** MetalLB's controller begins (again). */
  async startMetalLb(): Promise<void> {
    this.#metalLb = await MetalLbController.start(this.api, this.options.metalLb);
  }

  /** MetalLB's controller ends. */
  async stopMetalLb(): Promise<void> {
    await this.#metalLb?.stop();
    this.#metalLb = undefined;
  }

  /** What the module is started with, whoever starts it. */
  get environment(): Record<string, string> {
    return {
      EdgeHubConnectionString: this.hub.deviceConnectionString(this.#device, MODULE),
      EdgeModuleCACertificateFile: join(this.#folder, 'ca.pem'),
      IOTEDGE_NAMESPACE: 'iotedge',
    };
  }

  /** Starts the module as a process with the rights of the profile, or with another kubeconfig. */
  async startModule(access: ApiSession = this.#access): Promise<ModuleProcess> {
    this.#module = await startModuleProcess({ kubeConfig: access.config }, this.environment);
    return this.#module;
  }

  /** Starts the module inside a network namespace in which the API server and the hub are shown at the ports they have here. */
  async startModuleIn(namespace: NetworkNamespace): Promise<void> {
    const kubeconfig = join(this.#folder, 'kubeconfig');
    await writeFile(kubeconfig, this.#access.config.exportConfig(), { mode: 0o600 });
    const { PATH, HOME } = process.env;
    const environment = { PATH, HOME, KUBECONFIG: kubeconfig, LOG_LEVEL: 'info', ...this.environment };
    const logFile = join(this.#folder, 'module.log');
    const program = namespace.start(process.execPath, [MODULE_MAIN], { logFile, environment });
    await this.hub.awaitConnected([this.#device, MODULE], true, PATIENCE_MS * 3).catch((cause: unknown) => {
      throw new Error(`the module does not connect: ${program.lastLines()}`, { cause });
    });
  }

  /** Ends the module. */
  async endModule(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const module = this.#module;
    this.#module = undefined;
    await module?.end(signal);
  }

  /** Desired Services of the stage's namespace; null removes one. The rest of the document stays as it was. */
  desire(services: DesiredServices, rest: Omit<DesiredInput, 'schemaVersion' | 'services'> = {}): void {
    this.hub.patchDesired(this.#device, MODULE, {
      schemaVersion: '1',
      computeNetwork: { externalServiceIps: this.options.pools },
      ...rest,
      services: { [this.namespace]: services },
    });
  }

  /** Waits until the twin says this. */
  async reported(what: string, test: (reported: Reported) => boolean): Promise<Reported> {
    const isWanted = (section: unknown): boolean => {
      const parsed = reportedSchema.safeParse(section);
      return parsed.success && test(parsed.data);
    };
    try {
      const found = await this.hub.awaitReported([this.#device, MODULE], isWanted, PATIENCE_MS);
      return reportedSchema.parse(found);
    } catch (cause) {
      const now = JSON.stringify(this.hub.reported(this.#device, MODULE));
      const log = this.#module?.log.slice(-12).map((line) => JSON.stringify(line)) ?? [];
      throw new Error(`the twin never says ${what}: ${now}\n${log.join('\n')}`, { cause });
    }
  }

  /** Waits until everything of the newest desired document is done. */
  applied(): Promise<Reported> {
    const { $version: version } = this.hub.desired(this.#device, MODULE);
    return this.reported('applied', ({ desired }) => desired.version === version && desired.state === 'applied');
  }

  /** Waits until every named Service of the namespace is Ready, and gives the report. */
  ready(...names: readonly string[]): Promise<Reported> {
    return this.reported(`${names.join(', ')} ready`, ({ services, desired }) => {
      const found = services[this.namespace] ?? {};
      return desired.state === 'applied' && names.every((name) => found[name]?.state === 'Ready');
    });
  }

  /** A pod of an IoT Edge module, running on a node. */
  async addModulePod(name: string, ip: string, isReady = true): Promise<PodInput> {
    const labels = { 'net.azure-devices.edge.module': name };
    const pod = { namespace: this.namespace, name, labels, node: NODES[0][0], ip };
    await addPod(this.api, pod, isReady);
    return pod;
  }

  /** Path of a collection of the stage's namespace. */
  path(plural: string): string {
    const root = plural === 'endpointslices' ? SLICES : '/api/v1';
    return `${root}/namespaces/${this.namespace}/${plural}`;
  }

  /** Names of the objects of a collection. */
  async names(plural: string): Promise<readonly string[]> {
    const { items } = await this.api.ask<{ items: readonly WireObject[] }>({ path: this.path(plural) });
    return items.map(({ metadata }) => metadata.name);
  }

  /** One object, or undefined. */
  async find<T = WireObject>(plural: string, name: string): Promise<T | undefined> {
    const { status, body } = await this.api.send<T>({ path: `${this.path(plural)}/${name}` });
    return status === 200 ? body : undefined;
  }

  async create(plural: string, body: object): Promise<WireObject> {
    return this.api.ask<WireObject>({ method: 'POST', path: this.path(plural), body });
  }

  /** Changes an object as somebody else. */
  async change(plural: string, name: string, body: object): Promise<WireObject> {
    const path = `${this.path(plural)}/${name}?fieldManager=somebody`;
    return this.api.ask<WireObject>({ method: 'PATCH', path, contentType: PATCH.merge, body });
  }

  /** The same where the server may say that others write the object too fast (409). */
  async tryChange(plural: string, name: string, body: object): Promise<void> {
    const path = `${this.path(plural)}/${name}?fieldManager=somebody`;
    await this.api.send({ method: 'PATCH', path, contentType: PATCH.merge, body });
  }

  async remove(plural: string, name: string): Promise<void> {
    await this.api.ask({ method: 'DELETE', path: `${this.path(plural)}/${name}` });
  }

  /** Waits until the condition holds of the Service. */
  serviceIs(name: string, what: string, test: (service: WireService) => boolean): Promise<WireService> {
    return eventually(
      `Service ${name} ${what}`,
      async () => {
        const found = await this.find<WireService>('services', name);
        return found !== undefined && test(found) && found;
      },
      PATIENCE_MS,
    );
  }

  /** Waits until the Service has an address. */
  serviceIsServed(name: string): Promise<WireService> {
    return this.serviceIs(name, 'has an address', (service) => ingressOf(service) !== '');
  }

  /** Waits until an object is gone. */
  async isGone(plural: string, name: string): Promise<void> {
    const isAbsent = async () => (await this.find(plural, name)) === undefined;
    await eventually(`${plural}/${name} is gone`, isAbsent, PATIENCE_MS);
  }
}

const NODES = [
  ['k8s-1', '10.126.75.200'],
  ['k8s-2', '10.126.75.201'],
] as const;

function namespaceOf(profile: RightsProfile): string {
  return profile === 'ase-k8s' || profile === 'vm' ? 'iotedge' : 'default';
}
