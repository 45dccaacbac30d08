import assert from 'node:assert/strict';
import type { DeviceComputeNetwork } from '@iotedge-networking/contract';
import { checkDraft, deviceViewOf, draftBalance, type DeviceView } from '@iotedge-networking/dashboard';
import { sampleFacts } from '../../../support/dashboard-source.ts';

const BASE: DeviceComputeNetwork = {
  subnet: '10.126.72.0/22',
  gateway: '10.126.72.1',
  deviceNodes: 1,
  nodeIps: '10.126.75.200-10.126.75.201',
  externalServiceIps: { default: ['10.126.75.206-10.126.75.215'] },
  podSubnet: '172.27.0.0/16',
  clusterIpSubnet: '172.28.0.0/16',
  announce: 'layer2',
  bgpPeers: [],
  managePools: false,
};

const WEB = { path: 'services.iotedge.webserver', owner: 'iotedge/webserver', expose: 'external', ports: [] } as const;

const device: DeviceView = deviceViewOf({
  ...sampleFacts('store-001'),
  declared: { computeNetwork: BASE, claims: [{ ...WEB, trafficPolicy: 'Cluster' }] },
});

/** `code path`, warnings in brackets. */
function answers(change: Partial<DeviceComputeNetwork>, context: DeviceView = device): readonly string[] {
  return checkDraft({ ...BASE, ...change }, context).map(({ code, path, level }) =>
    level === 'warning' ? `(${code} ${path})` : `${code} ${path}`,
  );
}

describe('[unit] rules over a draft', () => {
  const pool = (...ranges: string[]): Partial<DeviceComputeNetwork> => ({ externalServiceIps: { default: ranges } });
  const peer = { peerAddress: '10.126.72.2', peerAsn: 64512, selfAsn: 64513 };

  const cases: readonly (readonly [string, Partial<DeviceComputeNetwork>, readonly string[]])[] = [
    ['says nothing of what is in order', {}, []],
    ['N01 no range', pool('10.126.75.206-x'), ['N01 externalServiceIps.default[0]']],
    ['N01 ends swapped', { nodeIps: '10.126.75.201-10.126.75.200' }, ['N01 nodeIps']],
    ['N01 no network', { podSubnet: '172.27.0.0', subnet: 'x' }, ['N01 subnet', 'N01 podSubnet']],
    ['N01 no address', { gateway: '10.126.72.300' }, ['N01 gateway']],
    ['N02 too few node IPs', { nodeIps: '10.126.75.200' }, ['N02 nodeIps', '(N09 nodeIps)']],
    ['N03 ranges overlap', pool('10.126.75.201-10.126.75.215'), ['N03 externalServiceIps.default[0]']],
    ['N04 outside the subnet', pool('10.126.75.206-10.126.75.215', '10.1.0.1'), ['N04 externalServiceIps.default[1]']],
    ['N06 too few addresses', pool('10.126.75.210'), ['N06 externalServiceIps']],
    ['N10 an address in use leaves', pool('10.126.75.206-10.126.75.209'), ['(N10 externalServiceIps)']],
    ['N13 AS number', { announce: 'bgp', bgpPeers: [{ ...peer, peerAsn: 65535 }] }, ['N13 bgpPeers[0].peerAsn']],
    ['N13 BGP without peers', { announce: 'bgp' }, ['(N13 announce)']],
    ['N01 no peer', { announce: 'bgp', bgpPeers: [{ ...peer, peerAddress: '' }] }, ['N01 bgpPeers[0].peerAddress']],
  ];
  for (const [title, change, expected] of cases) it(title, () => assert.deepEqual(answers(change), expected));

  it('N07 and N09: a subnet that overlaps, and cannot change', () => {
    assert.deepEqual(answers({ podSubnet: '10.126.72.0/24' }), ['N07 subnet', 'N09 podSubnet']);
    assert.deepEqual(answers({ clusterIpSubnet: '172.29.0.0/16' }), ['N09 clusterIpSubnet']);
    assert.deepEqual(answers({ nodeIps: '10.126.75.190-10.126.75.191' }), ['N09 nodeIps']);
  });

  it('N08: host bits are noted', () => {
    const fresh = deviceViewOf({ id: 'new', module: 'networking', profile: 'ase-k8s' });
    assert.deepEqual(answers({ podSubnet: '172.27.0.1/16' }, fresh), ['(N08 podSubnet)']);
  });

  it('before the cluster exists nothing is locked', () => {
    const fresh = deviceViewOf({ id: 'new', module: 'networking', profile: 'ase-k8s' });
    assert.deepEqual(answers({ podSubnet: '172.20.0.0/16', nodeIps: '10.126.75.190-10.126.75.191' }, fresh), []);
  });

  it('gives a fix for everything that is an error', () => {
    for (const [, change] of cases)
      for (const problem of checkDraft({ ...BASE, ...change }, device))
        assert.ok(problem.fix !== undefined, problem.message);
  });

  it('counts supply and demand: what is wished, what holds an address anyway, and edgeHub', () => {
    assert.deepEqual(draftBalance(BASE, device), { has: 10n, needs: 2 });
    const { services } = device;
    const other = { ...services[0]!, name: 'hmi', type: 'LoadBalancer', ips: ['10.126.75.211'] } as const;
    const twice = { ...other, name: 'hmi-udp' };
    const hub = { ...other, name: 'edgehub', ips: ['10.126.75.206'] };
    const needs = (more: DeviceView['services']): number =>
      draftBalance(BASE, { ...device, services: [...services, ...more] }).needs;
    assert.deepEqual([needs([other]), needs([other, twice]), needs([other, hub])], [3, 3, 3]);
  });
});
