import assert from 'node:assert/strict';
import { LoadBalancerModel, serviceFromKubernetes, serviceKey } from '@iotedge-networking/metallb';
import { pools } from './builders.ts';

describe('[unit] service from Kubernetes', () => {
  it('reads what a client library gives', () => {
    const read = serviceFromKubernetes({
      metadata: { namespace: 'iotedge', name: 'web', labels: { app: 'web' }, annotations: { a: 'b' } },
      spec: {
        type: 'LoadBalancer',
        clusterIP: '172.28.0.5',
        clusterIPs: ['172.28.0.5', 'fd00::5'],
        ports: [{ port: 80 }],
        externalTrafficPolicy: 'Local',
        selector: { app: 'web' },
      },
      status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }, {}] } },
    });
    assert.equal(serviceKey(read), 'iotedge/web');
    assert.deepEqual(
      [read.clusterIPs, read.status, read.externalTrafficPolicy],
      [['172.28.0.5', 'fd00::5'], ['10.0.0.1'], 'Local'],
    );
  });

  it('falls back to the one cluster IP, and to nothing', () => {
    assert.deepEqual(serviceFromKubernetes({ spec: { clusterIP: '172.28.0.5' } }).clusterIPs, ['172.28.0.5']);
    const bare = serviceFromKubernetes({});
    assert.deepEqual([serviceKey(bare), bare.clusterIPs, bare.ports, bare.status], ['default/', [], [], []]);
  });

  it('is content with an object that MetalLB has written', () => {
    const model = new LoadBalancerModel({ config: pools({ p: ['10.0.0.1/32'] }) });
    const object = {
      metadata: { namespace: 'd', name: 'a' },
      spec: { type: 'LoadBalancer', clusterIP: '172.28.0.5', ports: [{ port: 80 }] },
    };
    const [change] = model.apply(serviceFromKubernetes(object)).changes;
    assert.ok(change?.poolAnnotation);
    const written = {
      ...object,
      metadata: { ...object.metadata, annotations: { [change.poolAnnotation.name]: change.poolAnnotation.value } },
      status: { loadBalancer: { ingress: change.addresses.map((ip) => ({ ip })) } },
    };
    assert.deepEqual(model.apply(serviceFromKubernetes(written)), { events: [], changes: [] });
  });
});
