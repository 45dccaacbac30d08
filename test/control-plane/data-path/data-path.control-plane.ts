import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { addNamespace, addNode, addPod, setPodReady } from '../../behaviour/cluster-objects.ts';
import { eventually } from '../../support/eventually.ts';
import type { ControlPlane } from '../support/control-plane.ts';
import { sharedControlPlane, skipBecause } from '../support/shared-control-plane.ts';
import {
  PlantNetwork,
  type PlantClient,
  type PlantNode,
  type PlantPod,
  type Requests,
  type Tally,
} from './plant-network.ts';
import { requireDataPath } from './require-data-path.ts';
import { createBalancedService, setBackends, type Backend, type BalancedService } from './service-objects.ts';

const TARGET_PORT = 8080;
const PATIENCE_MS = 15_000;
const namespace = `data-path-${randomBytes(3).toString('hex')}`;

describe('[control-plane] the data path of a LoadBalancer Service through kube-proxy', function () {
  this.timeout(60_000);
  let plane: ControlPlane;
  let network: PlantNetwork | undefined;
  let nodes: { one: PlantNode; two: PlantNode };
  let client: PlantClient;
  let pods: PlantPod[];

  before(async function () {
    this.timeout(180_000);
    const { kubeProxy, environment } = requireDataPath(this);
    plane = await sharedControlPlane();
    await addNamespace(plane.admin, namespace, plane.hasControllers);
    const made = await PlantNetwork.create({
      folder: plane.files.folder,
      apiPort: plane.port,
      environment,
      tag: 'path',
    });
    network = made;
    const one = await made.addNode('k8s-1', '10.126.75.200');
    const two = await made.addNode('k8s-2', '10.126.75.201');
    nodes = { one, two };
    pods = [
      await made.addPod(one, { name: 'web-1', ip: '172.27.0.11', port: TARGET_PORT }),
      await made.addPod(one, { name: 'web-2', ip: '172.27.0.12', port: TARGET_PORT }),
      await made.addPod(two, { name: 'web-3', ip: '172.27.1.11', port: TARGET_PORT }),
    ];
    client = await made.addClient('client', '10.126.73.50');
    const kubeconfig = await plane.userKubeconfig({ user: 'system:kube-proxy' });
    await Promise.all([one, two].map((node) => made.startKubeProxy(node, kubeProxy, kubeconfig)));
  });

  after(async () => {
    await network?.remove();
    if (network === undefined) return;
    for (const path of [`/api/v1/namespaces/${namespace}`, '/api/v1/nodes/k8s-1', '/api/v1/nodes/k8s-2']) {
      await plane.admin.send({ method: 'DELETE', path });
    }
  });

  const net = () => network ?? assert.fail('the network is built before the tests');
  const service = (name: string, fields: Partial<BalancedService> = {}): BalancedService => ({
    namespace,
    name,
    port: 80,
    targetPort: TARGET_PORT,
    ...fields,
  });
  const backends = (...ready: boolean[]): Backend[] => pods.map((pod, index) => ({ pod, ready: ready[index] ?? true }));
  const expose = async (balanced: BalancedService, address: string, endpoints = backends()) => {
    const clusterIp = await createBalancedService(plane.admin, balanced, address);
    await setBackends(plane.admin, balanced, endpoints);
    return clusterIp;
  };
  const ask = (requests: Requests) => net().request(client, requests);
  const answering = ({ pods: found }: Tally) => Object.keys(found).sort();
  // kube-proxy follows the API a moment behind: a single answer tells that it has arrived there.
  const reachable = (
    requests: Requests,
    isRight: (tally: Tally) => boolean = ({ pods: found }) => Object.keys(found).length > 0,
  ) => eventually(`the rules for ${requests.address} are there`, async () => isRight(await ask(requests)), PATIENCE_MS);

  it('requests to the external address reach every ready pod, about equally, and no other', async () => {
    const balanced = service('spread');
    await expose(balanced, '10.126.75.206', backends(true, true, false));
    await net().announce('10.126.75.206', nodes.one);
    const requests = { address: '10.126.75.206', port: 80 };
    await reachable(requests);
    const { pods: found, errors } = await ask({ ...requests, times: 200 });
    assert.deepEqual(errors, {});
    assert.deepEqual(Object.keys(found).sort(), ['web-1', 'web-2']);
    // 200 throws of a coin stay within these bounds but once in a billion runs.
    assert.ok(
      Object.values(found).every((count) => count > 55),
      JSON.stringify(found),
    );
  });

  it('pods on another node are reached too', async () => {
    await expose(service('other-node'), '10.126.75.207', backends(false, false, true));
    await net().announce('10.126.75.207', nodes.one);
    await reachable({ address: '10.126.75.207', port: 80 });
    assert.deepEqual(answering(await ask({ address: '10.126.75.207', port: 80, times: 5 })), ['web-3']);
  });

  it('a pod that turns not ready gets nothing any more, and comes back', async () => {
    const balanced = service('turning');
    const requests = { address: '10.126.75.208', port: 80, times: 30 };
    await expose(balanced, requests.address, backends(true, true, true));
    await net().announce(requests.address, nodes.one);
    await reachable(requests, (tally) => answering(tally).length === 3);
    await setBackends(plane.admin, balanced, backends(true, false, true));
    await reachable(requests, (tally) => !answering(tally).includes('web-2'));
    const { pods: found, errors } = await ask({ ...requests, times: 60 });
    assert.deepEqual([Object.keys(found).sort(), errors], [['web-1', 'web-3'], {}]);
    await setBackends(plane.admin, balanced, backends(true, true, true));
    await reachable(requests, (tally) => answering(tally).includes('web-2'));
  });

  it('without a ready pod the connection is refused', async () => {
    const balanced = service('nobody');
    const requests = { address: '10.126.75.209', port: 80 };
    await expose(balanced, requests.address, backends(true, true, true));
    await net().announce(requests.address, nodes.one);
    await reachable(requests);
    await setBackends(plane.admin, balanced, backends(false, false, false));
    await reachable(requests, ({ errors }) => errors.ECONNREFUSED === 1);
  });

  it('a port that the Service does not have is not reachable at the address', async () => {
    await expose(service('one-port'), '10.126.75.210');
    await net().announce('10.126.75.210', nodes.one);
    await reachable({ address: '10.126.75.210', port: 80 });
    assert.deepEqual(answering(await ask({ address: '10.126.75.210', port: 8080 })), []);
  });

  it('TCP and UDP of two Services share one address and one port number', async () => {
    const shared = { port: 53 };
    await expose(service('dns-tcp', shared), '10.126.75.211', backends(true, false, false));
    await expose(service('dns-udp', { ...shared, protocol: 'UDP' }), '10.126.75.211', backends(false, true, false));
    await net().announce('10.126.75.211', nodes.one);
    const requests = { address: '10.126.75.211', port: 53 };
    await reachable(requests);
    await reachable({ ...requests, protocol: 'udp' });
    assert.deepEqual(answering(await ask({ ...requests, times: 5 })), ['web-1']);
    assert.deepEqual(answering(await ask({ ...requests, protocol: 'udp', times: 5 })), ['web-2']);
  });

  it('the cluster address answers inside the cluster only', async () => {
    const clusterIp = await expose(service('internal'), '10.126.75.212');
    await net().announce('10.126.75.212', nodes.one);
    await reachable({ address: '10.126.75.212', port: 80 });
    const inside = { address: clusterIp, port: 80, times: 3 };
    assert.deepEqual((await net().request(nodes.one, inside)).errors, {});
    assert.deepEqual((await net().request(pods[2]!, inside)).errors, {});
    const outside = await ask({ ...inside, times: 1 });
    assert.deepEqual([outside.pods, Object.keys(outside.errors)], [{}, ['ENETUNREACH']]);
  });

  it('traffic policy Cluster hides the client behind the node, Local shows it and stays on the node', async () => {
    await expose(service('hidden'), '10.126.75.213', backends(true, true, true));
    await expose(service('shown', { externalTrafficPolicy: 'Local' }), '10.126.75.214', backends(true, true, true));
    for (const address of ['10.126.75.213', '10.126.75.214']) {
      await net().announce(address, nodes.one);
      await reachable({ address, port: 80 });
    }
    const hidden = await ask({ address: '10.126.75.213', port: 80, times: 20 });
    assert.equal(client.ip in hidden.sources, false);
    const shown = await ask({ address: '10.126.75.214', port: 80, times: 20 });
    assert.deepEqual([Object.keys(shown.sources), answering(shown)], [[client.ip], ['web-1', 'web-2']]);
  });

  it('of a Service with a selector the readiness of the pods decides', async function () {
    if (!plane.hasControllers) return skipBecause(this, 'no kube-controller-manager beside the other programs');
    const balanced = service('selected', { selector: { app: 'selected' } });
    const requests = { address: '10.126.75.217', port: 80, times: 30 };
    for (const { name, ip } of [nodes.one, nodes.two]) {
      await addNode(plane.admin, { name, ip });
    }
    const objects = pods.map(({ name, ip, node }) => ({
      namespace,
      name,
      ip,
      node: node.name,
      labels: { app: 'selected' },
    }));
    for (const object of objects) await addPod(plane.admin, object);
    await createBalancedService(plane.admin, balanced, requests.address);
    await net().announce(requests.address, nodes.one);
    await reachable(requests, (tally) => answering(tally).length === 3);
    await setPodReady(plane.admin, objects[0]!, false);
    await reachable(requests, (tally) => answering(tally).join() === 'web-2,web-3');
    await setPodReady(plane.admin, objects[0]!, true);
    await reachable(requests, (tally) => answering(tally).length === 3);
  });

  it('an address that nobody announces does not answer, although the rules are there', async () => {
    await expose(service('silent'), '10.126.75.215');
    await eventually(
      'the rules are there',
      async () => (await net().natRules(nodes.one)).includes('10.126.75.215'),
      PATIENCE_MS,
    );
    const { pods: found, errors } = await ask({ address: '10.126.75.215', port: 80, patienceMs: 5000 });
    assert.deepEqual([found, Object.keys(errors)], [{}, ['EHOSTUNREACH']]);
  });

  it('when the announcing node is lost, another one takes the address over', async () => {
    const balanced = service('failover');
    const requests = { address: '10.126.75.216', port: 80 };
    await expose(balanced, requests.address, backends(true, true, true));
    await net().announce(requests.address, nodes.one);
    await reachable(requests);
    await net().setCable(nodes.one, 'down');
    try {
      assert.deepEqual(answering(await ask({ ...requests, patienceMs: 500 })), []);
      await setBackends(plane.admin, balanced, backends(false, false, true));
      await net().announce(requests.address, nodes.two);
      await reachable({ ...requests, times: 5 }, (tally) => tally.pods['web-3'] === 5);
    } finally {
      await net().setCable(nodes.one, 'up');
    }
  });
});
