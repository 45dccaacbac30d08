import assert from 'node:assert/strict';
import { reportedSchema } from '@iotedge-networking/contract';
import { decide } from '../../../../modules/networking/src/decide/decide.ts';
import type { ClusterService, LoadBalancerView, Snapshot } from '../../../../modules/networking/src/gather/snapshot.ts';
import {
  crd,
  desired,
  input,
  legacy,
  node,
  pools,
  RANGE,
  service,
  slice,
  snapshot,
} from '../support/build-snapshot.ts';

type MetalLb = Extract<LoadBalancerView, { readonly kind: 'metallb' }>;

const EXCLUDED = { 'node.kubernetes.io/exclude-from-external-load-balancers': '' };
const podNetwork = (cidr: string, change: object = {}) => ({
  pools: [{ name: 'default-ipv4-ippool', cidr, disabled: false, ...change }],
});

interface Case {
  readonly why: string;
  readonly compute?: object;
  readonly services?: readonly ClusterService[];
  readonly change?: Partial<Snapshot>;
  readonly expected: Readonly<Record<string, string | RegExp>>;
}

const DECLARED = {
  nodeIps: '10.126.75.200-10.126.75.201',
  externalServiceIps: { default: RANGE },
  podSubnet: '172.27.0.0/16',
  clusterIpSubnet: '172.28.0.0/16',
};

const without = (part: object): LoadBalancerView => {
  const view = crd() as MetalLb;
  return { ...view, config: { ...pools({ default: RANGE }), ...part } };
};

const CASES: readonly Case[] = [
  { why: 'nothing where all is as declared', change: { podNetwork: podNetwork('172.27.0.0/16') }, expected: {} },
  {
    why: 'nothing where nothing is declared',
    compute: {},
    change: { nodes: [node('n', { ip: '192.0.2.1' })], podNetwork: podNetwork('10.0.0.0/8', { disabled: true }) },
    expected: {},
  },
  {
    why: 'a node outside the declared node IPs',
    change: { nodes: [node('a'), node('b', { ip: '10.126.75.9' }), node('c', { ip: '' })] },
    expected: {
      NodeIpsMismatch: 'Node b has 10.126.75.9; the declared Kubernetes node IPs are 10.126.75.200-10.126.75.201.',
    },
  },
  {
    why: 'pools that are not the declared ones, with both texts',
    change: { loadBalancer: legacy({ default: '10.126.75.206-10.126.75.210' }) },
    expected: {
      PoolsMismatch:
        'Declared are the external service IPs default 10.126.75.206-10.126.75.215; the load balancer has default 10.126.75.206-10.126.75.210.',
    },
  },
  {
    why: 'nothing where the pool has another name and other words for the same addresses',
    change: { loadBalancer: legacy({ ase: '10.126.75.206-10.126.75.215' }) },
    compute: { externalServiceIps: { default: '10.126.75.206-10.126.75.210, 10.126.75.211-10.126.75.215' } },
    expected: {},
  },
  {
    why: 'two pools that have changed places',
    compute: { externalServiceIps: { a: '10.0.0.1', b: '10.0.0.2' } },
    change: { loadBalancer: crd({ a: '10.0.0.2/32', b: '10.0.0.1/32' }) },
    expected: { PoolsMismatch: /a 10\.0\.0\.1, b 10\.0\.0\.2; the load balancer has a 10\.0\.0\.2\/32/ },
  },
  {
    why: 'another pod subnet',
    change: { podNetwork: podNetwork('172.26.0.0/16') },
    expected: {
      SubnetMismatch: 'The declared pod subnet is 172.27.0.0/16; Calico has 172.26.0.0/16 (default-ipv4-ippool).',
    },
  },
  {
    why: 'another cluster IP subnet',
    services: [service('web', { type: 'ClusterIP', clusterIps: ['10.96.0.5'] })],
    expected: {
      SubnetMismatch: 'The declared cluster IP subnet is 172.28.0.0/16; Service iotedge/web has 10.96.0.5.',
    },
  },
  {
    why: 'another cluster IP subnet, by the first of many',
    services: ['web', 'db', 'mqtt'].map((name) => service(name, { type: 'ClusterIP', clusterIps: ['10.96.0.5'] })),
    expected: { SubnetMismatch: /; Service iotedge\/db has 10\.96\.0\.5 \(2 more like it\)\.$/ },
  },
  {
    why: 'a pod subnet over node, cluster and external addresses',
    compute: { ...DECLARED, podSubnet: undefined },
    change: { podNetwork: podNetwork('10.126.75.0/24') },
    expected: {
      RangesOverlap:
        /pod subnet 10\.126\.75\.0\/24 \(default-ipv4-ippool\) overlaps the pool default .* at 10\.126\.75\.206-10\.126\.75\.215\. .*overlaps the node node-1 .*the declared node IPs/,
    },
  },
  {
    why: 'a pool over a node',
    compute: {},
    change: { loadBalancer: legacy({ default: '10.126.75.200-10.126.75.215' }) },
    expected: {
      RangesOverlap:
        'In conflict: the pool default (10.126.75.200-10.126.75.215) overlaps the node node-1 (10.126.75.200) at 10.126.75.200-10.126.75.200.',
    },
  },
  {
    why: 'a pool that nobody announces',
    change: { loadBalancer: without({ l2Advertisements: [] }) },
    expected: { NotAnnounced: /No L2Advertisement or BGPAdvertisement selects pool default/ },
  },
  {
    why: 'BGP without a peer',
    change: {
      loadBalancer: without({
        l2Advertisements: [],
        bgpAdvertisements: [{ name: 'all', ipAddressPools: [], ipAddressPoolSelectors: [] }],
      }),
    },
    expected: { NotAnnounced: 'Addresses are to be announced by BGP, but there is no BGP peer.' },
  },
  {
    why: 'an excluded node, where the release heeds it',
    change: { loadBalancer: crd(), nodes: [node('a'), node('b', { labels: EXCLUDED })] },
    expected: { NodeExcluded: /^MetalLB announces nothing from b:/ },
  },
  {
    why: 'no excluded node, where the release does not heed it',
    change: { loadBalancer: legacy(), nodes: [node('b', { labels: EXCLUDED })] },
    expected: {},
  },
  {
    why: 'an invalid configuration',
    change: { loadBalancer: { ...(crd() as MetalLb), stale: 'CIDR overlaps' } },
    expected: { ConfigurationStale: 'MetalLB keeps an older one: CIDR overlaps' },
  },
  {
    why: 'an old release that clings to its old pools',
    services: [service('web', { ingress: ['192.0.2.7'] })],
    expected: { ConfigurationStale: /^MetalLB 0\.12 keeps its old pools: Service iotedge\/web holds 192\.0\.2\.7/ },
  },
  {
    why: 'an old release that clings to its old pools for several Services',
    services: [service('web', { ingress: ['192.0.2.7'] }), service('db', { ingress: ['192.0.2.6'] })],
    expected: {
      ConfigurationStale:
        /: Service iotedge\/db holds 192\.0\.2\.6, which is in none of the new ones \(1 more like it\)\.$/,
    },
  },
  {
    why: 'what cannot be read, and what probes say of the way',
    change: {
      conditions: { Forbidden: 'cannot list nodes' },
      probes: { troubles: new Map(), conditions: { DnsUnreachable: 'silent', Unreachable: 'no path' } },
    },
    expected: { Forbidden: 'cannot list nodes', DnsUnreachable: 'silent', Unreachable: 'no path' },
  },
];

const reportOf = ({ compute = DECLARED, services = [], change = {} }: Omit<Case, 'why' | 'expected'>) => {
  const document = desired({}, { computeNetwork: compute });
  const slices = services.map((one) => slice(one.name));
  return decide(input({ desired: document, snapshot: snapshot({ services, slices }, change) })).report;
};

describe('[unit] conditions of the device', () => {
  for (const { why, expected, ...rest } of CASES)
    it(`tell of ${why}`, () => {
      const { conditions = {} } = reportOf(rest);
      assert.deepEqual(Object.keys(conditions).sort(), Object.keys(expected).sort());
      for (const [reason, text] of Object.entries(expected))
        if (typeof text === 'string') assert.equal(conditions[reason], text);
        else assert.match(conditions[reason] ?? '', text);
    });

  it('are not there before the document is', () => {
    const at = snapshot({}, { nodes: [node('b', { ip: '192.0.2.1' })] });
    assert.equal(decide(input({ snapshot: at })).report.conditions, undefined);
  });
});

describe('[unit] the report of what newer releases and Calico tell', () => {
  it('shows pod pools with their blocks', () => {
    const view = {
      ...podNetwork('172.27.0.0/16'),
      blocks: [
        { cidr: '172.27.1.0/26', used: 3 },
        { cidr: '10.0.0.0/26', used: 9 },
      ],
    };
    const report = reportOf({ change: { podNetwork: view } });
    assert.deepEqual(report.podNetwork, {
      'default-ipv4-ippool': { cidr: '172.27.0.0/16', total: 65536, used: 3, blocks: 1 },
    });
    reportedSchema.parse(report);
    const unread = reportOf({ change: { podNetwork: podNetwork('172.27.0.0/16') } });
    assert.deepEqual(unread.podNetwork, { 'default-ipv4-ippool': { cidr: '172.27.0.0/16', total: 65536 } });
  });

  const announcedBy = (announcers: MetalLb['announcers'], base: LoadBalancerView = crd()) => {
    const services = [service('web', { ingress: ['10.126.75.206'] })];
    const report = reportOf({ services, change: { loadBalancer: { ...(base as MetalLb), announcers } } });
    reportedSchema.parse(report);
    const { node: nodes, announce, state } = report.services.iotedge?.web ?? {};
    return { nodes, announce, state };
  };

  it('believes MetalLB’s own account of who announces, and the model where there is none', () => {
    const told = new Map([['iotedge/web', { protocol: 'layer2', nodes: ['other'] } as const]]);
    assert.deepEqual(announcedBy(told), { nodes: 'other', announce: undefined, state: 'Ready' });
    assert.deepEqual(announcedBy(new Map()), { nodes: 'node-1', announce: undefined, state: 'Ready' });
  });

  it('names all nodes that announce by BGP', () => {
    const told = new Map([['iotedge/web', { protocol: 'bgp', nodes: ['a', 'b'] } as const]]);
    assert.deepEqual(announcedBy(told), { nodes: 'a,b', announce: 'bgp', state: 'Ready' });
    const advertisement = { name: 'all', ipAddressPools: [], ipAddressPoolSelectors: [], nodeSelectors: [] };
    const byBgp = without({ l2Advertisements: [], bgpAdvertisements: [advertisement], peers: [{ name: 'p' }] });
    assert.deepEqual(announcedBy(undefined, byBgp), { nodes: 'node-1', announce: 'bgp', state: 'Ready' });
  });
});
