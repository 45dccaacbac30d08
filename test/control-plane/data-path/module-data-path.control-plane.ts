import assert from 'node:assert/strict';
import { addPod, setNodeReady, setPodReady } from '../../behaviour/cluster-objects.ts';
import { eventually } from '../../support/eventually.ts';
import { ModuleStage } from '../networking-module/module-stage.ts';
import { DEVICE_METALLB } from '../networking-module/use-module-stage.ts';
import {
  PlantNetwork,
  type PlantClient,
  type PlantNode,
  type PlantPod,
  type Requests,
  type Tally,
} from './plant-network.ts';
import { skipBecause } from '../support/shared-control-plane.ts';
import { requireDataPath, type DataPathMeans } from './require-data-path.ts';

const RANGE = '10.126.75.206-10.126.75.215';
const TARGET_PORT = 8080;
const PATIENCE_MS = 20_000;
const WEB = { expose: 'external', ports: { http: `80:${TARGET_PORT}/TCP` }, backends: 'modules:web1,web2,web3' };

/**
 * The whole way: the module makes the Service and keeps its endpoints, MetalLB's controller (played) assigns the address, the node that the module reports
 * announces it (played), kube-proxy translates, and a client on the plant network asks.
 */
describe('[control-plane] the data path of the Services that the networking module makes', function () {
  this.timeout(90_000);
  let opened: ModuleStage | undefined;
  let network: PlantNetwork | undefined;
  let nodes: Readonly<Record<string, PlantNode>> = {};
  let client: PlantClient;
  let pods: readonly PlantPod[] = [];
  const stage = () => opened ?? assert.fail('the stage is opened before the tests');
  const net = () => network ?? assert.fail('the network is built before the tests');
  const podNamed = (name: string) => pods.find((pod) => pod.name === name) ?? assert.fail(name);
  const nodeNamed = (name: string) => nodes[name] ?? assert.fail(`no node ${name}`);

  before(async function () {
    this.timeout(180_000);
    const means = requireDataPath(this);
    opened = await ModuleStage.open({ profile: 'ase-k8s', metalLb: DEVICE_METALLB, pools: { default: RANGE } });
    await build(opened, means);
    await opened.reset();
    for (const { name, ip, node } of pods) await addPod(opened.api, podObject({ name, ip, node: node.name }));
    await opened.startModuleIn(nodeNamed('k8s-1').namespace);
  });
  after(async () => {
    await network?.remove();
    await opened?.close();
  });

  async function build({ plane, hub }: ModuleStage, { kubeProxy, environment }: DataPathMeans): Promise<void> {
    const { folder } = plane.files;
    const made = await PlantNetwork.create({ folder, apiPort: plane.port, environment, tag: 'module' });
    network = made;
    const one = await made.addNode('k8s-1', '10.126.75.200');
    const two = await made.addNode('k8s-2', '10.126.75.201');
    nodes = { 'k8s-1': one, 'k8s-2': two };
    pods = [
      await made.addPod(one, { name: 'web1', ip: '172.27.0.11', port: TARGET_PORT }),
      await made.addPod(one, { name: 'web2', ip: '172.27.0.12', port: TARGET_PORT }),
      await made.addPod(two, { name: 'web3', ip: '172.27.1.11', port: TARGET_PORT }),
    ];
    client = await made.addClient('client', '10.126.73.50');
    await made.showPort(hub.mqttPort, one);
    const kubeconfig = await plane.userKubeconfig({ user: 'system:kube-proxy' });
    await Promise.all([one, two].map((node) => made.startKubeProxy(node, kubeProxy, kubeconfig)));
  }

  const podObject = ({ name, ip, node }: { name: string; ip: string; node: string }) => ({
    namespace: 'iotedge',
    name,
    labels: { 'net.azure-devices.edge.module': name, app: 'web' },
    node,
    ip,
  });
  const turn = (name: string, isReady: boolean) =>
    setPodReady(stage().api, { namespace: 'iotedge', name, ip: podNamed(name).ip }, isReady);

  /** Has the module make the Service; gives the address that it reports, announced from the node that it reports. */
  const expose = async (name: string, entry: object): Promise<string> => {
    stage().desire({ [name]: entry });
    const { services } = await stage().ready(name);
    const { ips = '', node = '' } = services.iotedge?.[name] ?? {};
    await net().announce(ips, nodeNamed(node));
    return ips;
  };
  const ask = (requests: Requests) => net().request(client, requests);
  const answering = ({ pods: found }: Tally) => Object.keys(found).sort().join();
  // kube-proxy follows the API a moment behind: a single answer tells that it has arrived there.
  const reachable = (requests: Requests, who: string) =>
    eventually(
      `${who} answer at ${requests.address}`,
      async () => answering(await ask({ times: 30, ...requests })) === who,
      PATIENCE_MS,
    );
  const clusterIpOf = async (name: string): Promise<string> =>
    (await stage().serviceIs(name, 'exists', () => true)).spec.clusterIP;

  it('a client reaches the external address, spread over the pods of three singleton modules on two nodes', async () => {
    const address = await expose('spread', { ...WEB, address: '10.126.75.210' });
    assert.equal(address, '10.126.75.210');
    await reachable({ address, port: 80 }, 'web1,web2,web3');
    const { pods: found, errors } = await ask({ address, port: 80, times: 210 });
    assert.deepEqual(errors, {});
    // 210 throws of a fair die with three sides stay above this but once in a billion runs.
    assert.ok(
      Object.values(found).every((count) => count > 30),
      JSON.stringify(found),
    );
  });

  it('a pod that turns not ready gets nothing any more, and comes back', async () => {
    const address = await expose('turning', WEB);
    await reachable({ address, port: 80 }, 'web1,web2,web3');
    await turn('web2', false);
    await stage().reported('two of three', ({ services }) => services.iotedge?.turning?.ready === '2/3');
    await reachable({ address, port: 80 }, 'web1,web3');
    assert.deepEqual((await ask({ address, port: 80, times: 60 })).errors, {});
    await turn('web2', true);
    await reachable({ address, port: 80 }, 'web1,web2,web3');
  });

  it('without a ready pod the connection is refused, and the twin says why', async () => {
    const address = await expose('nobody', { ...WEB, backends: 'modules:web3' });
    await reachable({ address, port: 80 }, 'web3');
    await turn('web3', false);
    await stage().reported('why', ({ services }) => services.iotedge?.nobody?.reason === 'NoReadyEndpoints');
    const isRefused = async () => (await ask({ address, port: 80 })).errors.ECONNREFUSED === 1;
    await eventually('the connection is refused', isRefused, PATIENCE_MS);
    await turn('web3', true);
    await reachable({ address, port: 80 }, 'web3');
  });

  it('the cluster address of an internal and of an external Service answers inside the cluster only', async () => {
    stage().desire({ database: { ...WEB, expose: 'internal' } });
    await stage().ready('database');
    const address = await expose('both', WEB);
    await reachable({ address, port: 80 }, 'web1,web2,web3');
    for (const name of ['database', 'both']) {
      const requests = { address: await clusterIpOf(name), port: 80, times: 3 };
      for (const inside of [nodeNamed('k8s-1'), podNamed('web3')]) {
        const isAnswered = async () => Object.keys((await net().request(inside, requests)).errors).length === 0;
        await eventually(`${name} answers inside`, isAnswered, PATIENCE_MS);
      }
      const outside = await ask({ ...requests, times: 1 });
      assert.deepEqual([outside.pods, Object.keys(outside.errors)], [{}, ['ENETUNREACH']]);
    }
  });

  it('TCP and UDP of two Services share one address and one port number', async () => {
    const half = (protocol: string, module: string) => ({
      expose: 'external',
      ports: { dns: `53:${TARGET_PORT}/${protocol}` },
      backends: `modules:${module}`,
      shareAddress: 'dns',
    });
    const tcp = await expose('dns-tcp', half('TCP', 'web1'));
    const udp = await expose('dns-udp', half('UDP', 'web2'));
    assert.equal(tcp, udp);
    await reachable({ address: tcp, port: 53, times: 5 }, 'web1');
    await reachable({ address: tcp, port: 53, protocol: 'udp', times: 5 }, 'web2');
  });

  it('traffic policy Local: the client is seen as it is, by the pods of the announcing node only', async () => {
    const address = await expose('local', { ...WEB, externalTrafficPolicy: 'Local' });
    const { services } = await stage().ready('local');
    const here = pods.filter(({ node }) => node.name === services.iotedge?.local?.node).map(({ name }) => name);
    await reachable({ address, port: 80 }, here.sort().join());
    const { sources } = await ask({ address, port: 80, times: 10 });
    assert.deepEqual(Object.keys(sources), [client.ip]);
  });

  it('of backends chosen by a selector the readiness of the pods decides as well', async function () {
    if (!stage().plane.hasControllers) return skipBecause(this, 'no kube-controller-manager beside the other programs');
    const address = await expose('selected', { ...WEB, backends: 'selector:app=web' });
    await reachable({ address, port: 80 }, 'web1,web2,web3');
    await turn('web1', false);
    await reachable({ address, port: 80 }, 'web2,web3');
    await turn('web1', true);
    await reachable({ address, port: 80 }, 'web1,web2,web3');
  });

  it('when the announcing node is lost, the twin names another one, and the same address answers from there', async () => {
    const address = await expose('failover', WEB);
    await reachable({ address, port: 80 }, 'web1,web2,web3');
    const nodeOf = async (test: (node: string) => boolean): Promise<string> => {
      const isRight = (node: string | undefined) => node !== undefined && test(node);
      const { services } = await stage().reported('a node', (report) =>
        isRight(report.services.iotedge?.failover?.node),
      );
      return services.iotedge?.failover?.node ?? '';
    };
    const first = await nodeOf(() => true);
    await setNodeReady(stage().api, first, false);
    try {
      const next = await nodeOf((node) => node !== first);
      await net().withdraw(address, nodeNamed(first));
      await net().announce(address, nodeNamed(next));
      await reachable({ address, port: 80 }, 'web1,web2,web3');
    } finally {
      await setNodeReady(stage().api, first, true);
    }
  });

  it('a Service whose entry is removed answers no more', async () => {
    const address = await expose('short', WEB);
    await reachable({ address, port: 80 }, 'web1,web2,web3');
    stage().desire({ short: null });
    const isSilent = async () => answering(await ask({ address, port: 80, patienceMs: 500 })) === '';
    await eventually('nobody answers', isSilent, PATIENCE_MS);
  });
});
