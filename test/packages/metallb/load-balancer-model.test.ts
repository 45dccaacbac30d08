import assert from 'node:assert/strict';
import { EMPTY_CONFIG, LoadBalancerModel } from '@iotedge-networking/metallb';
import type { LoadBalancerService } from '@iotedge-networking/metallb';
import { addressesOf, dualStack, eventLines, modelWith, pools, service } from './builders.ts';

const shared = (key: string, port: number, parts: Partial<LoadBalancerService> = {}): LoadBalancerService =>
  service(key, { ports: [{ port }], annotations: { 'metallb.io/allow-shared-ip': 'k' }, ...parts });

describe('[unit] load balancer model: choice of address', () => {
  it('gives the lowest freed address first', () => {
    const model = modelWith({ p: ['10.0.0.1-10.0.0.9'] });
    for (const key of ['d/a', 'd/b', 'd/c', 'd/e']) model.apply(service(key));
    for (const key of ['d/c', 'd/a', 'd/b']) model.remove(key);
    model.apply(service('d/f', { loadBalancerIP: '10.0.0.1' }));
    for (const key of ['d/g', 'd/h', 'd/i']) model.apply(service(key));
    assert.deepEqual(
      ['d/f', 'd/g', 'd/h', 'd/i'].map((key) => addressesOf(model, key)[0]),
      [...['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.5']],
    );
  });

  it('walks over entries in the order written, over addresses taken by request, and to the end', () => {
    const model = modelWith({ p: ['10.0.0.8/31', '10.0.0.2/32', '10.0.0.3/32', 'fd00::/127'] });
    model.apply(service('d/x', { loadBalancerIP: '10.0.0.9' }));
    for (const key of ['d/a', 'd/b', 'd/c', 'd/e']) model.apply(service(key));
    assert.deepEqual(
      ['d/a', 'd/b', 'd/c', 'd/e'].map((key) => addressesOf(model, key).join()),
      [...['10.0.0.8', '10.0.0.2', '10.0.0.3', '']],
    );
    for (const key of ['d/u', 'd/v', 'd/w']) model.apply(service(key, { clusterIPs: ['fd00:96::1'] }));
    assert.deepEqual(
      ['d/u', 'd/v', 'd/w'].map((key) => addressesOf(model, key).join()),
      ['fd00::', 'fd00::1', ''],
    );
    model.remove('d/u');
    assert.deepEqual(addressesOf(model, 'd/w'), ['fd00::']);
  });

  it('knows far addresses of an endless pool', () => {
    const model = modelWith({ p: ['fd00::/64'] });
    const six = { clusterIPs: ['fd00:96::1'] };
    model.apply(service('d/far', { ...six, loadBalancerIP: 'fd00::ffff:ffff:ffff:ffff' }));
    model.remove('d/far');
    model.apply(service('d/a', six));
    assert.deepEqual(addressesOf(model, 'd/a'), ['fd00::']);
    assert.equal(model.counters('p')?.assignedIPv6, 1);
  });

  it('tells every pool that MetalLB might have chosen', () => {
    const model = modelWith({
      x: ['10.0.0.1/32'],
      y: ['10.0.1.1/32'],
      z: { addresses: ['10.0.2.1/32'], autoAssign: false },
    });
    model.apply(service('d/a'));
    assert.deepEqual(model.service('d/a')?.alternatives, [['10.0.0.1'], ['10.0.1.1']]);
    model.apply(service('d/b'));
    assert.deepEqual(model.service('d/b')?.alternatives, [['10.0.1.1']]);
  });

  const allocation = (index: number, serviceAllocation: object): object => ({
    addresses: [`10.0.${index}.1/32`],
    serviceAllocation,
  });
  const label = { serviceSelectors: [{ matchLabels: { team: 'x' } }] };

  it('tries pinned pools by priority, those found by label and without priority last and backwards', () => {
    const model = modelWith({
      b: allocation(2, label),
      a: allocation(1, label),
      c: allocation(3, { ...label, priority: 20 }),
      d: allocation(4, { namespaces: ['t'], priority: 10 }),
      e: allocation(5, { namespaces: ['t'] }),
      f: allocation(6, { namespaces: ['t'], priority: 30 }),
      open: ['10.0.9.0/24'],
    });
    const order = Array.from({ length: 7 }, (_, index) => {
      model.apply(service(`t/${index}`, { labels: { team: 'x' } }));
      return model.service(`t/${index}`)?.pool;
    });
    assert.deepEqual(order, ['d', 'c', 'f', 'b', 'a', 'e', 'open']);
  });

  it('tells ties among pools pinned by namespace', () => {
    const model = modelWith({
      a: allocation(1, { namespaces: ['t'] }),
      b: allocation(2, { namespaces: ['t'] }),
      c: allocation(3, { namespaces: ['t'], priority: -1 }),
    });
    model.apply(service('t/a'));
    assert.deepEqual(model.service('t/a')?.alternatives.length, 1);
    const tied = modelWith({ a: allocation(1, { namespaces: ['t'] }), b: allocation(2, { namespaces: ['t'] }) });
    tied.apply(service('t/a'));
    assert.deepEqual(tied.service('t/a')?.alternatives.flat().sort(), ['10.0.1.1', '10.0.2.1']);
  });

  it('pins by namespace labels, and to all or none when nothing is named, by release', () => {
    const specs = {
      s: allocation(1, { namespaceSelectors: [{ matchLabels: { tier: 'g' } }] }),
      all: allocation(2, { priority: 5 }),
    };
    const options = { namespaces: [{ name: 't', labels: { tier: 'g' } }, { name: 'bare' }] };
    const poolFor = (key: string, version: string): string | undefined => {
      const model = modelWith(specs, { ...options, version });
      model.apply(service(key));
      return model.service(key)?.pool;
    };
    assert.equal(poolFor('t/a', '0.14.9'), 's');
    assert.equal(poolFor('u/a', '0.14.9'), undefined);
    assert.equal(poolFor('u/a', '0.15.0'), 'all');
  });
});

describe('[unit] load balancer model: sharing', () => {
  it('packs onto the first address where key, ports and policy agree', () => {
    const model = modelWith({ p: ['10.0.0.1-10.0.0.9'] });
    model.apply(shared('d/a', 80));
    model.apply(shared('d/b', 80));
    model.apply(shared('d/c', 81));
    model.apply(shared('d/e', 81));
    model.apply(shared('d/f', 81));
    assert.deepEqual(
      ['d/a', 'd/b', 'd/c', 'd/e', 'd/f'].map((key) => addressesOf(model, key)[0]),
      [...['10.0.0.1', '10.0.0.2', '10.0.0.1', '10.0.0.2', '10.0.0.3']],
    );
    assert.deepEqual(model.holders('10.0.0.1'), ['d/a', 'd/c']);
    model.remove('d/a');
    model.apply(shared('d/g', 80));
    assert.deepEqual(addressesOf(model, 'd/g'), ['10.0.0.1']);
    assert.deepEqual(model.counters('p'), { assignedIPv4: 3, assignedIPv6: 0, availableIPv4: 6, availableIPv6: 0 });
  });

  it('lets a free address before a shareable one win', () => {
    const model = modelWith({ p: ['10.0.0.1-10.0.0.9'] });
    model.apply(shared('d/a', 80, { loadBalancerIP: '10.0.0.5' }));
    model.apply(shared('d/b', 81));
    assert.deepEqual(addressesOf(model, 'd/b'), ['10.0.0.1']);
  });

  it('evicts a tenant whose terms change while others share, and moves it', () => {
    const model = modelWith({ p: ['10.0.0.1-10.0.0.9'] });
    model.apply(shared('d/a', 80));
    model.apply(shared('d/b', 81));
    const outcome = model.apply(shared('d/b', 81, { externalTrafficPolicy: 'Local', selector: { app: 'b' } }));
    assert.deepEqual(eventLines(outcome), ['Normal ClearAssignment d/b', 'Normal IPAllocated d/b']);
    assert.deepEqual(addressesOf(model, 'd/b'), ['10.0.0.2']);
    assert.deepEqual(outcome.changes, [
      {
        service: 'd/b',
        addresses: ['10.0.0.2'],
        poolAnnotation: { name: 'metallb.io/ip-allocated-from-pool', value: 'p' },
      },
    ]);
  });

  it('keeps the address of a Service without ports when the tenants with ports leave', () => {
    const model = modelWith({ p: ['10.0.0.1/32'] });
    model.apply(shared('d/portless', 80, { ports: [] }));
    model.apply(shared('d/a', 80));
    assert.deepEqual(model.holders('10.0.0.1'), ['d/a', 'd/portless']);
    model.remove('d/a');
    model.apply(service('d/stranger'));
    assert.deepEqual([addressesOf(model, 'd/stranger'), model.holders('10.0.0.1')], [[], ['d/portless']]);
    model.remove('d/portless');
    assert.deepEqual(model.holders('10.0.0.1'), ['d/stranger']);
  });

  it('names who is on an address that cannot be shared', () => {
    const model = modelWith({ p: ['10.0.0.1/32'] });
    model.apply(shared('d/b', 80));
    model.apply(shared('d/a', 81));
    model.apply(service('d/c', { loadBalancerIP: '10.0.0.1' }));
    assert.match(model.service('d/c')?.refusal?.message ?? '', /address also in use by d\/a,d\/b/);
    model.apply(shared('d/e', 80, { loadBalancerIP: '10.0.0.1' }));
    assert.deepEqual(model.service('d/e')?.refusal, {
      reason: 'SharingConflict',
      message: 'port TCP/80 is already in use on "10.0.0.1"',
    });
  });
});

describe('[unit] load balancer model: dual stack', () => {
  const both = { d: ['10.0.0.0/30', 'fd00::/126'] };
  const dual = (policy: string, parts: Partial<LoadBalancerService> = {}): LoadBalancerService =>
    service('d/a', { ...dualStack, ipFamilyPolicy: policy, ...parts });

  it('falls back to the preferred family, then to the other', () => {
    const fallback = (specs: Record<string, string[]>, ipFamilies?: string[]): readonly string[] => {
      const model = modelWith(specs);
      model.apply(dual('PreferDualStack', { ipFamilies }));
      return addressesOf(model, 'd/a');
    };
    assert.deepEqual(fallback({ six: ['fd00::/126'], four: ['10.0.0.0/30'] }), ['10.0.0.0']);
    assert.deepEqual(fallback({ six: ['fd00::/126'], four: ['10.0.0.0/30'] }, ['IPv6', 'IPv4']), ['fd00::']);
    assert.deepEqual(fallback({ six: ['fd00::/126'] }), ['fd00::']);
    assert.deepEqual(fallback({ four: ['10.0.0.0/30'] }, ['IPv6', 'IPv4']), ['10.0.0.0']);
  });

  it('gives a second family later from the same pool, and says so when it cannot', () => {
    const model = modelWith({ d: ['10.0.0.0/30'] });
    const first = model.apply(dual('PreferDualStack'));
    assert.deepEqual(eventLines(first), ['Normal IPAllocated d/a']);
    const second = model.apply(dual('PreferDualStack'));
    assert.deepEqual(
      second.events.map(({ message }) => message),
      ['cannot assign additional IP in PreferDualStack: ["10.0.0.0" "<nil>"] is not allowed in config'],
    );
    const third = model.setConfig(pools(both));
    assert.deepEqual(
      third.events.map(({ message }) => message),
      ['Assigned additional IP "fd00::"'],
    );
    assert.deepEqual(addressesOf(model, 'd/a'), ['10.0.0.0', 'fd00::']);
  });

  it('gives and takes the second family in turns when there is only one cluster IP, as MetalLB does', () => {
    const model = modelWith(both);
    const fickle = service('d/a', { ipFamilyPolicy: 'PreferDualStack' });
    const looks = Array.from({ length: 4 }, () => {
      model.apply(fickle);
      return addressesOf(model, 'd/a').length;
    });
    assert.deepEqual(looks, [1, 2, 1, 2]);
  });

  it('puts the family that came later behind', () => {
    const model = modelWith({ d: ['fd00::/126'] });
    model.apply(dual('PreferDualStack'));
    model.setConfig(pools(both));
    assert.deepEqual(addressesOf(model, 'd/a'), ['fd00::', '10.0.0.0']);
  });

  it('orders a requested pair by text on the second look', () => {
    const model = modelWith(both);
    const request = dual('RequireDualStack', { annotations: { 'metallb.io/loadBalancerIPs': 'fd00::1, 10.0.0.1' } });
    model.apply(request);
    assert.deepEqual(addressesOf(model, 'd/a'), ['fd00::1', '10.0.0.1']);
    assert.deepEqual(model.apply(request).changes[0]?.addresses, ['10.0.0.1', 'fd00::1']);
    assert.deepEqual(model.apply(request).changes, []);
  });

  const refused: [title: string, specs: Record<string, string[]>, service: LoadBalancerService, message: RegExp][] = [
    ['a pair from two pools', { x: ['10.0.0.0/30'], y: ['fd00::/126'] }, dual('RequireDualStack'), /no available IPs/],
    ['single stack with two cluster IPs', both, dual('SingleStack'), /no available IPs/],
    [
      'a named pool of one family',
      { x: ['10.0.0.0/30'] },
      dual('RequireDualStack', { annotations: { 'metallb.io/address-pool': 'x' } }),
      /no available IPs in pool x for dual IPFamily/,
    ],
    [
      'a named pool of the other family',
      { x: ['fd00::/126'] },
      service('d/a', { annotations: { 'metallb.io/address-pool': 'x' } }),
      /\["<nil>"\] is not allowed in config/,
    ],
    [
      'two cluster IPs of one family',
      both,
      service('d/a', { clusterIPs: ['10.96.0.1', '10.96.0.2'] }),
      /same address family/,
    ],
    [
      'three cluster IPs',
      both,
      service('d/a', { clusterIPs: ['10.96.0.1', '10.96.0.2', 'fd00::1'] }),
      /invalid ips length 3/,
    ],
    ['a headless Service', both, service('d/a', { clusterIPs: ['None'] }), /Invalid address \["None"\]/],
    ['a pair that is none', both, service('d/a', { clusterIPs: ['10.96.0.1', 'None'] }), /Invalid address/],
    [
      'one address for a pair',
      both,
      dual('PreferDualStack', { loadBalancerIP: '10.0.0.1' }),
      /does not match the ipFamily/,
    ],
    ['an IPv6 address for IPv4', both, service('d/a', { loadBalancerIP: 'fd00::1' }), /does not match the ipFamily/],
    ['no cluster IP at all', both, service('d/a', { clusterIPs: [] }), /the Service has no cluster IP/],
  ];
  for (const [title, specs, applied, message] of refused) {
    it(`refuses ${title}`, () => {
      const model = modelWith(specs);
      model.apply(applied);
      assert.deepEqual(addressesOf(model, 'd/a'), []);
      assert.match(model.service('d/a')?.refusal?.message ?? '', message);
    });
  }

  it('keeps what it has when the families of a served Service make no sense', () => {
    const model = modelWith(both);
    model.apply(service('d/a'));
    const outcome = model.apply(service('d/a', { clusterIPs: ['None'] }));
    assert.deepEqual(eventLines(outcome), ['Warning noclusterIPsIPFamily d/a']);
    assert.deepEqual(addressesOf(model, 'd/a'), ['10.0.0.0']);
  });

  it('gives new addresses when the families changed, or the status is malformed', () => {
    const model = modelWith(both);
    model.apply(service('d/a'));
    assert.deepEqual(eventLines(model.apply(service('d/a', { clusterIPs: ['fd00:96::1'] }))), [
      'Normal IPAllocated d/a',
    ]);
    assert.deepEqual(addressesOf(model, 'd/a'), ['fd00::']);
    const outcome = model.apply(service('d/b', { status: ['nonsense'] }));
    assert.deepEqual(eventLines(outcome), ['Warning nolbIPsIPFamily d/b', 'Normal IPAllocated d/b']);
    assert.deepEqual(eventLines(model.apply(service('d/c', { status: ['10.0.0.3', '10.0.0.2', 'fd00::1'] }))), [
      'Warning nolbIPsIPFamily d/c',
      'Normal IPAllocated d/c',
    ]);
  });
});

describe('[unit] load balancer model: life cycle', () => {
  it('leaves entries that it cannot read out of a configuration nobody checked', () => {
    const [pool] = pools({ p: ['10.0.0.1/32'] }).pools;
    assert.ok(pool);
    const config = { ...EMPTY_CONFIG, pools: [{ ...pool, addresses: ['nonsense', '10.0.0.1/32'] }] };
    const model = new LoadBalancerModel({ config });
    model.apply(service('d/a', { loadBalancerIP: '10.0.0.1' }));
    assert.deepEqual(addressesOf(model, 'd/a'), ['10.0.0.1']);
  });

  it('waits for a configuration', () => {
    const model = new LoadBalancerModel();
    assert.deepEqual(model.apply(service('d/a', { status: ['10.0.0.9'] })), { events: [], changes: [] });
    assert.deepEqual([model.pools(), model.counters('p'), model.holders('10.0.0.9')], [[], undefined, []]);
    assert.deepEqual(model.remove('d/unknown'), { events: [], changes: [] });
    assert.deepEqual(eventLines(model.setConfig(pools({ p: ['10.0.0.1/32'] }))), [
      'Normal ClearAssignment d/a',
      'Normal IPAllocated d/a',
    ]);
    assert.deepEqual(model.services(), ['d/a']);
    assert.deepEqual(
      [model.counters('ghost'), model.service('d/ghost'), model.holders('x')],
      [undefined, undefined, []],
    );
  });

  it('takes the annotation for what the object says when it is given with its status', () => {
    const model = modelWith({ p: ['10.0.0.1-10.0.0.9'] });
    const annotations = { 'metallb.io/ip-allocated-from-pool': 'p' };
    assert.deepEqual(model.apply(service('d/a', { status: ['10.0.0.5'], annotations })).changes, []);
    assert.equal(model.apply(service('d/b', { status: ['10.0.0.6'] })).changes.length, 1);
    assert.deepEqual(addressesOf(model, 'd/b'), ['10.0.0.6']);
  });

  it('leaves Services of other classes alone, even one it served before', () => {
    const model = modelWith({ p: ['10.0.0.1/32'] });
    model.apply(service('d/a'));
    assert.deepEqual(model.apply(service('d/a', { loadBalancerClass: 'other' })), { events: [], changes: [] });
    assert.deepEqual(addressesOf(model, 'd/a'), ['10.0.0.1']);
    assert.equal(model.service('d/a')?.handled, false);
    model.apply(service('d/b'));
    assert.deepEqual(addressesOf(model, 'd/b'), []);
    assert.deepEqual(eventLines(model.remove('d/a')), ['Normal IPAllocated d/b']);
    const own = modelWith({ p: ['10.0.0.1/32'] }, { loadBalancerClass: 'ours' });
    own.apply(service('d/a', { loadBalancerClass: 'ours' }));
    own.apply(service('d/b'));
    assert.deepEqual([addressesOf(own, 'd/a'), addressesOf(own, 'd/b')], [['10.0.0.1'], []]);
  });

  it('warns of every annotation of the old prefix, only when it writes', () => {
    const model = modelWith({ p: ['10.0.0.1-10.0.0.9'] });
    const old = { 'metallb.universe.tf/address-pool': 'p', 'metallb.universe.tf/allow-shared-ip': 'k', other: 'x' };
    assert.deepEqual(eventLines(model.apply(service('d/a', { annotations: old }))), [
      'Normal IPAllocated d/a',
      'Warning deprecatedAnnotation d/a',
      'Warning deprecatedAnnotation d/a',
    ]);
    assert.deepEqual(eventLines(model.apply(service('d/a', { annotations: old }))), []);
  });

  it('moves a Service whose pool annotation changes, and keeps it when the annotation goes', () => {
    const model = modelWith({ p: ['10.0.0.1/32'], q: ['10.0.1.1/32'] });
    model.apply(service('d/a', { annotations: { 'metallb.io/address-pool': 'p' } }));
    model.apply(service('d/a', { annotations: { 'metallb.io/address-pool': 'q' } }));
    assert.deepEqual(addressesOf(model, 'd/a'), ['10.0.1.1']);
    assert.deepEqual(eventLines(model.apply(service('d/a'))), []);
    model.apply(service('d/a', { annotations: { 'metallb.io/address-pool': 'ghost' } }));
    assert.deepEqual(model.service('d/a')?.refusal, { reason: 'PoolNotFound', message: 'unknown pool "ghost"' });
  });

  it('restarts with what it had, with something else, or with nothing to go by', () => {
    const model = modelWith({ p: ['10.0.0.1-10.0.0.2'] });
    model.apply(service('d/z'));
    model.apply(service('d/b'));
    assert.deepEqual(model.restart(), { events: [], changes: [] });
    assert.deepEqual(model.holders('10.0.0.1'), ['d/z']);
    assert.equal(model.restart(pools({ q: ['10.0.0.1-10.0.0.2'] })).changes.length, 2);
    model.restart('none');
    assert.equal(model.config, undefined);
    assert.deepEqual(model.restart(), { events: [], changes: [] });
    assert.deepEqual(addressesOf(model, 'd/z'), ['10.0.0.1']);
  });
});
