import { setTimeout as delay } from 'node:timers/promises';
import {
  LoadBalancerModel,
  readConfigMap,
  readResources,
  serviceFromKubernetes,
  type MetalLbConfig,
  type MetalLbResource,
  type ServiceChange,
} from '@iotedge-networking/metallb';
import { PATCH, type ApiSession } from '../../behaviour/api-session.ts';
import { FollowedCollection } from './followed-collection.ts';

/** Which MetalLB is played. */
export interface MetalLbPart {
  readonly dialect: 'configmap' | 'crd';
  readonly version: string;
}

const RETRY_MS = 100;
const NAMESPACE = 'metallb-system';
const KINDS = {
  pools: 'v1beta1/ipaddresspools',
  l2Advertisements: 'v1beta1/l2advertisements',
} as const;

/**
 * MetalLB's controller, played by the model of packages/metallb against a real API server: reads its configuration in the dialect's own way, assigns
 * addresses in the order in which Services arrive, and writes status and pool annotation. Speakers are not played.
 */
export class MetalLbController {
  readonly #api: ApiSession;
  readonly #part: MetalLbPart;
  readonly #model: LoadBalancerModel;
  readonly #services: FollowedCollection;
  readonly #sources: readonly (readonly [string, FollowedCollection])[];
  readonly #pending = new Set<string>();
  #configPending = true;
  #working: Promise<void> | undefined;
  #stopped = false;

  private constructor(api: ApiSession, part: MetalLbPart) {
    this.#api = api;
    this.#part = part;
    this.#model = new LoadBalancerModel({ version: part.version });
    this.#services = new FollowedCollection(api, '/api/v1/services', (key) => this.#serviceChanged(key));
    const sources: readonly (readonly [string, string])[] =
      part.dialect === 'configmap'
        ? [['configMap', `/api/v1/namespaces/${NAMESPACE}/configmaps`]]
        : Object.entries(KINDS).map(([kind, path]) => [kind, `/apis/metallb.io/${path}`]);
    this.#sources = sources.map(([kind, path]) => [
      kind,
      new FollowedCollection(api, path, () => this.#configChanged()),
    ]);
  }

  /** Starts it; addresses that stand in the cluster are taken over before anything waiting is served (R33). */
  static async start(api: ApiSession, part: MetalLbPart): Promise<MetalLbController> {
    const controller = new MetalLbController(api, part);
    for (const [, source] of controller.#sources) await source.start();
    await controller.#services.start();
    return controller;
  }

  /** Ends it and waits until nothing is written any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([this.#services, ...this.#sources.map(([, source]) => source)].map((one) => one.stop()));
    await this.#working;
  }

  #serviceChanged(key: string): void {
    this.#pending.add(key);
    this.#soon();
  }

  #configChanged(): void {
    this.#configPending = true;
    this.#soon();
  }

  #soon(): void {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      if (this.#pending.size > 0 && !this.#stopped) this.#soon();
    });
  }

  async #work(): Promise<void> {
    while (!this.#stopped && (this.#pending.size > 0 || this.#configPending)) {
      // Whatever else has come in the meantime is part of the same round.
      await new Promise((resolve) => setImmediate(resolve));
      const keys = [...this.#pending];
      this.#pending.clear();
      for (const key of keys) await this.#write(this.#look(key));
      if (!this.#configPending) continue;
      this.#configPending = false;
      const config = this.#readConfig();
      if (config !== undefined) await this.#write(this.#model.setConfig(config).changes);
    }
  }

  #look(key: string): readonly ServiceChange[] {
    const object = this.#services.objects.get(key);
    return (object === undefined ? this.#model.remove(key) : this.#model.apply(serviceFromKubernetes(object))).changes;
  }

  /** An invalid or missing configuration leaves the last good one in force. */
  #readConfig(): MetalLbConfig | undefined {
    const found = this.#sources.map(([kind, { objects }]) => [kind, [...objects.values()]] as const);
    if (this.#part.dialect === 'crd') {
      const resources = Object.fromEntries(found) as unknown as Record<string, readonly MetalLbResource[]>;
      const outcome = readResources(resources, { namespace: NAMESPACE });
      return outcome.ok ? outcome.value : undefined;
    }
    const config = found.flatMap(([, objects]) => objects).find(({ metadata }) => metadata.name === 'config');
    const text = (config?.data as { readonly config?: string } | undefined)?.config;
    const outcome = text === undefined ? undefined : readConfigMap(text);
    return outcome?.ok === true ? outcome.value : undefined;
  }

  async #write(changes: readonly ServiceChange[]): Promise<void> {
    await Promise.all(changes.map((change) => this.#writeOne(change)));
  }

  async #writeOne({ service, addresses, poolAnnotation }: ServiceChange): Promise<void> {
    const [namespace = '', name = ''] = service.split('/');
    const path = `/api/v1/namespaces/${namespace}/services/${name}`;
    const patch = (target: string, body: object) =>
      this.#api.send({ method: 'PATCH', path: target, contentType: PATCH.merge, body });
    const present = Object.keys(this.#services.objects.get(service)?.metadata.annotations ?? {});
    const stale = present.filter((key) => key.endsWith('/ip-allocated-from-pool') && key !== poolAnnotation?.name);
    const annotations = {
      ...Object.fromEntries(stale.map((key) => [key, null])),
      ...(poolAnnotation === undefined ? {} : { [poolAnnotation.name]: poolAnnotation.value }),
    };
    const ingress = addresses.length === 0 ? null : addresses.map((ip) => ({ ip }));
    while (!this.#stopped) {
      try {
        // A Service that is gone answers 404; its removal is on its way here.
        if (Object.keys(annotations).length > 0) await patch(path, { metadata: { annotations } });
        await patch(`${path}/status`, { status: { loadBalancer: { ingress } } });
        return;
      } catch {
        // The server is away: tried again until it is back.
        await delay(RETRY_MS);
      }
    }
  }
}
