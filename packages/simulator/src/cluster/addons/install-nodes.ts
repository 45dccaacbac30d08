import { cidrToRange, formatAddress, parseCidr } from '@iotedge-networking/addressing';
import { refs } from '../controllers/refs.ts';
import type { KubeObject, ObjectClient } from '../object-client.ts';
import type { Scheduler } from '../timing/scheduler.ts';
import { microTimestamp, timestamp } from '../timing/scheduler.ts';

/** A node of the cluster. */
export interface NodeOptions {
  readonly name: string;
  readonly ip: string;
  /** `master` runs the control plane and, as on an Azure Stack Edge device, applications too. */
  readonly role?: 'master' | 'worker';
  readonly labels?: Readonly<Record<string, string>>;
}

/** What nodes are made from. */
export interface NodeSetup {
  readonly client: ObjectClient;
  readonly scheduler: Scheduler;
  readonly nodes: readonly NodeOptions[];
  readonly podSubnet: string;
  readonly serverVersion: string;
}

/** Makes the Node objects, ready to run pods; nodes that are there already stay as they are. */
export function installNodes(setup: NodeSetup): void {
  setup.nodes.forEach((node, index) => {
    if (setup.client.get(refs.nodes, { name: node.name }) !== undefined) return;
    const object = nodeObject(setup, node, index);
    setup.client.create(refs.nodes, object);
    setup.client.updateStatus(refs.nodes, object);
    setup.client.create(refs.leases, nodeLease(setup, node));
  });
}

function nodeObject({ scheduler, podSubnet, serverVersion }: NodeSetup, node: NodeOptions, index: number): KubeObject {
  const time = timestamp(scheduler.now());
  const podCIDR = podNetwork(podSubnet, index);
  const resources = { cpu: '4', memory: '8137476Ki', pods: '110', 'ephemeral-storage': '61255492Ki' };
  const condition = (type: string, status: string, reason: string, message: string): Record<string, string> => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: time,
    lastTransitionTime: time,
  });
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: node.name, labels: { ...nodeLabels(node), ...node.labels } },
    spec: { podCIDR, podCIDRs: [podCIDR], providerID: `simulator://${node.name}` },
    status: {
      addresses: [
        { type: 'InternalIP', address: node.ip },
        { type: 'Hostname', address: node.name },
      ],
      capacity: resources,
      allocatable: resources,
      conditions: [
        condition('NetworkUnavailable', 'False', 'CalicoIsUp', 'Calico is running on this node'),
        condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
        condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
      ],
      nodeInfo: {
        machineID: node.name,
        systemUUID: node.name,
        bootID: node.name,
        kernelVersion: '5.4.0',
        osImage: 'iotedge-networking simulator',
        containerRuntimeVersion: 'simulator://1.0.0',
        kubeletVersion: `v${serverVersion}`,
        kubeProxyVersion: `v${serverVersion}`,
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
    },
  };
}

/** The heartbeat of a node. It is written once: nothing here takes a node for lost because of it. */
function nodeLease({ scheduler }: NodeSetup, { name }: NodeOptions): KubeObject {
  const renewTime = microTimestamp(scheduler.now());
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease' },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime },
  };
}

function nodeLabels({ name, role = 'worker' }: NodeOptions): Record<string, string> {
  return {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    ...(role === 'master'
      ? { 'node-role.kubernetes.io/control-plane': '', 'node-role.kubernetes.io/master': '' }
      : { 'node-role.kubernetes.io/worker': '' }),
  };
}

/** The n-th /24 of the pod subnet, or the subnet itself when it is no larger. */
function podNetwork(podSubnet: string, index: number): string {
  const cidr = parseCidr(podSubnet);
  if (cidr === undefined) throw new Error(`the pod subnet "${podSubnet}" is not a network such as 172.27.0.0/16`);
  if (cidr.family !== 4 || cidr.prefix >= 24) return podSubnet;
  const { first } = cidrToRange(cidr);
  return `${formatAddress({ family: 4, value: first + BigInt(index) * 256n })}/24`;
}
