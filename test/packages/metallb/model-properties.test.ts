import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LoadBalancerModel, wouldAccept } from '@iotedge-networking/metallb';
import type { LoadBalancerService, MetalLbConfig, ModelOutcome } from '@iotedge-networking/metallb';
import { eventLines, pools, service } from './builders.ts';

const address = fc.oneof(
  fc.nat(7).map((last) => `10.0.0.${last}`),
  fc.nat(3).map((last) => `fd00::${last}`),
  fc.constantFrom('10.0.1.254', '192.0.2.1', 'nonsense'),
);
const port = fc.record({ protocol: fc.constantFrom('TCP', 'UDP'), port: fc.constantFrom(53, 80, 443) });
const key = fc.constantFrom('d/a', 'd/b', 't/a', 't/c', 't/e', 'u/f');
const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 2 });

const annotations = fc
  .record({
    'metallb.io/allow-shared-ip': rarely(fc.constantFrom('k', 'z', '')),
    'metallb.io/address-pool': rarely(fc.constantFrom('p', 'q', 'ghost')),
    'metallb.io/loadBalancerIPs': rarely(
      fc.oneof(
        address,
        fc.tuple(address, address).map((pair) => pair.join()),
      ),
    ),
    'metallb.universe.tf/allow-shared-ip': rarely(fc.constantFrom('k')),
  })
  .map(
    (all) =>
      Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<string, string>,
  );

const anyService: fc.Arbitrary<LoadBalancerService> = fc
  .record({
    key,
    annotations,
    ports: fc.uniqueArray(port, { minLength: 1, maxLength: 2, selector: (item) => item.protocol + String(item.port) }),
    clusterIPs: fc.constantFrom<string[]>(
      ['10.96.0.1'],
      ['10.96.0.1'],
      ['fd00:96::1'],
      ['10.96.0.1', 'fd00:96::1'],
      [],
    ),
    ipFamilyPolicy: fc.constantFrom(undefined, 'PreferDualStack', 'RequireDualStack'),
    ipFamilies: fc.constantFrom<string[] | undefined>(undefined, ['IPv6', 'IPv4']),
    type: fc.constantFrom('LoadBalancer', 'LoadBalancer', 'LoadBalancer', 'ClusterIP'),
    externalTrafficPolicy: fc.constantFrom('Cluster', 'Cluster', 'Local'),
    selector: fc.constantFrom<Record<string, string>>({ app: 'v' }, { app: 'w' }),
    labels: fc.constantFrom<Record<string, string>>({}, { team: 'x' }),
    loadBalancerIP: rarely(address),
    loadBalancerClass: fc.constantFrom(undefined, undefined, undefined, 'other'),
    status: rarely(fc.array(address, { maxLength: 2 })),
  })
  .map(({ key: name, ...parts }) => service(name, parts));

const anyPools = fc
  .record({
    p: fc.constantFrom(
      ['10.0.0.0/30'],
      ['10.0.0.0-10.0.0.5', 'fd00::/127'],
      ['10.0.0.4/30', '10.0.0.1/32'],
      ['fd00::/126'],
    ),
    q: fc.constantFrom<string[]>(['10.0.1.254-10.0.2.1'], ['10.0.1.0/31', 'fd00:1::/127']),
    hasQ: fc.boolean(),
    flags: fc.record({ avoidBuggyIPs: fc.boolean(), autoAssign: fc.constantFrom(true, true, false) }),
    allocation: fc.constantFrom<object | undefined>(
      undefined,
      undefined,
      { namespaces: ['t'] },
      { priority: 3 },
      { serviceSelectors: [{ matchLabels: { team: 'x' } }] },
    ),
  })
  .map(({ p, q, hasQ, flags, allocation }) => {
    const second = { q: { addresses: q, serviceAllocation: allocation } };
    return pools({ p: { addresses: p, ...flags }, ...(hasQ ? second : undefined) });
  });

type Operation =
  | { readonly apply: LoadBalancerService }
  | { readonly remove: string }
  | { readonly config: MetalLbConfig }
  | { readonly restart: true };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 8, arbitrary: anyService.map((apply) => ({ apply })) },
  { weight: 2, arbitrary: key.map((remove) => ({ remove })) },
  { weight: 1, arbitrary: anyPools.map((config) => ({ config })) },
  { weight: 1, arbitrary: fc.constant({ restart: true as const }) },
);

function operate(model: LoadBalancerModel, step: Operation): ModelOutcome {
  if ('apply' in step) return model.apply(step.apply);
  if ('remove' in step) return model.remove(step.remove);
  return 'config' in step ? model.setConfig(step.config) : model.restart();
}

const anyVersion = fc.constantFrom('main', 'main', 'main', '0.14.2', '0.13.12', '0.13.5', '0.12.1');
const history = fc.record({
  version: anyVersion,
  config: anyPools,
  operations: fc.array(operation, { maxLength: 14 }),
});

interface History {
  readonly version: string;
  readonly config: MetalLbConfig;
  readonly operations: readonly Operation[];
}

function play({ version, config, operations }: History): { model: LoadBalancerModel; outcomes: ModelOutcome[] } {
  const model = new LoadBalancerModel({ version, config });
  return { model, outcomes: operations.map((step) => operate(model, step)) };
}

const holdingsOf = (model: LoadBalancerModel): [string, readonly string[]][] =>
  model.services().map((name) => [name, model.service(name)?.addresses ?? []]);

describe('[unit] load balancer model: properties', () => {
  it('gives the same for the same', () => {
    fc.assert(fc.property(history, (past) => assert.deepEqual(play(past).outcomes, play(past).outcomes)));
  });

  it('gives no address twice without a sharing right', () => {
    fc.assert(
      fc.property(history, (past) => {
        const { model } = play(past);
        const holders = new Map<string, LoadBalancerService[]>();
        for (const name of model.services()) {
          const state = model.service(name);
          for (const ip of state?.addresses ?? []) {
            if (state !== undefined && model.holders(ip).includes(name) && state.handled) {
              holders.set(ip, [...(holders.get(ip) ?? []), state.service]);
            }
          }
        }
        for (const [ip, tenants] of holders)
          assert.ok(
            tenants.every((one) => tenants.every((other) => mayShare(one, other))),
            ip,
          );
      }),
      { numRuns: 150 },
    );
  });

  it('counts exactly the addresses that somebody holds', () => {
    fc.assert(
      fc.property(history, (past) => {
        const { model } = play(past);
        for (const pool of model.pools()) {
          const held = pool.config.addresses.length === 0 ? 0 : countHeld(model, pool.name);
          const counters = model.counters(pool.name);
          assert.equal((counters?.assignedIPv4 ?? 0) + (counters?.assignedIPv6 ?? 0), held);
        }
      }),
    );
  });

  it('has nothing more to say to Services that are served and content', () => {
    fc.assert(
      fc.property(history, (past) => {
        const { model } = play(past);
        if (model.config === undefined || model.isStale) return;
        const content = model.services().filter((name) => isContent(model, name));
        const outcome = model.setConfig(model.config);
        assert.deepEqual(
          outcome.events.filter(({ service: name }) => content.includes(name)),
          [],
        );
        assert.deepEqual(
          outcome.changes.filter(({ service: name }) => content.includes(name)),
          [],
        );
      }),
      { numRuns: 150 },
    );
  });

  it('says beforehand what applying will bring, and changes nothing by saying it', () => {
    fc.assert(
      fc.property(history, anyService, (past, candidate) => {
        const { model } = play(past);
        const before = holdingsOf(model);
        const verdict = wouldAccept(model, candidate);
        assert.deepEqual(holdingsOf(model), before);
        assert.deepEqual(wouldAccept(model, candidate), verdict);
        model.apply(candidate);
        const state = model.service(`${candidate.namespace}/${candidate.name}`);
        if (isFickle(candidate)) return;
        if (verdict.accepted) {
          assert.deepEqual(new Set(state?.addresses), new Set(verdict.addresses));
          assert.equal(state?.refusal, undefined);
        } else {
          assert.deepEqual(state?.addresses, verdict.keeps);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('does not depend on the order in which plain Services are asked to be served by address', () => {
    const wishes = fc.uniqueArray(fc.nat(7), { maxLength: 6 }).chain((lasts) => {
      const services = lasts.map((last) => service(`d/${last}`, { loadBalancerIP: `10.0.0.${last}` }));
      return fc.tuple(fc.constant(services), fc.shuffledSubarray(services, { minLength: services.length }));
    });
    fc.assert(
      fc.property(wishes, ([services, shuffled]) => {
        const run = (order: readonly LoadBalancerService[]): [string, readonly string[]][] => {
          const model = new LoadBalancerModel({ config: pools({ p: ['10.0.0.0/29'] }) });
          for (const item of order) model.apply(item);
          return holdingsOf(model).sort(([a], [b]) => (a < b ? -1 : 1));
        };
        assert.deepEqual(run(services), run(shuffled));
      }),
    );
  });

  it('gives what a walk over every address would give', () => {
    fc.assert(
      fc.property(history, anyService, (past, candidate) => {
        const { model } = play({ ...past, version: 'main' });
        const plain = { ...candidate, loadBalancerIP: undefined, ipFamilyPolicy: undefined, status: [] };
        const fresh = {
          ...plain,
          name: 'fresh',
          clusterIPs: ['10.96.0.1'],
          type: 'LoadBalancer',
          loadBalancerClass: undefined,
        };
        const asking = (ip?: string): LoadBalancerService => ({
          ...fresh,
          loadBalancerIP: ip,
          annotations: Object.fromEntries(
            Object.entries(candidate.annotations ?? {}).filter(([name]) => name.includes('shared')),
          ),
        });
        const verdict = wouldAccept(model, asking());
        const [pool] = model.pools();
        if (model.pools().length !== 1 || pool?.config.autoAssign !== true) return;
        const walked = pool.networks
          .filter(({ first }) => typeof first === 'number')
          .flatMap(({ first, last }) =>
            Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index),
          )
          .map((number) => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.'))
          .find((ip) => wouldAccept(model, asking(ip)).accepted);
        assert.equal(verdict.accepted ? verdict.addresses[0] : undefined, walked);
      }),
      { numRuns: 150 },
    );
  });

  it('releases and gives again the lowest free address', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(12)), { maxLength: 60 }), (steps) => {
        const model = new LoadBalancerModel({ config: pools({ p: ['10.0.0.0/28'] }) });
        const held = new Map<number, number>();
        for (const [applies, name] of steps) {
          if (applies && !held.has(name)) {
            const lowest = Array.from({ length: 16 }, (_, index) => index).find(
              (last) => ![...held.values()].includes(last),
            );
            model.apply(service(`d/${name}`));
            assert.deepEqual(model.service(`d/${name}`)?.addresses, [`10.0.0.${lowest}`]);
            held.set(name, lowest ?? -1);
          } else if (!applies) {
            model.remove(`d/${name}`);
            held.delete(name);
          }
        }
      }),
    );
  });

  it('tells of exhaustion once per look', () => {
    const model = new LoadBalancerModel({ config: pools({ p: ['10.0.0.1/32'] }) });
    model.apply(service('d/a'));
    model.apply(service('d/c'));
    model.apply(service('d/b'));
    assert.deepEqual(eventLines(model.remove('d/a')), ['Normal IPAllocated d/b', 'Warning AllocationFailed d/c']);
  });
});

function mayShare(one: LoadBalancerService, other: LoadBalancerService): boolean {
  if (one === other) return true;
  const sharingKey = ({ annotations = {} }: LoadBalancerService): string =>
    annotations['metallb.io/allow-shared-ip'] ?? annotations['metallb.universe.tf/allow-shared-ip'] ?? '';
  const ports = ({ ports: all }: LoadBalancerService): string[] =>
    all.map((item) => `${item.protocol ?? ''}${item.port}`);
  const isClear = !ports(one).some((item) => ports(other).includes(item));
  const keys = [one, other].map(
    (item) => sharingKey(item) || item.annotations?.['metallb.universe.tf/allow-shared-ip'],
  );
  return isClear && keys[0] !== undefined && keys[0] !== '';
}

function countHeld(model: LoadBalancerModel, name: string): number {
  const pool = model.pools().find((candidate) => candidate.name === name);
  const numbers = (pool?.networks ?? []).flatMap(({ first, last }) =>
    Array.from({ length: Number(BigInt(last) - BigInt(first)) + 1 }, (_, index) => BigInt(first) + BigInt(index)),
  );
  const text = (value: bigint): string =>
    value < 1n << 32n
      ? [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.')
      : value.toString(16).replace(/(.{4})(?!$)/g, '$1:');
  return numbers.filter((value) => model.holders(text(value)).length > 0).length;
}

/** PreferDualStack with one cluster IP: MetalLB adds the second family at one look and takes it away at the next. */
const isFickle = ({ ipFamilyPolicy, clusterIPs }: LoadBalancerService): boolean =>
  ipFamilyPolicy === 'PreferDualStack' && clusterIPs.length === 1;

/** Served, and neither refused anything nor wishing for a second family. */
function isContent(model: LoadBalancerModel, name: string): boolean {
  const state = model.service(name);
  if (state === undefined || state.refusal !== undefined || state.addresses.length === 0) return false;
  const isWishing = state.service.ipFamilyPolicy === 'PreferDualStack' && state.addresses.length === 1;
  if (isFickle(state.service)) return false;
  return (
    !isWishing && state.handled && state.service.annotations?.['metallb.io/loadBalancerIPs']?.includes(',') !== true
  );
}
