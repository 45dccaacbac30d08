import assert from 'node:assert/strict';
import { describeChange } from '../../../../modules/networking/src/decide/change.ts';
import { decide, type Decision } from '../../../../modules/networking/src/decide/decide.ts';
import { EMPTY_MEMORY, type Memory } from '../../../../modules/networking/src/decide/memory.ts';
import type { LoadBalancerView, Snapshot } from '../../../../modules/networking/src/gather/snapshot.ts';
import { AGENT, desired, input, service, snapshot } from '../support/build-snapshot.ts';
import { managedConfigMap, managedCrd, ownPool, poolObject, writePools } from '../support/managed-metallb.ts';

const document = (externalServiceIps: object, rest: object = {}) =>
  desired({}, { computeNetwork: { externalServiceIps, managePools: true, ...rest } });

const PEER = { peerAddress: '10.126.72.1', peerAsn: 64512, selfAsn: 64513, holdTimeSeconds: 90 };
const bgp = { announce: 'bgp', bgpPeers: { '10_126_72_1': PEER } };
const held = (name: string, ip: string) => service(name, { labels: AGENT, ingress: [ip] });

function pass(
  loadBalancer: LoadBalancerView,
  wish: ReturnType<typeof document>,
  { services = [], memory = EMPTY_MEMORY, change = {}, version = 7 }: Partial<PassOptions> = {},
): Decision {
  const at = snapshot({ services: [...services] }, { loadBalancer, ...change });
  const desiredStatus = { version, state: 'accepted', problems: [] } as const;
  return decide(input({ desired: wish, snapshot: at, memory, desiredStatus }));
}

interface PassOptions {
  readonly services: readonly ReturnType<typeof service>[];
  readonly memory: Memory;
  readonly change: Partial<Snapshot>;
  readonly version: number;
}

const lines = ({ changes }: Decision) => changes.map(describeChange);
const refusal = ({ report }: Decision) => report.conditions?.PoolChangeRefused;
const configOf = (view: LoadBalancerView) => (view.kind === 'metallb' ? view.config : undefined);
const poolsOf = (view: LoadBalancerView) =>
  configOf(view)?.pools.map(({ name, addresses }) => `${name} ${addresses.join()}`);

const layer2 = (...names: string[]) => names.map((name) => poolObject(name, { ipAddressPools: [name] }));
const own = (pools: Readonly<Record<string, string>>, advertised = Object.keys(pools)): LoadBalancerView =>
  managedCrd({
    pools: Object.entries(pools).map(([name, range]) => ownPool(name, range)),
    l2Advertisements: layer2(...advertised),
  });

describe('[unit] managed pools as resources', () => {
  it('makes pools and their advertisements, once', () => {
    const wish = document({ default: '10.0.0.1-10.0.0.5', dmz: '10.0.1.7' });
    const decision = pass(managedCrd(), wish);
    assert.deepEqual(lines(decision), [
      'create ipaddresspools.metallb.io metallb-system/default',
      'create ipaddresspools.metallb.io metallb-system/dmz',
      'create l2advertisements.metallb.io metallb-system/default',
      'create l2advertisements.metallb.io metallb-system/dmz',
    ]);
    const after = writePools(managedCrd(), decision.changes);
    assert.deepEqual(poolsOf(after), ['default 10.0.0.1-10.0.0.5', 'dmz 10.0.1.7-10.0.1.7']);
    assert.deepEqual(pass(after, wish).changes, []);
  });

  it('makes peers before they are needed, and lets go of layer 2 last', () => {
    const wish = document({ default: '10.0.0.1-10.0.0.5' }, bgp);
    const before = own({ default: '10.0.0.1-10.0.0.5' });
    const decision = pass(before, wish);
    assert.deepEqual(lines(decision), [
      'create bgppeers.metallb.io metallb-system/peer-10-126-72-1',
      'create bgpadvertisements.metallb.io metallb-system/default',
      'delete l2advertisements.metallb.io metallb-system/default',
    ]);
    const [peer] = decision.changes;
    assert.equal(peer?.kind, 'create-pool-object');
    assert.equal(peer.object.version, 'v1beta2');
    assert.deepEqual(peer.object.spec, { myASN: 64513, peerASN: 64512, peerAddress: '10.126.72.1', holdTime: '1m30s' });
    const after = writePools(before, decision.changes);
    assert.deepEqual(pass(after, wish).changes, []);
    const plain = { ...PEER, holdTimeSeconds: undefined };
    const edit = pass(after, document({ default: '10.0.0.1-10.0.0.5' }, { announce: 'bgp', bgpPeers: { p: plain } }));
    assert.deepEqual(lines(edit), ['edit bgppeers.metallb.io metallb-system/peer-10-126-72-1']);
    assert.deepEqual(pass(writePools(after, edit.changes), wish).changes.length, 1);
  });

  it('gives addresses back before it takes them, so that pools never overlap', () => {
    const before = own({ a: '10.0.0.1-10.0.0.9', b: '10.0.1.1-10.0.1.9', c: '10.0.2.1-10.0.2.9' });
    const decision = pass(
      before,
      document({ a: '10.0.0.1-10.0.0.4', b: '10.0.0.5-10.0.0.9,10.0.1.1-10.0.1.9', d: '10.0.2.1-10.0.2.9' }),
    );
    assert.deepEqual(lines(decision), [
      'delete ipaddresspools.metallb.io metallb-system/c',
      'edit ipaddresspools.metallb.io metallb-system/a',
      'edit ipaddresspools.metallb.io metallb-system/b',
      'create ipaddresspools.metallb.io metallb-system/d',
      'create l2advertisements.metallb.io metallb-system/d',
      'delete l2advertisements.metallb.io metallb-system/c',
    ]);
    const after = writePools(before, decision.changes);
    assert.deepEqual(poolsOf(after)?.length, 3);
  });

  it('never touches what belongs to others: equal pools count as there, different ones are named', () => {
    const foreign = poolObject('default', { addresses: ['10.0.0.0/30'] }, { labels: {} });
    const other = poolObject('other', { addresses: ['10.0.9.0/24'] }, { labels: {} });
    const view = managedCrd({ pools: [foreign, other], l2Advertisements: [] });
    assert.deepEqual(pass(view, document({ default: '10.0.0.0-10.0.0.3' })).changes, []);
    const different = pass(view, document({ default: '10.0.0.0-10.0.0.9' }));
    assert.deepEqual(different.changes, []);
    assert.match(refusal(different) ?? '', /default exists, belongs to somebody else and differs/);
    const elsewhere = pass(view, document({ mine: '10.0.9.7' }));
    assert.deepEqual(elsewhere.changes, []);
    assert.match(refusal(elsewhere) ?? '', /^MetalLB would refuse the pools: .*overlaps/);
  });

  it('does nothing at all where the document does not manage pools, declares none, or nothing could be read', () => {
    const wish = { default: '10.0.0.1' };
    assert.deepEqual(pass(managedCrd(), document(wish, { managePools: false })).changes, []);
    const empty = pass(own({ default: '10.0.0.1-10.0.0.9' }), document({}));
    assert.deepEqual(empty.changes, []);
    assert.match(refusal(empty) ?? '', /declares no external service IPs/);
    const peerless = pass(managedCrd(), document(wish, { announce: 'bgp' }));
    assert.match(refusal(peerless) ?? '', /BGP without bgpPeers/);
    const unread: LoadBalancerView = { kind: 'metallb', dialect: 'crd', version: '0.14.9' };
    assert.deepEqual(pass(unread, document(wish)).changes, []);
    assert.deepEqual(pass({ kind: 'none' }, document(wish)).changes, []);
  });

  it('reports a write that failed', () => {
    const failures = new Map([
      ['the pools', { reason: 'Forbidden' as const, message: 'cannot create ipaddresspools' }],
    ]);
    const { report } = pass(managedCrd(), document({ default: '10.0.0.1' }), { change: { failures } });
    assert.equal(report.conditions?.Forbidden, 'cannot create ipaddresspools');
    assert.equal(report.desired.state, 'failed');
  });
});

describe('[unit] managed pools: nobody loses a working address unawares', () => {
  const services = [held('web', '10.0.0.8'), held('db', '10.0.0.1')];

  it('applies what the document itself has dropped, and says who lost until the next document', () => {
    const before = own({ default: '10.0.0.1-10.0.0.9' });
    const wish = document({ default: '10.0.0.1-10.0.0.5' });
    const decision = pass(before, wish, { services });
    assert.deepEqual(lines(decision), ['edit ipaddresspools.metallb.io metallb-system/default']);
    const said = 'The document dropped addresses in use: iotedge/web had 10.0.0.8.';
    assert.equal(decision.report.conditions?.AddressTakenAway, said);
    const { memory } = decision;
    const after = { loadBalancer: writePools(before, decision.changes), services: [held('web', '10.0.0.2')] };
    const later = pass(after.loadBalancer, wish, { services: after.services, memory });
    assert.equal(later.report.conditions?.AddressTakenAway, said);
    const next = pass(after.loadBalancer, wish, { services: after.services, memory: later.memory, version: 8 });
    assert.equal(next.report.conditions?.AddressTakenAway, undefined);
  });

  it('refuses to take back what somebody has added by hand while it is in use', () => {
    const annotations = { 'iotedge-networking/declared': '10.0.0.1-10.0.0.5' };
    const extended = poolObject('default', { addresses: ['10.0.0.1-10.0.0.9'] }, { annotations });
    const view = managedCrd({ pools: [extended], l2Advertisements: layer2('default') });
    const wish = document({ default: '10.0.0.1-10.0.0.5' });
    const decision = pass(view, wish, { services });
    assert.deepEqual(decision.changes, []);
    assert.match(refusal(decision) ?? '', /iotedge\/web would lose 10\.0\.0\.8, and the document has not dropped that/);
    assert.deepEqual(lines(pass(view, wish, { services: [held('db', '10.0.0.1')] })), [
      'edit ipaddresspools.metallb.io metallb-system/default',
    ]);
  });

  it('refuses to rename a pool in use: its addresses would be homeless for a moment', () => {
    const before = own({ default: '10.0.0.1-10.0.0.9' });
    const renamed = document({ plant: '10.0.0.1-10.0.0.9' });
    assert.match(
      refusal(pass(before, renamed, { services })) ?? '',
      /iotedge\/web would lose 10\.0\.0\.8; iotedge\/db/,
    );
    assert.equal(pass(before, renamed).changes.length, 4);
  });

  it('names a few of many', () => {
    const many = Array.from({ length: 7 }, (_, index) => held(`s${index}`, `10.0.0.${index + 1}`));
    const decision = pass(own({ a: '10.0.0.1-10.0.0.9' }), document({ b: '10.0.0.1-10.0.0.9' }), { services: many });
    assert.match(refusal(decision) ?? '', /s4 would lose 10\.0\.0\.5; and so on for 2 more/);
  });
});

describe('[unit] managed pools in the ConfigMap', () => {
  const THEIRS = 'address-pools: [{name: theirs, protocol: layer2, addresses: [10.0.9.0/24], auto-assign: false}]';
  const managed = (view: LoadBalancerView) =>
    view.kind === 'metallb' && view.source?.dialect === 'configmap' ? view.source.configMap?.annotations : undefined;

  it('adds to the pools of others, and takes only its own away again', () => {
    const before = managedConfigMap(THEIRS);
    const wish = document({ default: '10.0.0.1-10.0.0.5', dmz: '10.0.1.7' });
    const decision = pass(before, wish);
    assert.deepEqual(lines(decision), ['change the pools in ConfigMap metallb-system/config']);
    const after = writePools(before, decision.changes);
    assert.deepEqual(poolsOf(after), ['theirs 10.0.9.0/24', 'default 10.0.0.1-10.0.0.5', 'dmz 10.0.1.7-10.0.1.7']);
    assert.equal(configOf(after)?.pools[0]?.autoAssign, false);
    assert.deepEqual(managed(after), {
      'iotedge-networking/managed-pools': '{"default":"10.0.0.1-10.0.0.5","dmz":"10.0.1.7-10.0.1.7"}',
    });
    assert.deepEqual(pass(after, wish).changes, []);
    const fewer = writePools(after, pass(after, document({ dmz: '10.0.1.7-10.0.1.8' })).changes);
    assert.deepEqual(poolsOf(fewer), ['theirs 10.0.9.0/24', 'dmz 10.0.1.7-10.0.1.8']);
  });

  it('announces by BGP, with peers beside those of others', () => {
    const text = `peers: [{my-asn: 1, peer-asn: 2, peer-address: 192.0.2.1, password: x}]\n${THEIRS}`;
    const wish = document({ default: '10.0.0.1-10.0.0.5' }, bgp);
    const after = writePools(managedConfigMap(text), pass(managedConfigMap(text), wish).changes);
    assert.deepEqual(
      configOf(after)?.peers.map(({ peerAddress, password }) => [peerAddress, password]),
      [
        ['192.0.2.1', 'x'],
        ['10.126.72.1', undefined],
      ],
    );
    assert.deepEqual(
      configOf(after)?.bgpAdvertisements.map(({ ipAddressPools }) => ipAddressPools),
      [['default']],
    );
    assert.deepEqual(pass(after, wish).changes, []);
    const back = writePools(after, pass(after, document({ default: '10.0.0.1-10.0.0.5' })).changes);
    assert.deepEqual(configOf(back)?.peers.length, 1);
    assert.deepEqual(configOf(back)?.bgpAdvertisements, []);
  });

  it('fills an empty ConfigMap, and says so when there is none', () => {
    const wish = document({ default: '10.0.0.1' });
    assert.equal(pass(managedConfigMap(undefined), wish).changes.length, 1);
    const source = { dialect: 'configmap', namespace: 'metallb-system' } as const;
    const none = pass({ kind: 'metallb', dialect: 'configmap', version: '0.12', source }, wish);
    assert.match(refusal(none) ?? '', /There is no ConfigMap in metallb-system/);
  });

  it('writes over neither an invalid text nor a pool of others, and forgets an annotation that is none', () => {
    const wish = document({ theirs: '10.0.9.1' });
    const invalid = pass(managedConfigMap('address-pools: [{name: x}]'), wish);
    assert.match(refusal(invalid) ?? '', /is invalid and is not written over/);
    const taken = pass(managedConfigMap(THEIRS, { 'iotedge-networking/managed-pools': 'nonsense' }), wish);
    assert.match(refusal(taken) ?? '', /Pool theirs exists, belongs to somebody else and differs/);
    const equal = pass(managedConfigMap(THEIRS), document({ theirs: '10.0.9.0/24' }));
    assert.equal(refusal(equal), undefined);
  });

  it('renames a pool in one write, so that nobody loses anything', () => {
    const start = writePools(
      managedConfigMap(undefined),
      pass(managedConfigMap(undefined), document({ a: '10.0.0.1-10.0.0.9' })).changes,
    );
    const decision = pass(start, document({ b: '10.0.0.1-10.0.0.9' }), { services: [held('web', '10.0.0.8')] });
    assert.equal(refusal(decision), undefined);
    assert.deepEqual(poolsOf(writePools(start, decision.changes)), ['b 10.0.0.1-10.0.0.9']);
  });
});
