import assert from 'node:assert/strict';
import type { Reason } from '@iotedge-networking/contract';
import { decide } from '../../../../modules/networking/src/decide/decide.ts';
import type { ClusterService, ClusterSlice, Snapshot } from '../../../../modules/networking/src/gather/snapshot.ts';
import {
  AGENT,
  crd,
  desired,
  input,
  legacy,
  node,
  OWN,
  service,
  slice,
  snapshot,
  web,
} from '../support/build-snapshot.ts';

interface Case {
  readonly sentence: string;
  readonly service?: Partial<ClusterService>;
  readonly slices?: readonly ClusterSlice[];
  readonly others?: readonly ClusterService[];
  readonly world?: Partial<Snapshot>;
  readonly services?: object;
  readonly expect: readonly [state: string, reason: Reason | ''];
  readonly message?: RegExp;
  readonly node?: string;
}

const ADDRESS = { ingress: ['10.126.75.206'] };
const noAdvertisement = (): Snapshot['loadBalancer'] => {
  const view = crd();
  return view.kind === 'metallb' && view.config !== undefined
    ? { ...view, config: { ...view.config, l2Advertisements: [] } }
    : view;
};

const CASES: readonly Case[] = [
  { sentence: 'an address, an announcer and ready endpoints', service: ADDRESS, expect: ['Ready', ''], node: 'node-1' },
  { sentence: 'no address yet', expect: ['Pending', 'WaitingForAddress'] },
  {
    sentence: 'nothing that assigns addresses',
    world: { loadBalancer: { kind: 'none' } },
    expect: ['Pending', 'LoadBalancerMissing'],
  },
  {
    sentence: 'an address of another load balancer',
    service: ADDRESS,
    world: { loadBalancer: { kind: 'none' } },
    expect: ['Ready', ''],
  },
  {
    sentence: 'a request by field and annotation',
    service: { loadBalancerIp: '10.126.75.206', annotations: { 'metallb.io/loadBalancerIPs': '10.126.75.206' } },
    world: { loadBalancer: crd() },
    expect: ['Pending', 'RequestConflict'],
  },
  {
    sentence: 'a request outside all pools',
    service: { loadBalancerIp: '192.0.2.1' },
    expect: ['Pending', 'AddressOutsidePools'],
  },
  {
    sentence: 'a request that another holds',
    service: { loadBalancerIp: '10.126.75.206' },
    others: [service('other', ADDRESS)],
    expect: ['Pending', 'AddressInUse'],
  },
  {
    sentence: 'a full pool',
    others: [service('other', ADDRESS)],
    world: { loadBalancer: legacy({ default: '10.126.75.206-10.126.75.206' }) },
    expect: ['Pending', 'PoolExhausted'],
  },
  {
    sentence: 'a pool that is not there',
    service: { annotations: { 'metallb.universe.tf/address-pool': 'none' } },
    expect: ['Pending', 'PoolNotFound'],
  },
  {
    sentence: 'a configuration that cannot be read',
    world: { loadBalancer: { kind: 'metallb', dialect: 'crd', version: '0.14.9' } },
    expect: ['Pending', 'WaitingForAddress'],
  },
  {
    sentence: 'no endpoint',
    service: ADDRESS,
    slices: [],
    expect: ['Failing', 'NoMatchingPods'],
    message: /selector app=web/,
  },
  {
    sentence: 'no endpoint and no selector',
    service: { ...ADDRESS, selector: undefined },
    slices: [],
    expect: ['Failing', 'NoMatchingPods'],
    message: /the backends of the Service/,
  },
  {
    sentence: 'modules without pods',
    service: { ...ADDRESS, labels: OWN, selector: undefined },
    slices: [],
    services: { web: web({ backends: 'modules:a,b' }) },
    expect: ['Failing', 'NoMatchingPods'],
    message: /the modules a, b/,
  },
  {
    sentence: 'endpoints that are not ready',
    service: ADDRESS,
    slices: [slice('web', { ready: 0, total: 2 })],
    expect: ['Failing', 'NoReadyEndpoints'],
  },
  {
    sentence: 'endpoints that may not be read',
    service: ADDRESS,
    slices: [],
    world: { endpointsKnown: false },
    expect: ['Ready', ''],
  },
  {
    sentence: 'endpoints without a node',
    service: ADDRESS,
    slices: [slice('web', { readyNodes: [] })],
    expect: ['Ready', ''],
    node: 'node-1',
  },
  {
    sentence: 'a pool that nobody announces',
    service: ADDRESS,
    world: { loadBalancer: noAdvertisement() },
    expect: ['Failing', 'NotAnnounced'],
  },
  {
    sentence: 'only excluded nodes',
    service: ADDRESS,
    world: {
      loadBalancer: crd(),
      nodes: [node('node-1', { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': '' } })],
    },
    expect: ['Failing', 'NodeExcluded'],
  },
  {
    sentence: 'nodes that may not be read',
    service: ADDRESS,
    world: { nodes: [] },
    expect: ['Ready', ''],
    node: undefined,
  },
  {
    sentence: 'a write that failed',
    service: ADDRESS,
    world: { failures: new Map([['iotedge/web', { reason: 'Refused', message: 'no' }]]) },
    expect: ['Failing', 'Refused'],
  },
  {
    sentence: 'a name outside the cluster',
    service: { type: 'ExternalName', labels: AGENT },
    slices: [],
    expect: ['Ready', ''],
  },
  {
    sentence: 'a Service that is being made',
    services: { web: web() },
    expect: ['Pending', 'WaitingForAddress'],
    message: /being made/,
  },
];

function judged(one: Case) {
  const isAbsent = one.service === undefined && one.services !== undefined;
  const services = [...(isAbsent ? [] : [service('web', one.service)]), ...(one.others ?? [])];
  const slices = one.slices === undefined ? {} : { slices: one.slices };
  const wish =
    one.services === undefined ? undefined : desired({ iotedge: one.services }, { options: { pinAddresses: false } });
  const world = snapshot({ services, ...slices }, one.world);
  return decide(input({ snapshot: world, desired: wish })).report.services.iotedge?.web;
}

describe('[unit] judgeService', () => {
  for (const one of CASES)
    it(`${one.sentence}: ${one.expect.join(' ').trim()}`, () => {
      const reported = judged(one);
      assert.deepEqual([reported?.state, reported?.reason], one.expect);
      assert.match(reported?.message ?? '', one.message ?? /.*/);
      if ('node' in one) assert.equal(reported?.node, one.node);
    });
});

describe('[unit] two Services of one pass', () => {
  it('do not go for the same address: the second waits for what becomes of the first', () => {
    const served = service('a', { labels: OWN, selector: { app: 'web' }, ingress: ['10.126.75.206'] });
    const adopted = service('b', { labels: AGENT });
    const world = snapshot({ services: [served, adopted] });
    const wish = desired(
      {
        iotedge: {
          a: web({ address: '10.126.75.208', shareAddress: 'k' }),
          b: { expose: 'external', address: '10.126.75.208', shareAddress: 'k', externalTrafficPolicy: 'Cluster' },
        },
      },
      {},
    );
    const { changes } = decide(input({ snapshot: world, desired: wish }));
    assert.deepEqual(
      changes.map(({ service: key }) => key),
      ['iotedge/a'],
    );
  });
});
