import { cidrToRange, formatCidr, parseAddress, parseCidr, rangeContains } from '@iotedge-networking/addressing';
import type { AddressRange } from '@iotedge-networking/addressing';
import { lister } from '../controllers/lister.ts';
import { isPodFinished } from '../controllers/pod-state.ts';
import { refs } from '../controllers/refs.ts';
import { jsonEqual } from '../json.ts';
import type { KubeObject, ObjectClient, ResourceRef } from '../object-client.ts';
import type { Scheduler } from '../timing/scheduler.ts';
import type { PodObject } from '../workload-objects.ts';
import { calicoCrds } from './calico-crds.ts';

/** What the simulated Calico works with. */
export interface CalicoOptions {
  readonly client: ObjectClient;
  readonly scheduler: Scheduler;
  readonly podSubnet: string;
  readonly version?: string;
}

const blockPrefix = 26;
const blockSize = 64;
const calico = (plural: string): ResourceRef => ({ group: 'crd.projectcalico.org', version: 'v1', plural });

/**
 * Puts Calico's objects into the cluster and keeps those that tell of addresses: one IPAMBlock and BlockAffinity for each /26 in which pods have
 * addresses, made from the pods as they are. Returns the function that stops it; the objects stay.
 */
export function startCalico(options: CalicoOptions): () => void {
  const { client, scheduler } = options;
  const subnet = parseCidr(options.podSubnet);
  if (subnet === undefined)
    throw new Error(`the pod subnet "${options.podSubnet}" is not a network such as 172.27.0.0/16`);
  install(options);
  const pods = lister(client, refs.pods);
  let cancel: (() => void) | undefined;
  const write = (): void => {
    cancel = undefined;
    writeBlocks(client, blocksOf(pods.list() as PodObject[], cidrToRange(subnet)));
  };
  const end = pods.onChange(() => {
    // A rollout makes many changes at once; they make one write.
    cancel ??= scheduler.after(0, write);
  });
  return () => {
    end();
    cancel?.();
    pods.stop();
  };
}

function install({ client, podSubnet, version = 'v3.20.6' }: CalicoOptions): void {
  for (const crd of calicoCrds) ensure(client, refs.customResourceDefinitions, crd);
  ensure(client, calico('ippools'), {
    apiVersion: 'crd.projectcalico.org/v1',
    kind: 'IPPool',
    metadata: { name: 'default-ipv4-ippool' },
    spec: {
      cidr: podSubnet,
      blockSize: blockPrefix,
      ipipMode: 'Always',
      vxlanMode: 'Never',
      natOutgoing: true,
      nodeSelector: 'all()',
    },
  });
  ensure(client, calico('clusterinformations'), {
    apiVersion: 'crd.projectcalico.org/v1',
    kind: 'ClusterInformation',
    metadata: { name: 'default' },
    spec: { calicoVersion: version, clusterType: 'k8s,bgp,kdd', datastoreReady: true },
  });
}

function ensure(client: ObjectClient, ref: ResourceRef, object: KubeObject): void {
  if (client.get(ref, object.metadata) === undefined) client.create(ref, object);
}

interface Block {
  readonly node: string;
  /** The name of the pod on each offset in use. */
  readonly used: Map<number, string>;
}

function blocksOf(pods: readonly PodObject[], subnet: AddressRange): ReadonlyMap<string, Block> {
  const blocks = new Map<string, Block>();
  for (const pod of pods) {
    const address = parseAddress(pod.status?.podIP ?? '');
    if (address?.family !== 4 || isPodFinished(pod) || pod.spec.hostNetwork === true) continue;
    if (!rangeContains(subnet, address)) continue;
    const offset = Number(address.value % BigInt(blockSize));
    const first = address.value - BigInt(offset);
    const cidr = formatCidr({ family: 4, base: first, prefix: blockPrefix });
    const block = blocks.get(cidr) ?? { node: pod.spec.nodeName ?? '', used: new Map<number, string>() };
    block.used.set(offset, `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`);
    blocks.set(cidr, block);
  }
  return blocks;
}

function writeBlocks(client: ObjectClient, blocks: ReadonlyMap<string, Block>): void {
  const wanted = new Map<string, { cidr: string; block: Block }>();
  for (const [cidr, block] of blocks) wanted.set(objectName(cidr), { cidr, block });
  // A block stays with its node when its last pod goes, as Calico keeps it for the next one.
  for (const present of client.list(calico('ipamblocks'))) {
    if (!wanted.has(present.metadata.name)) put(client, 'ipamblocks', emptied(present));
  }
  for (const [name, { cidr, block }] of wanted) {
    put(client, 'ipamblocks', blockObject(name, cidr, block));
    put(client, 'blockaffinities', {
      apiVersion: 'crd.projectcalico.org/v1',
      kind: 'BlockAffinity',
      metadata: { name: `${block.node}-${name}` },
      spec: { cidr, node: block.node, state: 'confirmed', deleted: 'false' },
    });
  }
}

/** `172.27.0.0/26` as Calico names the object: `172-27-0-0-26`. */
function objectName(cidr: string): string {
  return cidr.replaceAll(/[./]/g, '-');
}

function blockObject(name: string, cidr: string, { node, used }: Block): KubeObject {
  const offsets = Array.from({ length: blockSize }, (_, offset) => offset);
  const taken = [...used.keys()].sort((a, b) => a - b);
  return {
    apiVersion: 'crd.projectcalico.org/v1',
    kind: 'IPAMBlock',
    metadata: { name },
    spec: {
      cidr,
      affinity: `host:${node}`,
      allocations: offsets.map((offset) => (used.has(offset) ? taken.indexOf(offset) : null)),
      attributes: taken.map((offset) => attribute(used.get(offset) ?? '', node)),
      unallocated: offsets.filter((offset) => !used.has(offset)),
      strictAffinity: false,
      deleted: false,
    },
  };
}

function attribute(pod: string, node: string): object {
  const [namespace = '', name = ''] = pod.split('/');
  return { handle_id: `k8s-pod-network.${namespace}.${name}`, secondary: { namespace, node, pod: name } };
}

function emptied(block: KubeObject): KubeObject {
  const { cidr, affinity } = block['spec'] as { cidr: string; affinity: string };
  return blockObject(block.metadata.name, cidr, { node: affinity.replace('host:', ''), used: new Map() });
}

function put(client: ObjectClient, plural: string, object: KubeObject): void {
  const present = client.get(calico(plural), object.metadata);
  if (present === undefined) client.create(calico(plural), object);
  else if (!jsonEqual(present['spec'], object['spec']))
    client.update(calico(plural), { ...present, spec: object['spec'] });
}
