import assert from 'node:assert/strict';
import { readEndpointSlice } from '../../../../modules/networking/src/cluster/read-endpoint-slice.ts';
import { readNamespace, readNode } from '../../../../modules/networking/src/cluster/read-node.ts';
import { readPod } from '../../../../modules/networking/src/cluster/read-pod.ts';
import { readService } from '../../../../modules/networking/src/cluster/read-service.ts';

const metadata = { namespace: 'a', name: 'x', uid: 'u' };
const ready = [{ type: 'Ready', status: 'True' }];

describe('[unit] reading Services', () => {
  it('keeps what concerns addresses', () => {
    const read = readService({
      metadata: {
        ...metadata,
        labels: { l: '1' },
        annotations: { 'metallb.io/address-pool': 'p', 'kubectl.kubernetes.io/last-applied': '{}' },
      },
      spec: {
        type: 'LoadBalancer',
        clusterIP: '172.28.0.1',
        clusterIPs: ['172.28.0.1', 'fd00::1'],
        ipFamilies: ['IPv4', 'IPv6'],
        ipFamilyPolicy: 'PreferDualStack',
        ports: [
          { name: 'http', port: 80, targetPort: 'web', protocol: 'TCP', nodePort: 30000 },
          { port: 53, protocol: 'UDP' },
        ],
        selector: { app: 'x' },
        externalTrafficPolicy: 'Local',
        loadBalancerIP: '10.0.0.1',
        loadBalancerClass: 'c',
      },
      status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }, { hostname: 'h' }] } },
    });
    assert.deepEqual(read, {
      ...metadata,
      labels: { l: '1' },
      annotations: { 'metallb.io/address-pool': 'p' },
      type: 'LoadBalancer',
      clusterIps: ['172.28.0.1', 'fd00::1'],
      ipFamilies: ['IPv4', 'IPv6'],
      ipFamilyPolicy: 'PreferDualStack',
      ports: [
        { name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' },
        { port: 53, targetPort: 53, protocol: 'UDP' },
      ],
      selector: { app: 'x' },
      externalTrafficPolicy: 'Local',
      loadBalancerIp: '10.0.0.1',
      loadBalancerClass: 'c',
      ingress: ['10.0.0.1'],
      deleting: false,
    });
  });

  it('reads the least there can be', () => {
    const read = readService({ metadata: { deletionTimestamp: 't' }, spec: { clusterIP: 'None', selector: {} } });
    assert.deepEqual(
      [read.type, read.clusterIps, read.selector, read.ingress, read.deleting],
      ['ClusterIP', [], undefined, [], true],
    );
    assert.deepEqual(readService({}).ports, []);
    assert.deepEqual(readService({ spec: { clusterIP: '172.28.0.1' } }).clusterIps, ['172.28.0.1']);
  });
});

describe('[unit] reading EndpointSlices', () => {
  const read = readEndpointSlice((labels) => labels.ours === 'yes');
  const labels = { 'kubernetes.io/service-name': 'web' };
  const endpoints = [
    {
      addresses: ['172.27.0.1'],
      conditions: { ready: true },
      nodeName: 'n1',
      targetRef: { kind: 'Pod', name: 'p', uid: 'pu' },
    },
    { addresses: ['172.27.0.2'], conditions: {}, topology: { 'kubernetes.io/hostname': 'n1' } },
    { addresses: ['172.27.0.3'], conditions: { ready: false } },
  ];

  it('counts endpoints, and keeps them only of its own slices', () => {
    const foreign = read({
      metadata: { ...metadata, labels },
      endpoints,
      ports: [{ name: 'h', port: 80, protocol: 'TCP' }],
    });
    assert.deepEqual(foreign, {
      ...metadata,
      service: 'web',
      ours: false,
      addressType: 'IPv4',
      ports: [],
      endpoints: [],
      ownerUid: undefined,
      ready: 2,
      total: 3,
      readyNodes: ['n1'],
    });
    const own = read({
      metadata: { ...metadata, labels: { ...labels, ours: 'yes' }, ownerReferences: [{ kind: 'Service', uid: 'su' }] },
      addressType: 'IPv6',
      endpoints,
      ports: [{ name: 'h', port: 80, protocol: 'UDP' }, {}],
    });
    assert.equal(own?.ownerUid, 'su');
    assert.deepEqual(own.ports, [
      { name: 'h', port: 80, protocol: 'UDP' },
      { name: '', port: 0, protocol: 'TCP' },
    ]);
    assert.deepEqual(own.endpoints, [
      { address: '172.27.0.1', ready: true, nodeName: 'n1', pod: { name: 'p', uid: 'pu' } },
      { address: '172.27.0.2', ready: true, nodeName: 'n1' },
      { address: '172.27.0.3', ready: false },
    ]);
  });

  it('leaves out slices without a Service, and reads empty ones', () => {
    assert.equal(read({ metadata }), undefined);
    assert.equal(read({ metadata: { labels }, endpoints: null, ports: null })?.total, 0);
    assert.deepEqual(read({ metadata: { labels: { ...labels, ours: 'yes' } }, endpoints: [{}] })?.endpoints, [
      { address: '', ready: true },
    ]);
  });
});

describe('[unit] reading pods, nodes and namespaces', () => {
  it('keeps what endpoints are made of', () => {
    const pod = readPod({
      metadata: { ...metadata, labels: { l: '1' } },
      spec: { nodeName: 'n' },
      status: { podIPs: [{ ip: '1' }, {}], conditions: ready },
    });
    assert.deepEqual(pod, { ...metadata, labels: { l: '1' }, ips: ['1'], nodeName: 'n', ready: true, ended: false });
    assert.deepEqual(readPod({ status: { podIP: '2', phase: 'Succeeded' } }).ips, ['2']);
    for (const ended of [{ status: { phase: 'Failed' } }, { metadata: { deletionTimestamp: 't' } }])
      assert.equal(readPod(ended).ended, true);
    assert.deepEqual(readPod({}), {
      namespace: '',
      name: '',
      uid: '',
      labels: {},
      ips: [],
      ready: false,
      ended: false,
    });
  });

  it('keeps what decides who announces', () => {
    const addresses = [
      { type: 'Hostname', address: 'h' },
      { type: 'InternalIP', address: '10.0.0.1' },
    ];
    const labels = { 'node-role.kubernetes.io/control-plane': '' };
    assert.deepEqual(readNode({ metadata: { name: 'n', labels }, status: { addresses, conditions: ready } }), {
      name: 'n',
      ip: '10.0.0.1',
      role: 'master',
      ready: true,
      networkUnavailable: false,
      labels,
    });
    const bare = readNode({ status: { conditions: [{ type: 'NetworkUnavailable', status: 'True' }] } });
    assert.deepEqual(bare, { name: '', ip: '', role: 'worker', ready: false, networkUnavailable: true, labels: {} });
    assert.deepEqual(readNamespace({ metadata: { name: 'a', labels: { x: 'y' } } }), { name: 'a', labels: { x: 'y' } });
    assert.deepEqual(readNamespace({}), { name: '', labels: {} });
  });
});
