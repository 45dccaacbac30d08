import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../../support/eventually.ts';
import type { BackgroundProgram } from '../support/background-program.ts';
import { namespacePort, type NamespacePort } from './namespace-port.ts';
import { NetworkNamespaces, type NetworkNamespace } from './network-namespaces.ts';

/** What the network is built from. */
export interface PlantNetworkOptions {
  /** Folder for logs and socket files. */
  readonly folder: string;
  /** Loopback port of the API server, shown on every node. */
  readonly apiPort: number;
  /** Environment with iptables, ipset and conntrack. */
  readonly environment: NodeJS.ProcessEnv;
  /** Tells apart networks of one process. */
  readonly tag: string;
}

/** A Kubernetes node on the plant network. */
export interface PlantNode {
  readonly name: string;
  readonly ip: string;
  readonly namespace: NetworkNamespace;
}

/** A pod's network, with a server of HTTP over TCP and of datagrams over UDP on one port. */
export interface PlantPod {
  readonly name: string;
  readonly ip: string;
  readonly node: PlantNode;
  readonly namespace: NetworkNamespace;
}

/** A machine on the plant network that is no part of the cluster. */
export interface PlantClient {
  readonly ip: string;
  readonly namespace: NetworkNamespace;
}

/** One kind of request, repeated. */
export interface Requests {
  readonly protocol?: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  readonly times?: number;
  /** Milliseconds until a request counts as unanswered. */
  readonly patienceMs?: number;
}

/** How often each pod answered, from which source address it was asked, and which errors the client saw. */
export interface Tally {
  readonly pods: Readonly<Record<string, number>>;
  readonly sources: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
}

const START_MS = 30_000;
const GATEWAY = '10.126.72.1';
const PREFIX_LENGTH = '22';
const CLUSTER_CIDR = '172.27.0.0/16';
// Calico's way: a link-local next hop that the node's end of the cable answers for.
const POD_GATEWAY = '169.254.1.1';
const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/**
 * A plant network (10.126.72.0/22 with a gateway) made of network namespaces: nodes with kube-proxy, pods with servers, clients. All of it is inside
 * namespaces of this process; interfaces, routes and packet filter of the machine itself stay untouched.
 */
export class PlantNetwork {
  readonly #options: PlantNetworkOptions;
  readonly #namespaces: NetworkNamespaces;
  readonly #plant: NetworkNamespace;
  readonly #api: NamespacePort;
  readonly #ports: NamespacePort[] = [];
  readonly #nodes: PlantNode[] = [];
  readonly #pods: PlantPod[] = [];
  readonly #clients: PlantClient[] = [];
  readonly #cables = new Map<string, string>();

  private constructor(
    options: PlantNetworkOptions,
    namespaces: NetworkNamespaces,
    parts: { plant: NetworkNamespace; api: NamespacePort },
  ) {
    this.#options = options;
    this.#namespaces = namespaces;
    this.#plant = parts.plant;
    this.#api = parts.api;
  }

  /** Builds the switch and the gateway. */
  static async create(options: PlantNetworkOptions): Promise<PlantNetwork> {
    const namespaces = new NetworkNamespaces(options.tag);
    const api = await namespacePort(options.apiPort, options.folder);
    try {
      const plant = await namespaces.add('plant');
      await plant.ip('link add lan type bridge');
      await plant.ip('link set lan up');
      await plant.ip(`address add ${GATEWAY}/${PREFIX_LENGTH} dev lan`);
      // It forwards, but knows no way to pods or cluster IPs: whoever asks is told so at once.
      await plant.sysctl('ipv4/ip_forward', '1');
      return new PlantNetwork(options, namespaces, { plant, api });
    } catch (error) {
      await namespaces.removeAll();
      await api.close();
      throw error;
    }
  }

  /** Adds a node whose loopback shows the API server. */
  async addNode(name: string, ip: string): Promise<PlantNode> {
    const namespace = await this.#attach(name, ip);
    await namespace.sysctl('ipv4/ip_forward', '1');
    // Announcements are answered at once instead of after a random delay.
    await namespace.sysctl('ipv4/neigh/eth0/proxy_delay', '0');
    await this.#api.showIn(namespace);
    const node = { name, ip, namespace };
    for (const pod of this.#pods) await namespace.ip(`route add ${pod.ip} via ${pod.node.ip}`);
    this.#nodes.push(node);
    return node;
  }

  /** Shows another loopback port of this machine on a node, for example the hub's. */
  async showPort(port: number, node: PlantNode): Promise<void> {
    const shown = await namespacePort(port, this.#options.folder);
    this.#ports.push(shown);
    await shown.showIn(node.namespace);
  }

  /** Adds a pod to a node, with a route on every other node, and waits until its server listens on `port`. */
  async addPod(
    node: PlantNode,
    pod: { readonly name: string; readonly ip: string; readonly port: number },
  ): Promise<PlantPod> {
    const { name, ip, port } = pod;
    const namespace = await this.#namespaces.add(name);
    const cable = `cali${this.#pods.length}`;
    await this.#namespaces.connect([node.namespace, cable], [namespace, 'eth0']);
    await namespace.ip(`address add ${ip}/32 dev eth0`);
    await namespace.ip(`route add ${POD_GATEWAY} dev eth0 scope link`);
    await namespace.ip(`route add default via ${POD_GATEWAY} dev eth0`);
    await node.namespace.sysctl(`ipv4/conf/${cable}/proxy_arp`, '1');
    await node.namespace.sysctl(`ipv4/neigh/${cable}/proxy_delay`, '0');
    await node.namespace.ip(`route add ${ip} dev ${cable} scope link`);
    for (const other of this.#nodes) if (other !== node) await other.namespace.ip(`route add ${ip} via ${node.ip}`);
    const server = namespace.start(process.execPath, [script('pod-server.ts'), name, String(port)], {
      logFile: this.#file(`${name}.log`),
    });
    await eventually(`pod ${name} listens`, () => server.lastLines().includes('listening'), START_MS);
    const made = { name, ip, node, namespace };
    this.#pods.push(made);
    return made;
  }

  /** Adds a machine beside the cluster. */
  async addClient(name: string, ip: string): Promise<PlantClient> {
    const client = { ip, namespace: await this.#attach(name, ip) };
    this.#clients.push(client);
    return client;
  }

  /** Starts kube-proxy (iptables mode) on a node and waits until it has written its first rules. */
  async startKubeProxy(node: PlantNode, kubeProxy: string, kubeconfig: string): Promise<BackgroundProgram> {
    const file = this.#file(`kube-proxy-${node.name}.kubeconfig`);
    await writeFile(file, kubeconfig, { mode: 0o600 });
    const flags = [
      `--kubeconfig=${file}`,
      `--hostname-override=${node.name}`,
      '--proxy-mode=iptables',
      `--cluster-cidr=${CLUSTER_CIDR}`,
      `--bind-address=${node.ip}`,
      '--healthz-bind-address=127.0.0.1:10256',
      '--iptables-min-sync-period=0s',
      // A namespace may not raise the limits that the whole machine shares.
      '--conntrack-max-per-core=0',
      '--conntrack-tcp-timeout-established=0s',
      '--conntrack-tcp-timeout-close-wait=0s',
    ];
    const program = node.namespace.start(kubeProxy, flags, {
      logFile: this.#file(`kube-proxy-${node.name}.log`),
      environment: this.#options.environment,
    });
    const hasRules = async () => {
      if (program.ended() !== undefined) throw new Error(`kube-proxy ended: ${program.lastLines()}`);
      return (await this.natRules(node)).includes('KUBE-SERVICES');
    };
    await eventually(`kube-proxy of ${node.name} has written its rules`, hasRules, START_MS);
    return program;
  }

  /** The node's address translation as `iptables-save` prints it. */
  natRules(node: PlantNode): Promise<string> {
    return node.namespace.exec('iptables-save', ['-t', 'nat'], this.#options.environment);
  }

  /**
   * What MetalLB's speaker does in layer 2 mode: from now on `node` answers ARP for the address, and everybody on the plant network learns it (the gratuitous
   * ARP, here: forgets what was known).
   */
  async announce(address: string, node: PlantNode): Promise<void> {
    // The kernel answers for a neighbour only when its own route leads elsewhere; translated packets never take this route.
    await node.namespace.ip(`route replace ${address} dev lo`);
    await node.namespace.ip(`neighbour replace proxy ${address} dev eth0`);
    await this.#forget(address);
  }

  /** Ends an announcement. */
  async withdraw(address: string, node: PlantNode): Promise<void> {
    await node.namespace.ip(`neighbour delete proxy ${address} dev eth0`);
    await node.namespace.ip(`route delete ${address} dev lo`);
    await this.#forget(address);
  }

  /** Unplugs a node's cable to the plant network, or plugs it in again. */
  async setCable(node: PlantNode, state: 'up' | 'down'): Promise<void> {
    await this.#plant.ip(`link set ${this.#cables.get(node.name) ?? ''} ${state}`);
  }

  /** Sends requests one after the other from inside a namespace. */
  async request(from: { readonly namespace: NetworkNamespace }, requests: Requests): Promise<Tally> {
    const { protocol = 'tcp', address, port, times = 1, patienceMs = 1000 } = requests;
    const parameters = [script('requests.ts'), protocol, address, ...[port, times, patienceMs].map(String)];
    return JSON.parse(await from.namespace.exec(process.execPath, parameters)) as Tally;
  }

  /** Ends everything and removes every namespace. */
  async remove(): Promise<void> {
    await this.#namespaces.removeAll();
    await Promise.all([this.#api, ...this.#ports].map((port) => port.close()));
  }

  async #attach(name: string, ip: string): Promise<NetworkNamespace> {
    const namespace = await this.#namespaces.add(name);
    const cable = `lan${this.#cables.size}`;
    this.#cables.set(name, cable);
    await this.#namespaces.connect([this.#plant, cable], [namespace, 'eth0']);
    await this.#plant.ip(`link set ${cable} master lan`);
    await namespace.ip(`address add ${ip}/${PREFIX_LENGTH} dev eth0`);
    await namespace.ip(`route add default via ${GATEWAY}`);
    return namespace;
  }

  async #forget(address: string): Promise<void> {
    for (const { namespace } of this.#clients) await namespace.ip(`neighbour flush to ${address} dev eth0`);
  }

  #file(name: string): string {
    return join(this.#options.folder, name);
  }
}
