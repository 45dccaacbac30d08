import assert from 'node:assert/strict';
import { LoadBalancerModel } from '@iotedge-networking/metallb';
import type { Change } from '../../../../modules/networking/src/decide/change.ts';
import { decide } from '../../../../modules/networking/src/decide/decide.ts';
import { EMPTY_MEMORY } from '../../../../modules/networking/src/decide/memory.ts';
import type { ClusterService, LoadBalancerView, Snapshot } from '../../../../modules/networking/src/gather/snapshot.ts';
import { AGENT, crd, desired, input, legacy, service, snapshot } from '../support/build-snapshot.ts';
import { applyChanges } from '../support/cluster-replay.ts';

const [X, Y, Z] = ['10.126.75.206', '10.126.75.207', '10.126.75.208'] as const;

const held = (name: string, ip: string): ClusterService =>
  service(name, { labels: AGENT, ingress: [ip], loadBalancerIp: ip });

const wish = (addresses: Readonly<Record<string, string>>) =>
  desired({
    iotedge: Object.fromEntries(
      Object.entries(addresses).map(([name, address]) => [name, { expose: 'external', address }]),
    ),
  });

/** A MetalLB that lives on between the rounds, and looks only at what changed. */
class LastingMetalLb {
  readonly #model: LoadBalancerModel;
  #seen = new Map<string, string>();

  constructor({ loadBalancer, services }: Snapshot) {
    if (loadBalancer.kind === 'none') throw new Error('there is no MetalLB');
    this.#model = new LoadBalancerModel({ version: loadBalancer.version, config: loadBalancer.config });
    this.look({ services } as Snapshot);
  }

  look(at: Snapshot): Snapshot {
    for (const [key, one] of at.services) {
      const text = JSON.stringify({ ...one, ingress: [] });
      if (this.#seen.get(key) === text) continue;
      this.#seen.set(key, text);
      this.#model.apply({
        ...one,
        clusterIPs: one.clusterIps,
        loadBalancerIP: one.loadBalancerIp,
        status: one.ingress,
      });
    }
    const services = [...at.services].map(([key, one]) => {
      return [key, { ...one, ingress: this.#model.service(key)?.addresses ?? [] }] as const;
    });
    return { ...at, services: new Map(services) };
  }
}

const addressesIn = ({ services }: Snapshot) =>
  Object.fromEntries([...services.values()].map((one) => [one.name, one.ingress.join()]));

interface Run {
  readonly end: Snapshot;
  /** Addresses after each write. */
  readonly path: readonly Readonly<Record<string, string>>[];
}

/** Rounds of deciding and writing one change at a time, until nothing is left to do. */
function run(start: Snapshot, document: ReturnType<typeof wish>, forgets = false): Run {
  const metalLb = new LastingMetalLb(start);
  const path: Readonly<Record<string, string>>[] = [];
  let [at, memory] = [start, EMPTY_MEMORY];
  for (let round = 0; round < 12; round += 1) {
    const decision = decide(input({ desired: document, snapshot: at, memory: forgets ? EMPTY_MEMORY : memory }));
    memory = decision.memory;
    for (const change of decision.changes.slice(0, forgets ? 1 : undefined)) at = writeOne(at, change);
    at = metalLb.look(at);
    path.push(addressesIn(at));
  }
  assert.deepEqual(decide(input({ desired: document, snapshot: at, memory })).changes, []);
  return { end: at, path };
}

function writeOne(at: Snapshot, change: Change): Snapshot {
  return applyChanges(at, [change]);
}

const full = (make: (ranges: Record<string, string>, version?: string) => LoadBalancerView, version?: string) =>
  make({ default: `${X}-${Y}` }, version);

describe('[unit] exchanging stated addresses', () => {
  const cases: readonly (readonly [string, readonly ClusterService[], Readonly<Record<string, string>>])[] = [
    ['two Services', [held('a', X), held('b', Y)], { a: Y, b: X }],
    ['three Services in a circle', [held('a', X), held('b', Y), held('c', Z)], { a: Y, b: Z, c: X }],
    ['two Services beside one that stays', [held('a', X), held('b', Y), held('c', Z)], { a: Y, b: X, c: Z }],
  ];
  for (const loadBalancer of [legacy(), crd(undefined, '0.13.7'), crd(), crd(undefined, '0.15.3')])
    for (const [what, services, after] of cases)
      it(`gives ${what} each other’s address, nobody ever without one (${JSON.stringify(loadBalancer).slice(36, 55)})`, () => {
        const { end, path } = run(snapshot({ services }, { loadBalancer }), wish(after));
        assert.deepEqual(addressesIn(end), after);
        assert.ok(path.every((step) => Object.values(step).every((ip) => ip !== '')));
      });

  it('goes on after a module that was killed after each single write', () => {
    const { end } = run(snapshot({ services: [held('a', X), held('b', Y)] }), wish({ a: Y, b: X }), true);
    assert.deepEqual(addressesIn(end), { a: Y, b: X });
  });

  for (const loadBalancer of [full(legacy), full(crd, '0.14.9'), full(crd, '0.15.3')])
    it('works without a spare address: one waits, and MetalLB is made to look again', () => {
      const services = [held('a', X), held('b', Y)];
      const { end, path } = run(snapshot({ services }, { loadBalancer }), wish({ a: Y, b: X }));
      assert.deepEqual(addressesIn(end), { a: Y, b: X });
      assert.ok(path.some(({ a }) => a === ''));
    });

  it('keeps every address while the pool is full and another Service waits', () => {
    const services = [held('a', X), held('b', Y), service('w', { labels: AGENT })];
    const at = snapshot({ services }, { loadBalancer: full(crd) });
    const { changes, report } = decide(input({ desired: wish({ a: Y, b: X }), snapshot: at }));
    assert.deepEqual(changes, []);
    assert.equal(report.services.iotedge?.a?.reason, 'AddressInUse');
  });

  it('keeps every address when one of the wishes would be refused even at a free address: the pool is another', () => {
    for (const loadBalancer of [legacy(), crd()]) {
      const at = snapshot({ services: [held('a', X), held('b', Y)] }, { loadBalancer });
      const iotedge = {
        a: { expose: 'external', address: Y },
        b: { expose: 'external', address: X, pool: 'other' },
      };
      assert.deepEqual(decide(input({ desired: desired({ iotedge }), snapshot: at })).changes, []);
    }
  });

  it('does not let one step aside whose address nobody waits for', () => {
    const services = [held('a', Z), held('b', X), held('c', Y)];
    const at = snapshot({ services }, { loadBalancer: legacy({ default: `${X}-${Z}` }) });
    const shared = { expose: 'external', address: X, shareAddress: 'k' };
    const iotedge = { a: shared, b: { expose: 'external', address: Y }, c: shared };
    const { changes } = decide(input({ desired: desired({ iotedge }), snapshot: at }));
    assert.deepEqual(
      changes.map(({ service: key }) => key),
      ['iotedge/b'],
    );
  });

  it('does not touch a Service that the document does not name', () => {
    const at = snapshot({ services: [held('a', X), held('b', Y)] });
    assert.deepEqual(decide(input({ desired: wish({ a: Y }), snapshot: at })).changes, []);
  });
});

describe('[unit] a Service that MetalLB has forgotten', () => {
  const waiting = (reason: 'WaitingForAddress' | 'PoolExhausted', since: string) => ({
    ...EMPTY_MEMORY,
    states: new Map([['iotedge/a', { state: 'Pending' as const, reason, since }]]),
  });
  const changesWith = (memory: typeof EMPTY_MEMORY, annotations = {}) => {
    const services = [service('a', { labels: AGENT, annotations })];
    const document = desired({ iotedge: { a: { expose: 'external' } } });
    return decide(input({ desired: document, snapshot: snapshot({ services }), memory })).changes;
  };

  it('is touched once the cause of its waiting is over, or when it has waited for long', () => {
    const annotations = { 'iotedge-networking/waiting-since': '2026-01-01T23:00:00.000Z' };
    for (const reason of ['PoolExhausted', 'WaitingForAddress'] as const) {
      const [change, ...others] = changesWith(waiting(reason, '2026-01-01T23:00:00.000Z'));
      assert.equal(change?.kind, 'edit-service');
      assert.deepEqual([change.edit, others], [{ annotations }, []]);
    }
  });

  it('is touched once for each cause, and not for ever where MetalLB does not run', () => {
    const since = '2026-01-01T23:00:00.000Z';
    const annotations = { 'iotedge-networking/waiting-since': since };
    assert.deepEqual(changesWith(waiting('WaitingForAddress', since), annotations), []);
    assert.equal(changesWith(waiting('WaitingForAddress', '2026-01-01T23:10:00.000Z'), annotations).length, 1);
  });

  it('is left alone while MetalLB may still be at it', () => {
    assert.deepEqual(changesWith(EMPTY_MEMORY), []);
    assert.deepEqual(changesWith(waiting('WaitingForAddress', '2026-01-01T23:59:50.000Z')), []);
  });
});
