import { randomUUID } from 'node:crypto';
import { clusterIpAllocator } from './admission/cluster-ip-allocator.ts';
import { nodePortAllocator } from './admission/node-port-allocator.ts';
import type { ServiceAllocators } from './admission/service-addresses.ts';
import { localClient } from './local-client.ts';
import type { ControlPlaneClient } from './local-client.ts';
import type { RestEnvironment } from './rest/rest-environment.ts';
import { builtInKinds } from './scheme/built-in-kinds.ts';
import { kindRegistry } from './scheme/kind-registry.ts';
import type { ResourceKind } from './scheme/resource-kind.ts';
import { kindTable, otherModels } from './scheme/kind-table.ts';
import { loadModelSchemas } from './schema/model-schemas.ts';
import type { ModelSchemas } from './schema/model-schemas.ts';
import { serverFeatures } from './server-version.ts';
import { objectStore } from './storage/object-store.ts';
import type { ObjectStore, StoreSnapshot } from './storage/object-store.ts';
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
  readonly client: (manager: string) => ControlPlaneClient;
}

/** Makes a control plane, empty or from a snapshot. */
export async function createControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const { version = '1.28.15', scheduler = systemScheduler, random = Math.random, uid = randomUUID } = options;
  const features = serverFeatures(version);
  const models = await loadModelSchemas([...kindTable.map((entry) => entry.model), ...otherModels]);
  const metadata = models.get('V1ObjectMeta');
  if (metadata === undefined) throw new Error('the models lack V1ObjectMeta');
  const store = storeFor(options, scheduler);
  const builtIn = builtInKinds({
    features,
    models,
    allocators: allocatorsFor(options),
    endpointRules: { allowLoopback: options.allowLoopbackEndpoints ?? false },
  });
  openBooks(builtIn, store);
  const registry = kindRegistry(builtIn, store, { metadata, style: features.minor <= 20 ? 'plain' : 'exact' });
  const environment: RestEnvironment = { store, features, scheduler, registry, random, uid };
  return { environment, models, version, client: (manager) => localClient(environment, manager) };
}

function storeFor({ snapshot, historyLimit, onListenerError }: ControlPlaneOptions, scheduler: Scheduler): ObjectStore {
  // A server that starts afresh must not repeat resource versions that clients of an earlier run remember.
  const resourceVersion = Math.floor(scheduler.now().getTime() / 1000) % 1_000_000_000;
  return objectStore({ snapshot, historyLimit, onListenerError, resourceVersion });
}

function allocatorsFor({
  clusterIpSubnets = ['172.28.0.0/16'],
  nodePortRange = [30_000, 32_767],
}: ControlPlaneOptions): ServiceAllocators {
  return { clusterIps: clusterIpSubnets.map(clusterIpAllocator), nodePorts: nodePortAllocator(...nodePortRange) };
}

/** Enters what a snapshot holds into the books of what is allocated. */
function openBooks(kinds: readonly ResourceKind[], store: ObjectStore): void {
  for (const { strategy, collection } of kinds) {
    for (const object of strategy.stored === undefined ? [] : store.list(collection))
      strategy.stored?.(object, undefined);
  }
}
