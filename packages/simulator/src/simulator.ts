import { formatAddress, iterateRange, parseRange } from '@iotedge-networking/addressing';
import type { DeviceComputeNetwork, Profile } from '@iotedge-networking/contract';
import type { PodLogSource } from './cluster/api/api-context.ts';
import type { NodeOptions } from './cluster/addons/install-nodes.ts';
import { claimLoopback } from './claim-loopback.ts';
import { startCalico } from './cluster/addons/start-calico.ts';
import { startCluster, type Cluster } from './cluster/cluster.ts';
import { systemScheduler } from './cluster/timing/scheduler.ts';
import { startEdgeRuntime, type EdgeRuntime } from './edge/edge-runtime.ts';
import type { Hub } from './hub/hub.ts';
import { startHub } from './hub/start-hub.ts';
import type { ThrottleOptions, ThrottleTier } from './hub/throttles.ts';
import { installCoreDns } from './install-core-dns.ts';
import { installMetalLb } from './metallb/install-metallb.ts';
import type { MetalLbOptions } from './metallb/metallb-options.ts';
import { startMetalLb, type MetalLb } from './metallb/start-metallb.ts';
import { startBalancer, type Balancer } from './node/balancer.ts';
import { dataPathAddress } from './node/data-path-address.ts';
import { dataPathConflicts } from './node/data-path-conflicts.ts';
import { startDnsServer, type DnsServer } from './node/dns-server.ts';
import { startKubelet, type Kubelet } from './node/kubelet.ts';
import { podLogs } from './pod-logs.ts';
import { openSimulatorFiles, type SimulatorFiles } from './simulator-files.ts';

/** One simulated device and the hub it belongs to. */
export interface SimulatorOptions {
  readonly deviceId: string;
  readonly tags?: Readonly<Record<string, unknown>>;
  readonly profile?: Profile;
  readonly computeNetwork: DeviceComputeNetwork;
  /** Which MetalLB; by default the ConfigMap dialect of 0.12 on `ase-k8s`, custom resources of 0.14 elsewhere. */
  readonly metallb?: Pick<MetalLbOptions, 'dialect' | 'version'>;
  readonly restPort?: number;
  readonly mqttPort?: number;
  /** Keeps identities, twins, cluster objects and certificates over a restart. */
  readonly stateDir?: string;
  readonly throttles?: ThrottleTier | ThrottleOptions;
  /** Told of failures inside that nobody could be answered with. */
  readonly onError?: (component: string, error: unknown) => void;
}

/** A running simulator. */
export interface Simulator {
  readonly deviceId: string;
  readonly hub: Hub;
  readonly cluster: Cluster;
  readonly kubelet: Kubelet;
  readonly balancer: Balancer;
  readonly metallb: MetalLb;
  readonly dns: DnsServer;
  /** The hub's and the API server's certificate authority, PEM. */
  readonly caFile: string;
  /** A kubeconfig of the cluster's administrator. */
  readonly kubeconfigFile: string;
  readonly externalServiceIps: readonly string[];
  close(): Promise<void>;
}

/** Starts hub, edge runtime and cluster on this machine: everything on loopback, nothing to install. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { computeNetwork, deviceId } = options;
  refuseConflicts(computeNetwork);
  const release = await claimLoopback(dataPathAddress(firstNodeIp(computeNetwork)));
  const files = await openSimulatorFiles(options.stateDir);
  const ends: (() => unknown)[] = [() => files.dispose(), release];
  try {
    const hub = await startDeviceHub(options, files);
    ends.unshift(() => hub.close());
    const started: { kubelet?: Kubelet } = {};
    const cluster = await startDeviceCluster(
      options,
      files,
      podLogs(() => started.kubelet),
    );
    ends.unshift(() => cluster.close());
    const node = await startNode({ options, files, hub, cluster, ends });
    started.kubelet = node.kubelet;
    return {
      ...{ deviceId, hub, cluster, ...node, caFile: files.caFile },
      kubeconfigFile: await files.write('kubeconfig', cluster.kubeconfig()),
      externalServiceIps: Object.values(computeNetwork.externalServiceIps).flat(),
      close: () => closeAll(ends),
    };
  } catch (error) {
    await closeAll(ends);
    throw error;
  }
}

/** Ends what was started, newest first; one failure does not keep the others running. */
async function closeAll(ends: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const end of ends) {
    try {
      await end();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'The simulator did not stop cleanly.');
}

function refuseConflicts({ nodeIps, externalServiceIps, podSubnet, clusterIpSubnet }: DeviceComputeNetwork): void {
  const pools = Object.entries(externalServiceIps).flatMap(([pool, ranges]) =>
    ranges.map((range) => ({ name: `external service IPs (${pool})`, range })),
  );
  const problems = dataPathConflicts([
    { name: 'pod subnet', range: podSubnet },
    { name: 'cluster IP subnet', range: clusterIpSubnet },
    ...(nodeIps === undefined ? [] : [{ name: 'Kubernetes node IPs', range: nodeIps }]),
    ...pools,
  ]);
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

async function startDeviceHub(options: SimulatorOptions, files: SimulatorFiles): Promise<Hub> {
  const { restPort, mqttPort, stateDir, throttles, deviceId, tags } = options;
  const hub = await startHub({
    restPort,
    mqttPort,
    stateDir,
    throttles,
    tls: files.certificates,
    gatewayNames: ['edgehub'],
  });
  hub.ensureDevice({ deviceId, iotEdge: true, tags });
  return hub;
}

function startDeviceCluster(options: SimulatorOptions, files: SimulatorFiles, logs: PodLogSource): Promise<Cluster> {
  const { clusterIpSubnet, podSubnet } = options.computeNetwork;
  return startCluster({
    ...{ clusterIpSubnet, podSubnet, tls: files.certificates, stateDir: options.stateDir, onError: options.onError },
    nodes: nodesOf(options.computeNetwork),
    podLogs: logs,
  });
}

/** One master and a worker per device node, on the Kubernetes node IPs in order. */
function nodesOf({ nodeIps, deviceNodes }: DeviceComputeNetwork): readonly NodeOptions[] {
  const range = nodeIps === undefined ? undefined : parseRange(nodeIps);
  const ips: string[] = [];
  if (range?.ok === true)
    for (const address of iterateRange(range.range)) if (ips.push(formatAddress(address)) > deviceNodes) break;
  if (ips.length === 0) ips.push('127.0.0.2', '127.0.0.3');
  return ips.map((ip, index) => ({ name: `k8s-${index + 1}`, ip, role: index === 0 ? 'master' : 'worker' }));
}

function firstNodeIp(computeNetwork: DeviceComputeNetwork): string {
  return nodesOf(computeNetwork)[0]?.ip ?? '127.0.0.2';
}

interface NodeSetup {
  readonly options: SimulatorOptions;
  readonly files: SimulatorFiles;
  readonly hub: Hub;
  readonly cluster: Cluster;
  readonly ends: (() => unknown)[];
}

type NodeParts = Pick<Simulator, 'kubelet' | 'balancer' | 'metallb' | 'dns'>;

async function startNode({ options, files, hub, cluster, ends }: NodeSetup): Promise<NodeParts> {
  const { client } = cluster;
  const { computeNetwork } = options;
  const nodeIp = firstNodeIp(computeNetwork);
  const dns = await startDnsServer({ client, host: dataPathAddress(nodeIp) });
  ends.unshift(() => dns.close());
  installCoreDns(client, { clusterIpSubnet: computeNetwork.clusterIpSubnet, address: nodeIp, port: dns.port });
  ends.unshift(startCalico({ client, scheduler: systemScheduler, podSubnet: computeNetwork.podSubnet }));
  const { metallb, balancer } = startLoadBalancing(options, cluster);
  ends.unshift(
    () => metallb.close(),
    () => balancer.close(),
  );
  const edge = await startEdge({ options, files, hub, cluster, ends });
  const kubelet = startKubelet({
    ...{ client, podSubnet: computeNetwork.podSubnet, dns: dns.address },
    images: [
      ...edge.images,
      { image: 'metallb/*', standIn: { kind: 'pause' }, note: 'MetalLB; the simulator plays it' },
    ],
    apiServer: { host: '127.0.0.1', port: cluster.port, ca: files.certificates.ca },
    serviceAccountToken: (namespace, name) => cluster.serviceAccountToken(namespace, name),
  });
  ends.unshift(() => kubelet.close());
  return { dns, metallb, balancer, kubelet };
}

function startLoadBalancing(options: SimulatorOptions, cluster: Cluster): Pick<Simulator, 'metallb' | 'balancer'> {
  const { client } = cluster;
  const legacy = { dialect: 'configmap', version: '0.12.1' } as const;
  const chosen =
    options.metallb ?? (options.profile === 'kubernetes' ? { dialect: 'crd' as const, version: '0.14.9' } : legacy);
  installMetalLb(client, { ...chosen, pools: options.computeNetwork.externalServiceIps });
  const started: { balancer?: Balancer } = {};
  const metallb = startMetalLb({ client, ...chosen, onAnnouncement: () => started.balancer?.refresh() });
  const balancer = startBalancer({ client, announcement: (service) => metallb.announcement(service) });
  started.balancer = balancer;
  return { metallb, balancer };
}

async function startEdge({ options, files, hub, cluster, ends }: NodeSetup): Promise<EdgeRuntime> {
  const edge = await startEdgeRuntime({
    ...{ hub, client: cluster.client, deviceId: options.deviceId, trustBundle: files.certificates.ca },
    profile: options.profile === 'kubernetes' ? 'kubernetes' : 'ase-k8s',
    hubPorts: { mqtt: hub.mqttPort, https: hub.restPort },
  });
  ends.unshift(() => edge.close());
  return edge;
}
