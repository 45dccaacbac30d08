import assert from 'node:assert/strict';
import { readDesired, type Reported } from '@iotedge-networking/contract';
import { ClusterWatch } from '../../modules/networking/src/cluster/cluster-watch.ts';
import { kubeClient } from '../../modules/networking/src/cluster/kube-client.ts';
import { writeToCluster } from '../../modules/networking/src/cluster/kube-writer.ts';
import { decide } from '../../modules/networking/src/decide/decide.ts';
import { EMPTY_MEMORY, type Memory } from '../../modules/networking/src/decide/memory.ts';
import { metalLbModel } from '../../modules/networking/src/decide/metallb-model.ts';
import { takeSnapshot } from '../../modules/networking/src/gather/take-snapshot.ts';
import { SILENT } from '../../modules/networking/src/log.ts';
import { KubeServer } from '../modules/networking/support/kube-server.ts';
import { SETTINGS, NOW } from '../modules/networking/support/build-snapshot.ts';
import { eventually } from '../support/eventually.ts';

const METALLB = '/apis/metallb.io/v1beta1';
const MAPS = '/api/v1/configmaps';
const NAMESPACE = 'metallb-system';

const document = (externalServiceIps: object, rest: object = {}) => {
  const read = readDesired({ schemaVersion: '1', computeNetwork: { externalServiceIps, managePools: true, ...rest } });
  return read.ok ? read.value : assert.fail('the document is not good');
};

describe('[wire] managed pools through the API', function () {
  this.timeout(15_000);
  let server: KubeServer;
  let watch: ClusterWatch;
  let memory: Memory;

  beforeEach(async () => {
    memory = EMPTY_MEMORY;
    server = await KubeServer.start();
    server.put('/api/v1/namespaces', { metadata: { name: 'iotedge' } });
    const client = kubeClient(server.kubeConfig);
    const options = { metalLbNamespace: NAMESPACE, isOurs: () => false, onChange: () => undefined, log: SILENT };
    watch = new ClusterWatch({ ...options, client, random: () => 0, discoveryMs: 200 });
  });
  afterEach(async () => {
    await watch.stop();
    await server.close();
  });

  /** Passes until nothing is left to change; the last report. */
  async function settle(desired: ReturnType<typeof document>): Promise<Reported> {
    const style = { instance: SETTINGS.instance, endpointSlices: 'v1' } as const;
    return eventually('rest', async () => {
      const snapshot = takeSnapshot(watch.view(), new Map());
      if (!snapshot.synced) return undefined;
      const desiredStatus = { version: 1, state: 'accepted', problems: [] } as const;
      const common = { desired, desiredStatus, snapshot, memory, now: NOW, settings: SETTINGS };
      const decision = decide({ ...common, model: metalLbModel(snapshot) });
      memory = decision.memory;
      const client = kubeClient(server.kubeConfig);
      for (const change of decision.changes) {
        const trouble = await writeToCluster(client, change, style);
        if (trouble?.outdated === false) assert.fail(trouble.message);
      }
      client.close();
      return decision.changes.length === 0 && decision.report;
    });
  }
  const specs = (plural: string) =>
    Object.fromEntries(server.list(`${METALLB}/${plural}`).map(({ metadata, ...rest }) => [metadata.name, rest.spec]));
  const put = (plural: string, name: string, spec: object) =>
    server.put(`${METALLB}/${plural}`, { metadata: { namespace: NAMESPACE, name }, spec });

  it('come, change and go as resources; what others made stays', async () => {
    put('ipaddresspools', 'theirs', { addresses: ['10.9.0.0/24'] });
    put('l2advertisements', 'theirs', { ipAddressPools: ['theirs'] });
    watch.start();
    await settle(document({ default: '10.0.0.1-10.0.0.5' }));
    await settle(document({ default: '10.0.0.1-10.0.0.9', dmz: '10.0.1.7' }));
    assert.deepEqual(specs('ipaddresspools'), {
      theirs: { addresses: ['10.9.0.0/24'] },
      default: { addresses: ['10.0.0.1-10.0.0.9'] },
      dmz: { addresses: ['10.0.1.7-10.0.1.7'] },
    });
    const report = await settle(document({ dmz: '10.0.1.7' }));
    assert.deepEqual(Object.keys(specs('l2advertisements')), ['theirs', 'dmz']);
    assert.deepEqual(Object.keys(report.pools), ['dmz', 'theirs']);
    assert.equal(report.desired.state, 'applied');
  });

  it('come and go in the ConfigMap, written only as it was read', async () => {
    const text = 'address-pools: [{name: theirs, protocol: layer2, addresses: [10.9.0.0/24]}]';
    const map = { metadata: { namespace: NAMESPACE, name: 'config' }, data: { config: text } };
    server.put(MAPS, map);
    watch.start();
    const report = await settle(document({ default: '10.0.0.1-10.0.0.5' }));
    assert.deepEqual(Object.keys(report.pools), ['theirs', 'default']);
    const stored = server.get(MAPS, NAMESPACE, 'config');
    assert.equal(
      (stored?.metadata.annotations as Record<string, string>)['iotedge-networking/managed-pools'],
      '{"default":"10.0.0.1-10.0.0.5"}',
    );
    const patches = server.requests.filter((line) =>
      line.startsWith('PATCH /api/v1/namespaces/metallb-system/configmaps/config'),
    );
    assert.equal(patches.length > 0, true);
    assert.deepEqual(Object.keys((await settle(document({ dmz: '10.0.1.7' }))).pools), ['theirs', 'dmz']);
  });
});
