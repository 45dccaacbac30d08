import { createHash } from 'node:crypto';
import {
  announcer,
  LoadBalancerModel,
  serviceFromKubernetes,
  type Announcement,
  type ServiceChange,
  type ServiceEvent,
} from '@iotedge-networking/metallb';
import { eventRecorder, type EventRecorder } from '../cluster/event-recorder.ts';
import type { KubeObject, ObjectClient, ResourceRef } from '../cluster/object-client.ts';
import { concernsConfiguration, configurationSources, readConfiguration } from './metallb-configuration.ts';
import type { MetalLbOptions } from './metallb-options.ts';
import { readyEndpoints, speakerNodes } from './speaker-surroundings.ts';

/** What the simulated MetalLB works with. */
export interface MetalLbSetup extends Pick<MetalLbOptions, 'dialect' | 'version'> {
  readonly client: ObjectClient;
  /** Told whenever who announces what may have changed, so that the balancer can look again. */
  readonly onAnnouncement?: () => void;
}

/** The running controller and speakers. */
export interface MetalLb {
  /** Whether the speakers announce a Service's external addresses, and from which node. */
  announcement(service: KubeObject): { readonly announced: boolean; readonly node?: string };
  /** Ends the controller and starts it again with what stands in the cluster, as a restarted pod does. */
  restart(): void;
  close(): void;
}

const services: ResourceRef = { group: '', version: 'v1', plural: 'services' };
const nodes: ResourceRef = { group: '', version: 'v1', plural: 'nodes' };
const endpointSlices: ResourceRef = { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices' };
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Plays MetalLB's controller and speakers by the model in `packages/metallb`: assigns addresses, records events, elects announcers. */
export function startMetalLb(setup: MetalLbSetup): MetalLb {
  return new MetalLbAddOn(setup);
}

class MetalLbAddOn implements MetalLb {
  readonly #setup: MetalLbSetup;
  readonly #model: LoadBalancerModel;
  readonly #recordController: EventRecorder;
  readonly #recordSpeaker: EventRecorder;
  readonly #announcedFrom = new Map<string, string>();
  readonly #pending = new Set<string>();
  readonly #restless = new Set<string>();
  #configurationPending = true;
  #next: NodeJS.Immediate | undefined;
  readonly #ends: readonly (() => void)[];

  constructor(setup: MetalLbSetup) {
    this.#setup = setup;
    const { client, version, dialect } = setup;
    this.#model = new LoadBalancerModel({ version });
    this.#recordController = eventRecorder(client, { component: 'metallb-controller' });
    this.#recordSpeaker = eventRecorder(client, { component: 'metallb-speaker' });
    this.#ends = [
      client.watch(services, ({ object }) => this.#serviceChanged(keyOf(object))),
      client.watch(endpointSlices, ({ object }) => this.#endpointsChanged(object)),
      client.watch(nodes, () => this.#surroundingsChanged()),
      ...configurationSources(dialect).map((ref) =>
        client.watch(ref, ({ object }) => {
          if (concernsConfiguration(object)) this.#configurationChanged();
        }),
      ),
    ];
    // Addresses that stand in the cluster are taken over before anything waiting is served (R33).
    this.#flush();
  }

  announcement(service: KubeObject): { readonly announced: boolean; readonly node?: string } {
    const found = this.#announcementOf(service);
    if (found?.announced !== true) return { announced: false };
    return found.protocol === 'layer2'
      ? { announced: true, node: found.node }
      : { announced: true, node: found.nodes[0] };
  }

  restart(): void {
    const found = readConfiguration(this.#setup.client, this.#setup.dialect);
    this.#perform(this.#model.restart(found.kind === 'valid' ? found.config : 'none'));
  }

  close(): void {
    for (const end of this.#ends) end();
    clearImmediate(this.#next);
  }

  #serviceChanged(key: string): void {
    this.#pending.add(key);
    this.#soon();
  }

  #endpointsChanged(slice: KubeObject): void {
    const owner = slice.metadata.labels?.['kubernetes.io/service-name'];
    if (owner === undefined) return;
    this.#restless.add(`${slice.metadata.namespace ?? ''}/${owner}`);
    this.#soon();
  }

  #surroundingsChanged(): void {
    for (const key of this.#model.services()) this.#restless.add(key);
    this.#soon();
  }

  #configurationChanged(): void {
    this.#configurationPending = true;
    this.#soon();
  }

  #soon(): void {
    this.#next ??= setImmediate(() => this.#flush());
  }

  #flush(): void {
    clearImmediate(this.#next);
    this.#next = undefined;
    const keys = [...this.#pending];
    this.#pending.clear();
    for (const key of keys) this.#look(key);
    if (this.#configurationPending) this.#readConfiguration();
    const spoken = new Set([...keys, ...this.#restless]);
    this.#restless.clear();
    for (const key of spoken) this.#speak(key);
    if (spoken.size > 0) this.#setup.onAnnouncement?.();
  }

  #look(key: string): void {
    const object = this.#service(key);
    this.#perform(object === undefined ? this.#model.remove(key) : this.#model.apply(serviceFromKubernetes(object)));
  }

  #readConfiguration(): void {
    this.#configurationPending = false;
    const found = readConfiguration(this.#setup.client, this.#setup.dialect);
    // An invalid configuration leaves the last good one in force; MetalLB raises its stale metric only.
    if (found.kind !== 'valid') return;
    this.#perform(this.#model.setConfig(found.config));
    this.#surroundingsChanged();
  }

  #perform({
    changes,
    events,
  }: {
    readonly changes: readonly ServiceChange[];
    readonly events: readonly ServiceEvent[];
  }): void {
    for (const change of changes) this.#write(change);
    for (const { service, ...event } of events) {
      const object = this.#service(service);
      if (object !== undefined) this.#recordController(object, event);
    }
  }

  #write({ service, addresses, poolAnnotation }: ServiceChange): void {
    const before = this.#service(service);
    if (before === undefined) return;
    const { client } = this.#setup;
    const { namespace, name, annotations = {} } = before.metadata;
    const stale = Object.keys(annotations).filter(
      (key) => key.endsWith('/ip-allocated-from-pool') && key !== poolAnnotation?.name,
    );
    const wanted = poolAnnotation === undefined ? [] : [[poolAnnotation.name, poolAnnotation.value] as const];
    const edits = [...stale.map((key) => [key, null] as const), ...wanted];
    if (edits.length > 0)
      client.patch(
        services,
        { namespace, name },
        { kind: 'merge', body: { metadata: { annotations: Object.fromEntries(edits) } } },
      );
    const ingress = addresses.map((ip) => ({ ip }));
    const body = { status: { loadBalancer: { ingress: ingress.length > 0 ? ingress : null } } };
    client.patch(services, { namespace, name }, { kind: 'merge', subresource: 'status', body });
  }

  /** The speakers' part: says from which node a Service's address is announced, whenever that changes. */
  #speak(key: string): void {
    const object = this.#service(key);
    const found = object === undefined ? undefined : this.#announcementOf(object);
    const node = found?.announced === true && found.protocol === 'layer2' ? found.node : undefined;
    if (node === undefined) this.#announcedFrom.delete(key);
    if (object === undefined || node === undefined || this.#announcedFrom.get(key) === node) return;
    this.#announcedFrom.set(key, node);
    const message = `announcing from node "${node}" with protocol "layer2"`;
    this.#recordSpeaker(object, { type: 'Normal', reason: 'nodeAssigned', message });
  }

  #announcementOf(object: KubeObject): Announcement | undefined {
    const service = serviceFromKubernetes(object);
    const { config } = this.#model;
    const addresses = service.status ?? [];
    if (config === undefined || addresses.length === 0) return undefined;
    const { client, version } = this.#setup;
    return announcer(
      { ...service, addresses },
      { config, version, sha256, nodes: speakerNodes(client), endpoints: readyEndpoints(client, service) },
    );
  }

  #service(key: string): KubeObject | undefined {
    const [namespace = '', name = ''] = key.split('/');
    return this.#setup.client.get(services, { namespace, name });
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
