import { eventRecorder, type EventRecorder } from '../cluster/event-recorder.ts';
import type { KubeObject, ObjectClient } from '../cluster/object-client.ts';
import { backendKey } from './backend-picker.ts';
import { listenFailure } from './listen-failure.ts';
import { routeListener } from './route-listener.ts';
import type { RouteListener } from './route-listener.ts';
import { serviceDirectory } from './service-directory.ts';
import type { ServiceDirectory } from './service-directory.ts';
import type { Service } from './service.ts';
import { serviceRoutes } from './service-routes.ts';
import type { Route, RouteContext } from './service-routes.ts';

/** What the balancer is started with. */
export interface BalancerOptions {
  readonly client: ObjectClient;
  /** Whether the load balancer announces a Service, and from which node. Default: announced as soon as it has an address. Call `refresh` when it changes. */
  readonly announcement?: (service: KubeObject) => RouteContext['announcement'];
}

/** The running balancer. */
export interface Balancer {
  /** How many connections (or UDP flows) each endpoint of a Service was given, by `ip:port`. */
  connections(namespace: string, name: string): Readonly<Record<string, number>>;
  /** The addresses in use: `TCP 127.28.3.4:80`, with the Service `namespace/name` that has it. */
  listening(): ReadonlyMap<string, string>;
  /** Looks at the announcements of all Services again. */
  refresh(): void;
  close(): void;
}

interface Claim {
  readonly owner: string;
  readonly listener: RouteListener;
}

const nodes = { group: '', version: 'v1', plural: 'nodes' } as const;

/**
 * kube-proxy's part: really listens for each Service on its cluster IP, its external addresses and node ports (at their loopback addresses),
 * spreads new connections over the ready endpoints and refuses them when there is none. Follows each change at once.
 */
export function startBalancer(options: BalancerOptions): Balancer {
  return new ServiceBalancer(options);
}

class ServiceBalancer implements Balancer {
  readonly #options: BalancerOptions;
  readonly #directory: ServiceDirectory;
  readonly #record: EventRecorder;
  readonly #claims = new Map<string, Claim>();
  readonly #keysOf = new Map<string, Set<string>>();
  readonly #waiting = new Map<string, Set<string>>();
  readonly #counts = new Map<string, Record<string, number>>();
  readonly #nodes = new Map<string, string>();
  readonly #stopped = new Set<RouteListener>();
  readonly #unwatchNodes: () => void;

  constructor(options: BalancerOptions) {
    this.#options = options;
    this.#record = eventRecorder(options.client, { component: 'kube-proxy' });
    this.#directory = serviceDirectory(options.client);
    this.#unwatchNodes = options.client.watch(nodes, ({ type, object }) => this.#onNode(type, object));
    this.refresh();
    this.#directory.subscribe((key) => this.#sync(key));
  }

  connections(namespace: string, name: string): Readonly<Record<string, number>> {
    return { ...this.#counts.get(`${namespace}/${name}`) };
  }

  listening(): ReadonlyMap<string, string> {
    return new Map([...this.#claims].map(([key, { owner }]) => [key, owner]));
  }

  refresh(): void {
    for (const { metadata } of this.#directory.services()) this.#sync(`${metadata.namespace ?? ''}/${metadata.name}`);
  }

  close(): void {
    this.#unwatchNodes();
    this.#directory.close();
    for (const { listener } of this.#claims.values()) listener.destroy();
    for (const listener of this.#stopped) listener.destroy();
    this.#claims.clear();
  }

  #onNode(type: string, node: KubeObject): void {
    const { name } = node.metadata;
    const status = node['status'] as { addresses?: { type: string; address: string }[] } | undefined;
    const address = status?.addresses?.find((entry) => entry.type === 'InternalIP')?.address;
    const before = this.#nodes.get(name);
    if (type === 'DELETED' || address === undefined) this.#nodes.delete(name);
    else this.#nodes.set(name, address);
    if (before !== this.#nodes.get(name)) this.refresh();
  }

  #sync(key: string): void {
    const [namespace = '', name = ''] = key.split('/');
    const service = this.#directory.service(namespace, name);
    const routes = service === undefined ? [] : this.#routesOf(service);
    const wanted = new Set(routes.map((route) => route.key));
    for (const old of this.#keysOf.get(key) ?? []) if (!wanted.has(old)) this.#release(old, key);
    for (const route of routes) this.#follow(route, key, service);
    if (service === undefined) this.#counts.delete(key);
  }

  #routesOf(service: Service): Route[] {
    const { namespace = '', name } = service.metadata;
    const announcement = this.#options.announcement?.(service) ?? { announced: true };
    return serviceRoutes(service, this.#directory.slices(namespace, name), { nodes: this.#nodes, announcement });
  }

  #follow(route: Route, owner: string, service: KubeObject | undefined): void {
    const claim = this.#claims.get(route.key);
    if (claim?.owner === owner) {
      claim.listener.update(route);
    } else if (claim !== undefined) {
      this.#refuse(route, owner, { service, holder: claim.owner });
    } else {
      this.#claims.set(route.key, { owner, listener: this.#listen(route, owner) });
      const keys = this.#keysOf.get(owner) ?? new Set<string>();
      this.#keysOf.set(owner, keys.add(route.key));
    }
  }

  #listen(route: Route, owner: string): RouteListener {
    const counts = this.#counts.get(owner) ?? {};
    this.#counts.set(owner, counts);
    return routeListener(route, {
      onConnection: (backend) => {
        const key = backendKey(backend);
        counts[key] = (counts[key] ?? 0) + 1;
      },
      onBindError: (failed, error) => {
        const [namespace = '', name = ''] = owner.split('/');
        const service = this.#directory.service(namespace, name);
        if (service !== undefined)
          this.#record(service, { type: 'Warning', reason: 'ListenFailed', message: listenFailure(failed, error) });
      },
    });
  }

  /** Another Service has this address and port already: the later one waits until it is free. */
  #refuse(route: Route, owner: string, { service, holder }: { service: KubeObject | undefined; holder: string }): void {
    const waiting = this.#waiting.get(route.key) ?? new Set<string>();
    this.#waiting.set(route.key, waiting);
    if (waiting.has(owner) || service === undefined) return;
    waiting.add(owner);
    const message = `${route.address}:${route.port}/${route.protocol} is already used by Service ${holder}: its connections go there`;
    this.#record(service, { type: 'Warning', reason: 'PortConflict', message });
  }

  #release(routeKey: string, owner: string): void {
    const claim = this.#claims.get(routeKey);
    if (claim?.owner !== owner) return;
    claim.listener.stop();
    this.#stopped.add(claim.listener);
    this.#claims.delete(routeKey);
    this.#keysOf.get(owner)?.delete(routeKey);
    const waiting = this.#waiting.get(routeKey) ?? [];
    this.#waiting.delete(routeKey);
    for (const next of waiting) this.#sync(next);
  }
}
