import assert from 'node:assert/strict';
import { deviceViewOf, fleetRowOf, type DeviceFacts } from '@iotedge-networking/dashboard';
import type { AddressClaim, Reported, ReportedService } from '@iotedge-networking/contract';
import { sampleFacts } from '../../../support/dashboard-source.ts';

const claim = (owner: string, more: Partial<AddressClaim> = {}): AddressClaim => ({
  ...{ path: `services.${owner}`, owner, expose: 'external', trafficPolicy: 'Cluster', ports: [], ...more },
});

function withServices(
  services: Readonly<Record<string, Partial<ReportedService>>>,
  more: Partial<Reported> = {},
): Reported {
  const named = Object.entries(services).map(([name, service]): [string, ReportedService] => [
    name,
    { type: 'LoadBalancer', state: 'Ready', reason: '', ports: '80/TCP', ...service },
  ]);
  return { ...sampleFacts('a').reported!, services: { shop: Object.fromEntries(named) }, ...more };
}

const facts = (reported: Reported, claims: readonly AddressClaim[] = []): DeviceFacts => {
  const { computeNetwork } = deviceViewOf(sampleFacts('a'));
  const network = { ...computeNetwork, nodeIps: '10.126.75.200-10.126.75.201', gateway: '10.126.72.1' };
  return { ...sampleFacts('a'), reported, declared: { computeNetwork: network, claims } };
};

describe('[unit] device as the page shows it', () => {
  it('changes its revision exactly with its content', () => {
    const [one, same] = [deviceViewOf(sampleFacts('a')), deviceViewOf(sampleFacts('a'))];
    const other = deviceViewOf(sampleFacts('a', { conditions: { Forbidden: 'x' } }));
    assert.equal(one.revision, same.revision);
    assert.notEqual(one.revision, other.revision);
    assert.deepEqual(other.conditions, [{ reason: 'Forbidden', message: 'x' }]);
  });

  it('shows a device that has reported nothing', () => {
    const view = deviceViewOf({ id: 'new', module: 'networking', profile: 'vm', desiredVersion: 4 });
    assert.deepEqual(view.desired, { version: 4, state: 'unknown', problems: [] });
    assert.deepEqual([view.hasCluster, view.services, view.computeNetworkFrom], [false, [], 'desired']);
    assert.equal(fleetRowOf({ id: 'new', module: 'networking', profile: 'vm' }).state, 'unknown');
  });

  it('names for each address what it is used for', () => {
    const reported = withServices({
      free: { ips: '10.126.75.206' },
      pinned: { ips: '10.126.75.207' },
      one: { ips: '10.126.75.208' },
      two: { ips: '10.126.75.208' },
      rival: { ips: '10.126.75.209' },
      far: { ips: '10.1.1.1' },
    });
    const claims = [
      claim('shop/pinned', { address: '10.126.75.207' }),
      claim('shop/late', { address: '10.126.75.210' }),
      claim('shop/wishful', { address: '10.126.75.209' }),
    ];
    const uses = deviceViewOf(facts(reported, claims)).addresses;
    assert.deepEqual(
      uses.map(({ address, kind, outside, holders }) =>
        [address, kind, ...(outside === true ? ['outside'] : []), holders.join('+')].join(' '),
      ),
      [
        '10.1.1.1 held outside shop/far',
        '10.126.72.1 gateway ',
        '10.126.75.200 node k8s-1',
        '10.126.75.206 held shop/free',
        '10.126.75.207 pinned shop/pinned',
        '10.126.75.208 shared shop/one+shop/two',
        '10.126.75.209 conflict shop/rival+shop/wishful',
        '10.126.75.210 wanted shop/late',
      ],
    );
  });

  it('knows a node inside the external service IPs and a Service on the gateway as conflicts', () => {
    const nodes = { 'k8s-1': { ip: '10.126.75.206', role: 'master', ready: true } };
    const { addresses } = deviceViewOf(facts(withServices({ web: { ips: '10.126.72.1' } }, { nodes })));
    assert.deepEqual(
      addresses.map(({ kind }) => kind),
      ['conflict', 'conflict'],
    );
  });

  it('lets Services with one key share a pinned address', () => {
    const claims = ['shop/one', 'shop/two'].map((owner) => claim(owner, { address: '10.126.75.208', shareKey: 'k' }));
    const { addresses } = deviceViewOf(facts(withServices({ one: { ips: '10.126.75.208' } }), claims));
    assert.equal(addresses.find(({ address }) => address === '10.126.75.208')?.kind, 'pinned');
  });

  it('makes links that a person can open', () => {
    const ports = '80/TCP,443/TCP,8080/TCP,1883/TCP,53/UDP';
    const [service] = deviceViewOf(facts(withServices({ web: { ips: '10.126.75.206,fd00::6', ports } }))).services;
    assert.deepEqual(service?.urls.slice(0, 6), [
      'http://10.126.75.206/',
      'https://10.126.75.206/',
      'http://10.126.75.206:8080/',
      'tcp://10.126.75.206:1883',
      'udp://10.126.75.206:53',
      'http://[fd00::6]/',
    ]);
  });

  it('finds the addresses of a report that had to be cut', () => {
    const reported = withServices({ web: { type: undefined } }, { addresses: { '10_126_75_206': 'shop/web' } });
    assert.deepEqual(deviceViewOf(facts(reported)).services[0]?.ips, ['10.126.75.206']);
  });

  it('puts the worst reason of a device into its row', () => {
    const row = (reported: Partial<Reported>) => fleetRowOf(sampleFacts('a', reported));
    const failing = withServices({
      a: { state: 'Failing', reason: 'NoMatchingPods' },
      b: { state: 'Pending', reason: 'PoolExhausted' },
    });
    assert.deepEqual(
      [row({}), row(failing), row({ ...failing, conditions: { Forbidden: 'x' } })].map(
        ({ state, problems, reason }) => `${state} ${problems} ${reason}`,
      ),
      ['ready 0 undefined', 'failing 2 NoMatchingPods', 'failing 3 Forbidden'],
    );
    const behind = fleetRowOf({ ...sampleFacts('a'), desiredVersion: 9 });
    assert.equal(behind.state, 'pending');
    assert.equal(row({ desired: { version: 3, state: 'rejected', problems: {} } }).reason, 'InvalidDesired');
  });
});
