import { setTimeout as delay } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { readDesired, reportedSchema, type Reported, type TwinObject } from '@iotedge-networking/contract';
import { ClusterWatch, type ClusterView } from '../../modules/networking/src/cluster/cluster-watch.ts';
import { kubeClient } from '../../modules/networking/src/cluster/kube-client.ts';
import { describeChange } from '../../modules/networking/src/decide/change.ts';
import { decide } from '../../modules/networking/src/decide/decide.ts';
import { isOwnSliceLabels } from '../../modules/networking/src/decide/identity.ts';
import { EMPTY_MEMORY, recallReported } from '../../modules/networking/src/decide/memory.ts';
import { metalLbModel } from '../../modules/networking/src/decide/metallb-model.ts';
import { podNamespaces } from '../../modules/networking/src/decide/wanted-service.ts';
import { takeSnapshot } from '../../modules/networking/src/gather/take-snapshot.ts';
import { SILENT } from '../../modules/networking/src/log.ts';

/** What a module that is started now would report and do. */
export interface FreshView {
  readonly report: Reported;
  /** What it would write, one line each. */
  readonly changes: readonly string[];
}

/** What the fresh module knows: the document in force, how the latest one was received, and what the twin reports. */
export interface FreshInput {
  readonly kubeconfig: string;
  readonly instance: string;
  readonly inForce: TwinObject | undefined;
  readonly reported: TwinObject;
}

const SYNC_MS = 20_000;

/** Reads the cluster anew, with the module's own rights, and decides from nothing but that and the twin. */
export async function freshView({ kubeconfig, instance, inForce, reported }: FreshInput): Promise<FreshView> {
  const outcome = inForce === undefined ? undefined : readDesired(inForce);
  const desired = outcome?.ok === true ? outcome.value : undefined;
  const namespaces = new Set([...Object.keys(desired?.services ?? {}), 'iotedge']);
  const view = await readCluster(kubeconfig, instance, [namespaces, podNamespaces(desired)]);
  const snapshot = takeSnapshot(view, new Map());
  const { services } = reportedSchema.shape;
  const { changes, report } = decide({
    desired,
    desiredStatus: { version: 0, state: 'accepted', problems: [] },
    snapshot,
    memory: recallReported(EMPTY_MEMORY, { services: services.safeParse(reported['services']).data ?? {} }),
    now: new Date().toISOString(),
    settings: { instance, iotEdgeNamespace: 'iotedge', clusterDomain: 'cluster.local', version: '', startedAt: '' },
    model: metalLbModel(snapshot),
  });
  return { report: JSON.parse(JSON.stringify(report)) as Reported, changes: changes.map(describeChange) };
}

async function readCluster(
  kubeconfig: string,
  instance: string,
  [services, pods]: readonly [ReadonlySet<string>, ReadonlySet<string>],
): Promise<ClusterView> {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const watch = new ClusterWatch({
    client: kubeClient(config),
    metalLbNamespace: 'metallb-system',
    isOurs: (labels) => isOwnSliceLabels(labels, instance),
    onChange: () => undefined,
    log: SILENT,
    random: () => 0.5,
  });
  try {
    watch.setNamespaces(services, pods);
    watch.start();
    const end = Date.now() + SYNC_MS;
    while (!isComplete(watch.view(), pods)) {
      if (Date.now() > end) throw new Error('the cluster could not be read');
      await delay(5);
    }
    return watch.view();
  } finally {
    await watch.stop();
  }
}

function isComplete({ synced, podNamespaces: known }: ClusterView, pods: ReadonlySet<string>): boolean {
  return synced && [...pods].every((namespace) => known.has(namespace));
}
