import { randomUUID } from 'node:crypto';
import { clusterIpAllocator } from './admission/cluster-ip-allocator.ts';
import { nodePortAllocator } from './admission/node-port-allocator.ts';
import { localClient } from './local-client.ts';
import type { ControlPlaneClient } from './local-client.ts';
import type { RestEnvironment } from './rest/rest-environment.ts';
import { builtInKinds } from './scheme/built-in-kinds.ts';
import { kindRegistry } from './scheme/kind-registry.ts';
import { kindTable, otherModels } from './scheme/kind-table.ts';
import { loadModelSchemas } from './schema/model-schemas.ts';
import type { ModelSchemas } from './schema/model-schemas.ts';
import { serverFeatures } from './server-version.ts';
import { objectStore } from './storage/object-store.ts';
import type { StoreSnapshot } from './storage/object-store.ts';
import { systemScheduler } from './timing/scheduler.ts';
import type { Scheduler } from './timing/scheduler.ts';

/** What a control plane is made of. */
export interface ControlPlaneOptions {
  /** The Kubernetes version it plays, `1.28.15` by default. */
  readonly version?: string;
  /** One network per address family; the first is the primary one. */
  readonly clusterIpSubnets?: readonly string[];
  /** Takes endpoints in 127.0.0.0/8, which real clusters refuse. */
  readonly allowLoopbackEndpoints?: boolean;
  readonly nodePortRange?: readonly [first: number, last: number];
  readonly snapshot?: StoreSnapshot;
  /** How many events per collection watches can come back to. */
  readonly historyLimit?: number;
  readonly scheduler?: Scheduler;
  readonly uid?: () => string;
  readonly random?: () => number;
  readonly onListenerError?: (error: unknown) => void;
}

/** Storage, schemas and rules of the API, without the network around it. */
export interface ControlPlane {
  readonly environment: RestEnvironment;
  readonly models: ModelSchemas;
  readonly version: string;
  /** An in-process client that owns what it writes under this name. */
  client(manager: string): ControlPlaneClient;
}

/** Makes a control plane, empty or from a snapshot. */
export async function createControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const version = options.version ?? '1.28.15';
  const features = serverFeatures(version);
  const scheduler = options.scheduler ?? systemScheduler;
  const models = await loadModelSchemas([...kindTable.map((entry) => entry.model), ...otherModels]);
  const metadata = models.get('V1ObjectMeta');
  if (metadata === undefined) throw new Error('the models lack V1ObjectMeta');
  const { snapshot, historyLimit, onListenerError } = options;
  // A server that starts afresh must not repeat resource versions that clients of an earlier run remember.
  const resourceVersion = Math.floor(scheduler.now().getTime() / 1000) % 1_000_000_000;
  const store = objectStore({ snapshot, historyLimit, onListenerError, resourceVersion });
  const allocators = {
    clusterIps: (options.clusterIpSubnets ?? ['172.28.0.0/16']).map(clusterIpAllocator),
    nodePorts: nodePortAllocator(...(options.nodePortRange ?? [])),
  };
  const builtIn = builtInKinds({
    features,
    models,
    allocators,
    endpointRules: { allowLoopback: options.allowLoopbackEndpoints ?? false },
  });
  for (const kind of builtIn) {
    if (kind.strategy.stored !== undefined)
      for (const object of store.list(kind.collection)) kind.strategy.stored(object, undefined);
  }
  const environment: RestEnvironment = {
    store,
    features,
    scheduler,
    registry: kindRegistry(builtIn, store, metadata),
    random: options.random ?? Math.random,
    uid: options.uid ?? randomUUID,
  };
  return { environment, models, version, client: (manager) => localClient(environment, manager) };
}
