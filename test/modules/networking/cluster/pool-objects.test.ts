import assert from 'node:assert/strict';
import { readPodBlock, readPodPool } from '../../../../modules/networking/src/cluster/calico-watch.ts';
import { writeToCluster } from '../../../../modules/networking/src/cluster/kube-writer.ts';
import type { KubeClient } from '../../../../modules/networking/src/cluster/kube-client.ts';
import { KubeError } from '../../../../modules/networking/src/cluster/kube-error.ts';
import {
  readConfigurationStatus,
  readServiceStatus,
} from '../../../../modules/networking/src/cluster/metallb-statuses.ts';
import { readPoolConfigMap, readPoolObject } from '../../../../modules/networking/src/cluster/metallb-watch.ts';
import { writePoolChange } from '../../../../modules/networking/src/cluster/write-pool-change.ts';
import type { WantedPoolObject } from '../../../../modules/networking/src/decide/change.ts';
import { OWN } from '../support/build-snapshot.ts';

const object: WantedPoolObject = {
  resource: 'bgppeers',
  version: 'v1beta2',
  namespace: 'metallb-system',
  name: 'peer-a',
  annotations: { 'iotedge-networking/declared': 'x' },
  spec: { myASN: 1, holdTime: null },
};
const common = { service: 'the pools' };
const PATH = '/apis/metallb.io/v1beta2/namespaces/metallb-system/bgppeers';

describe('[unit] writing managed pools', () => {
  it('creates objects with labels, and without what is to be absent', () => {
    assert.deepEqual(writePoolChange({ ...common, kind: 'create-pool-object', object }, 'store-1'), {
      method: 'POST',
      path: `${PATH}?fieldManager=iotedge-networking`,
      body: {
        apiVersion: 'metallb.io/v1beta2',
        kind: 'BGPPeer',
        metadata: { namespace: 'metallb-system', name: 'peer-a', labels: OWN, annotations: object.annotations },
        spec: { myASN: 1 },
      },
    });
  });

  it('changes exactly the object that was seen, and removes what is to be absent', () => {
    assert.deepEqual(writePoolChange({ ...common, kind: 'edit-pool-object', uid: 'u', object }, 'store-1'), {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      path: `${PATH}/peer-a?fieldManager=iotedge-networking`,
      body: { metadata: { uid: 'u', annotations: object.annotations }, spec: { myASN: 1, holdTime: null } },
    });
    const removal = writePoolChange({ ...common, kind: 'delete-pool-object', uid: 'u', object }, 'store-1');
    assert.deepEqual([removal.method, removal.path], ['DELETE', `${PATH}/peer-a`]);
    assert.deepEqual((removal.body as { preconditions: object }).preconditions, { uid: 'u' });
  });

  it('changes the ConfigMap only as it was when the text was made', () => {
    const place = { namespace: 'metallb-system', name: 'config', resourceVersion: '7' };
    const change = {
      ...common,
      ...place,
      kind: 'edit-config-map',
      text: 'peers: []',
      annotations: { a: null },
    } as const;
    assert.deepEqual(writePoolChange(change, 'store-1'), {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      path: '/api/v1/namespaces/metallb-system/configmaps/config?fieldManager=iotedge-networking',
      body: { metadata: { resourceVersion: '7', annotations: { a: null } }, data: { config: 'peers: []' } },
    });
  });

  it('takes an object that is gone already as deleted', async () => {
    const client = { request: () => Promise.reject(new KubeError('Refused', 404, 'gone')) } as unknown as KubeClient;
    const style = { instance: 'store-1', endpointSlices: 'v1' } as const;
    const change = { ...common, kind: 'delete-pool-object', uid: 'u', object } as const;
    assert.equal(await writeToCluster(client, change, style), undefined);
  });
});

describe('[unit] reading what MetalLB and Calico tell', () => {
  it('keeps of MetalLB’s objects the configuration and the module’s own annotations', () => {
    const metadata = {
      ...{ name: 'a', namespace: 'm', uid: 'u', labels: { l: '1' } },
      annotations: { 'iotedge-networking/declared': 'x', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    };
    const annotations = { 'iotedge-networking/declared': 'x' };
    assert.deepEqual(readPoolObject({ metadata, spec: { addresses: [] } }), {
      ...{
        metadata: { name: 'a', namespace: 'm', labels: { l: '1' } },
        spec: { addresses: [] },
        uid: 'u',
        annotations,
      },
    });
    const map = { metadata: { ...metadata, resourceVersion: '9' }, data: { config: 'peers: []', other: 'x' } };
    const expected = { name: 'a', uid: 'u', resourceVersion: '9', annotations };
    assert.deepEqual(readPoolConfigMap(map), { ...expected, text: 'peers: []' });
    assert.deepEqual(readPoolConfigMap({ ...map, data: undefined }), expected);
  });

  it('reads who announces from the status, or from the labels', () => {
    const status = { node: 'n', serviceName: 's', serviceNamespace: 'ns' };
    assert.deepEqual(readServiceStatus({ metadata: { name: 'l2-abcde' }, status }), { service: 'ns/s', node: 'n' });
    const labels = { 'metallb.io/node': 'n', 'metallb.io/service-name': 's', 'metallb.io/service-namespace': 'ns' };
    assert.deepEqual(readServiceStatus({ metadata: { labels } }), { service: 'ns/s', node: 'n' });
    assert.equal(readServiceStatus({ metadata: { name: 'l2-abcde' } }), undefined);
  });

  it('reads what components say of their configuration', () => {
    const metadata = { name: 'controller' };
    const invalid = { result: 'Invalid', errorSummary: 'CIDR overlaps' };
    assert.deepEqual(readConfigurationStatus({ metadata, status: invalid }), {
      component: 'controller',
      error: 'CIDR overlaps',
    });
    assert.notEqual(readConfigurationStatus({ metadata, status: { result: 'Invalid' } }).error, '');
    assert.equal(readConfigurationStatus({ metadata, status: { result: 'Valid' } }).error, '');
  });

  it('reads pools of pods only, and counts what blocks hold', () => {
    const metadata = { name: 'p' };
    assert.deepEqual(readPodPool({ metadata, spec: { cidr: '172.27.0.0/16' } }), {
      ...{ name: 'p', cidr: '172.27.0.0/16', disabled: false },
    });
    const tunnel = { cidr: '172.27.0.0/16', allowedUses: ['Tunnel'], disabled: true };
    assert.equal(readPodPool({ metadata, spec: tunnel }), undefined);
    assert.equal(readPodPool({ metadata, spec: { ...tunnel, allowedUses: ['Workload'] } })?.disabled, true);
    assert.equal(readPodPool({ metadata }), undefined);
    const allocations = [0, null, 1];
    assert.deepEqual(readPodBlock({ spec: { cidr: '172.27.0.0/26', allocations } }), {
      cidr: '172.27.0.0/26',
      used: 2,
    });
    assert.deepEqual(readPodBlock({ spec: { cidr: '172.27.0.0/26' } })?.used, 0);
    assert.equal(readPodBlock({ spec: { cidr: '172.27.0.0/26', deleted: true } }), undefined);
  });
});
