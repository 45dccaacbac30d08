import assert from 'node:assert/strict';
import type { KubeRequest } from '../../../../modules/networking/src/cluster/kube-client.ts';
import { KubeError } from '../../../../modules/networking/src/cluster/kube-error.ts';
import { writeToCluster } from '../../../../modules/networking/src/cluster/kube-writer.ts';
import { writeChange } from '../../../../modules/networking/src/cluster/write-change.ts';
import type { Change } from '../../../../modules/networking/src/decide/change.ts';
import { OWN } from '../support/build-snapshot.ts';

const STYLE = { instance: 'store-1', endpointSlices: 'v1' } as const;
const place = { service: 'a/x', namespace: 'a', name: 'x' };
const endpoint = { address: '172.27.0.1', ready: true, nodeName: 'n', pod: { name: 'p', uid: 'pu' } };
const slice = {
  namespace: 'a',
  name: 's',
  service: 'x',
  ownerUid: 'su',
  addressType: 'IPv4' as const,
  ports: [{ name: 'h', port: 80, protocol: 'TCP' }],
  endpoints: [endpoint, { address: '172.27.0.2', ready: false }],
};

/** As it goes over the wire. */
const sent = (change: Change, style: Parameters<typeof writeChange>[1] = STYLE): KubeRequest =>
  JSON.parse(JSON.stringify(writeChange(change, style))) as KubeRequest;

describe('[unit] writeChange', () => {
  it('creates, so that nothing present is taken over', () => {
    const fields = {
      type: 'LoadBalancer' as const,
      labels: OWN,
      ports: [{ name: 'h', port: 1, targetPort: 2, protocol: 'TCP' }],
      loadBalancerIp: '10.0.0.1',
    };
    assert.deepEqual(sent({ ...place, kind: 'create-service', fields }), {
      method: 'POST',
      path: '/api/v1/namespaces/a/services?fieldManager=iotedge-networking',
      body: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { namespace: 'a', name: 'x', labels: OWN },
        spec: { type: 'LoadBalancer', ports: fields.ports, loadBalancerIP: '10.0.0.1' },
      },
    });
  });

  it('changes only the object it looked at, and only what differs', () => {
    const edit = { annotations: { a: null }, selector: null };
    assert.deepEqual(sent({ ...place, kind: 'edit-service', uid: 'u', edit, drift: false }), {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      path: '/api/v1/namespaces/a/services/x?fieldManager=iotedge-networking',
      body: { metadata: { uid: 'u', annotations: { a: null } }, spec: { selector: null } },
    });
    const onlyLabels = sent({ ...place, kind: 'edit-service', uid: 'u', edit: { labels: OWN }, drift: false });
    assert.deepEqual(onlyLabels.body, { metadata: { uid: 'u', labels: OWN } });
  });

  it('deletes only the object it looked at', () => {
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: 'u' },
      propagationPolicy: 'Background',
    };
    assert.deepEqual(sent({ ...place, kind: 'delete-service', uid: 'u' }), {
      method: 'DELETE',
      path: '/api/v1/namespaces/a/services/x',
      body,
    });
    const path = '/apis/discovery.k8s.io/v1/namespaces/a/endpointslices/x';
    assert.deepEqual(sent({ ...place, kind: 'delete-slice', uid: 'u' }), { method: 'DELETE', path, body });
  });

  it('writes EndpointSlices in the version that the server has, owned by their Service', () => {
    const { path, body } = sent({ kind: 'create-slice', service: 'a/x', slice });
    assert.equal(path, '/apis/discovery.k8s.io/v1/namespaces/a/endpointslices?fieldManager=iotedge-networking');
    assert.deepEqual(body, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        namespace: 'a',
        name: 's',
        labels: {
          ...OWN,
          'kubernetes.io/service-name': 'x',
          'endpointslice.kubernetes.io/managed-by': 'iotedge-networking',
        },
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Service', name: 'x', uid: 'su', controller: true, blockOwnerDeletion: false },
        ],
      },
      addressType: 'IPv4',
      ports: slice.ports,
      endpoints: [
        {
          addresses: ['172.27.0.1'],
          conditions: { ready: true },
          nodeName: 'n',
          targetRef: { kind: 'Pod', namespace: 'a', name: 'p', uid: 'pu' },
        },
        { addresses: ['172.27.0.2'], conditions: { ready: false } },
      ],
    });
    const old = sent(
      { kind: 'replace-slice', service: 'a/x', uid: 'u', slice },
      { ...STYLE, endpointSlices: 'v1beta1' },
    );
    assert.match(old.path, /v1beta1\/namespaces\/a\/endpointslices\/s\?/);
    const { metadata, endpoints } = old.body as { readonly metadata: object; readonly endpoints: readonly object[] };
    assert.deepEqual(metadata, { uid: 'u' });
    assert.deepEqual((endpoints[0] as { readonly topology: object }).topology, { 'kubernetes.io/hostname': 'n' });
  });
});

describe('[unit] writeToCluster', () => {
  const outcome = (change: Change, error?: Error) =>
    writeToCluster(
      {
        request: () => (error === undefined ? Promise.resolve({}) : Promise.reject(error)),
        stream: () => Promise.reject(new Error('not here')),
        close: () => undefined,
      },
      change,
      STYLE,
    );
  const create: Change = { ...place, kind: 'create-service', fields: {} };
  const edit: Change = { ...place, kind: 'edit-service', uid: 'u', edit: {}, drift: false };
  const remove: Change = { ...place, kind: 'delete-service', uid: 'u' };

  it('tells outcomes by reason, and whether the snapshot was outdated', async () => {
    const status = (code: number, reason: 'Forbidden' | 'Refused' | 'ApiUnavailable' = 'Refused') =>
      new KubeError(reason, code, 'm');
    assert.equal(await outcome(create), undefined);
    assert.equal(await outcome(remove, status(404)), undefined);
    assert.deepEqual(await outcome(create, status(404)), {
      reason: 'NamespaceNotFound',
      message: 'm',
      outdated: false,
    });
    for (const code of [404, 409]) assert.equal((await outcome(edit, status(code)))?.outdated, true);
    assert.equal((await outcome(create, status(403, 'Forbidden')))?.reason, 'Forbidden');
    assert.deepEqual(await outcome(create, new Error('odd')), {
      reason: 'ApiUnavailable',
      message: 'odd',
      outdated: false,
      retryAfterMs: undefined,
    });
  });
});
