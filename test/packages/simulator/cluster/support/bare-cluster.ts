import {
  createControlPlane,
  type ControlPlane,
  type ControlPlaneOptions,
} from '../../../../../packages/simulator/src/cluster/control-plane.ts';
import { ensureSystemNamespaces } from '../../../../../packages/simulator/src/cluster/controllers/namespace-controller.ts';
import { startControllers } from '../../../../../packages/simulator/src/cluster/controllers/start-controllers.ts';
import type { ControlPlaneClient } from '../../../../../packages/simulator/src/cluster/local-client.ts';
import type { KubeObject, ResourceRef } from '../../../../../packages/simulator/src/cluster/object-client.ts';
import {
  manualScheduler,
  type ManualScheduler,
} from '../../../../../packages/simulator/src/cluster/timing/manual-scheduler.ts';
import { refs } from '../../../../../packages/simulator/src/cluster/controllers/refs.ts';
import { startReadyPods } from './ready-pods.ts';

/** A cluster without network whose time stands still until the test moves it. */
export interface BareCluster {
  readonly controlPlane: ControlPlane;
  readonly client: ControlPlaneClient;
  readonly scheduler: ManualScheduler;
  readonly errors: unknown[];
  /** Runs the controllers until nothing is due. */
  readonly settle: () => void;
}

/** Options of `bareCluster`. */
export interface BareClusterOptions extends ControlPlaneOptions {
  readonly nodes?: readonly string[];
  /** Pods become ready by themselves; without it they stay as they are made. */
  readonly kubelet?: boolean;
}

/** Makes a bare cluster with the namespaces, the controllers and, if wanted, nodes and a kubelet. */
export async function bareCluster(options: BareClusterOptions = {}): Promise<BareCluster> {
  const scheduler = manualScheduler();
  let count = 0;
  const uid = (): string => `00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`;
  const controlPlane = await createControlPlane({ scheduler, uid, ...options });
  const client = controlPlane.client('test');
  ensureSystemNamespaces({ client });
  for (const name of options.nodes ?? []) addNode(client, name);
  const errors: unknown[] = [];
  startControllers(controlPlane, {
    serviceAccounts: { ca: 'CA', issueToken: (namespace, name) => `token of ${namespace}/${name}` },
    onError: (_, error) => errors.push(error),
  });
  if (options.kubelet === true) startReadyPods(client, (task) => scheduler.after(0, task));
  scheduler.runDue();
  return {
    controlPlane,
    client,
    scheduler,
    errors,
    settle: () => {
      scheduler.runDue();
    },
  };
}

/** Adds a node that is ready. */
export function addNode(client: ControlPlaneClient, name: string): void {
  const conditions = [{ type: 'Ready', status: 'True' }];
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name } };
  client.create(refs.nodes, node);
  client.updateStatus(refs.nodes, { ...node, status: { conditions } });
}

/** A Deployment of one container. */
export function deployment(name: string, replicas: number, spec: object = {}): KubeObject {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
      ...spec,
    },
  };
}

/** A Service with one port. */
export function serviceOf(name: string, spec: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { ports: [{ port: 80 }], selector: { app: name }, ...spec },
  };
}

/** The names of the objects of a collection in `default`, sorted. */
export function names(client: ControlPlaneClient, ref: ResourceRef, namespace = 'default'): string[] {
  return client.list(ref, { namespace }).map(({ metadata }) => metadata.name);
}
