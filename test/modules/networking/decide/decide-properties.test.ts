import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Change } from '../../../../modules/networking/src/decide/change.ts';
import { decide } from '../../../../modules/networking/src/decide/decide.ts';
import { EMPTY_MEMORY, type Memory } from '../../../../modules/networking/src/decide/memory.ts';
import type { ClusterService, Snapshot } from '../../../../modules/networking/src/gather/snapshot.ts';
import { AGENT, crd, desired, input, legacy, OWN, pod, service, snapshot, web } from '../support/build-snapshot.ts';
import { applyChanges, letMetalLbWork } from '../support/cluster-replay.ts';

const POOLS = { default: '10.126.75.206-10.126.75.208', other: '10.126.75.220-10.126.75.221' };
const NAMES = ['a', 'b', 'c', 'd'];

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const address = fc.constantFrom('10.126.75.206', '10.126.75.207', '10.126.75.220', '192.0.2.9');
const ports = fc.constantFrom({ http: '8080:80/TCP' }, { dns: '53:53/UDP' }, { http: '8080:80/TCP', sql: '5432/TCP' });

const entry = fc
  .record({
    expose: fc.constantFrom('external', 'external', 'internal'),
    address: maybe(address),
    pool: maybe(fc.constantFrom('default', 'other', 'none')),
    shareAddress: maybe(fc.constant('k')),
    externalTrafficPolicy: maybe(fc.constantFrom('Cluster', 'Local')),
    make: fc.boolean(),
    ports,
    backends: fc.constantFrom('selector:app=x', 'selector:app in (x, y)', 'modules:web,db'),
  })
  .map(({ make, ports: some, backends, address: ip, ...rest }) => ({
    ...rest,
    ...(rest.expose === 'external' && ip !== undefined ? { address: ip } : {}),
    ...(make ? { ports: some, backends } : {}),
  }));

const wishes = fc
  .tuple(fc.dictionary(fc.constantFrom(...NAMES), entry), fc.boolean())
  .map(([services, pinAddresses]) => ({ services: JSON.parse(JSON.stringify(services)) as object, pinAddresses }));

const present = fc
  .record({
    labels: fc.constantFrom(OWN, AGENT, {}),
    type: fc.constantFrom('LoadBalancer', 'LoadBalancer', 'ClusterIP'),
    loadBalancerIp: fc.constantFrom('', '', '10.126.75.207'),
    externalTrafficPolicy: maybe(fc.constantFrom('Cluster', 'Local')),
    annotations: fc.constantFrom(
      {},
      {},
      { 'metallb.universe.tf/allow-shared-ip': 'k' },
      { 'metallb.universe.tf/address-pool': 'other' },
    ),
  })
  .map((change) => change as Partial<ClusterService>);

const worlds = fc
  .tuple(fc.dictionary(fc.constantFrom(...NAMES, 'z'), present), fc.boolean())
  .map(([services, isLegacy]) =>
    letMetalLbWork(
      snapshot(
        {
          services: Object.entries(services).map(([name, change]) => service(name, change)),
          pods: [pod('web'), pod('db')],
        },
        { loadBalancer: isLegacy ? legacy(POOLS) : crd(POOLS) },
      ),
    ),
  );

/** Services without the address they should have, and such with one of no pool. */
const unusual = fc.record({ waiting: fc.subarray([...NAMES, 'z']), homeless: fc.subarray([...NAMES, 'z']) });

/** The wish as a document, or undefined where the contract refuses it. */
function documentOf({ services, pinAddresses }: { services: object; pinAddresses: boolean }) {
  try {
    return desired({ iotedge: services }, { options: { pinAddresses } });
  } catch {
    return undefined;
  }
}

function pass(world: Snapshot, document: ReturnType<typeof documentOf>, memory: Memory = EMPTY_MEMORY) {
  return decide(input({ desired: document, snapshot: world, memory }));
}

/** The world after so many rounds that nothing is left to do. */
function settled(world: Snapshot, document: ReturnType<typeof documentOf>): Snapshot {
  let [at, memory] = [world, EMPTY_MEMORY];
  for (let count = 0; count < 12; count += 1) {
    const decision = pass(at, document, memory);
    memory = decision.memory;
    at = writeInOrder(at, decision.changes);
  }
  return at;
}

/** The applier writes explicit requests first, and MetalLB takes them in that order. */
function writeInOrder(world: Snapshot, changes: readonly Change[]): Snapshot {
  const early = changes.filter((change) => change.early === true);
  const late = changes.filter((change) => change.early !== true);
  return letMetalLbWork(applyChanges(letMetalLbWork(applyChanges(world, early)), late));
}

describe('[unit] decide: properties', function () {
  this.timeout(60_000);

  it('is idempotent: what it decided, once done, needs nothing more, as long as nobody asks for what another has', () => {
    fc.assert(
      fc.property(worlds, wishes, (world, wish) => {
        const document = documentOf(wish);
        const stated = Object.values(document?.services.iotedge ?? {});
        fc.pre(stated.every((one) => one.address === undefined && one.pool === undefined));
        let at = world;
        let memory = EMPTY_MEMORY;
        // The first pass makes Services, the second the slices that they own.
        for (let count = 0; count < 2; count += 1) {
          const decision = pass(at, document, memory);
          at = applyChanges(at, decision.changes);
          memory = decision.memory;
        }
        assert.deepEqual(pass(at, document, memory).changes, []);
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on the order in which the watch brought the Services', () => {
    fc.assert(
      fc.property(worlds, wishes, unusual, (world, wish, { waiting, homeless }) => {
        const ingressOf = ({ name, ingress }: ClusterService): readonly string[] =>
          waiting.includes(name) ? [] : homeless.includes(name) ? ['192.0.2.8'] : ingress;
        const services = [...world.services].map(([key, one]) => [key, { ...one, ingress: ingressOf(one) }] as const);
        const document = documentOf(wish);
        const decisions = [services, services.toReversed()].map((ordered) => {
          const { report, changes } = pass({ ...world, services: new Map(ordered) }, document);
          return { report, changes: changes.map((change) => JSON.stringify(change)).sort() };
        });
        assert.deepEqual(decisions[1], decisions[0]);
      }),
      { numRuns: 300 },
    );
  });

  it('settles: passes and MetalLB in turn come to rest', () => {
    fc.assert(
      fc.property(worlds, wishes, (world, wish) => {
        const document = documentOf(wish);
        let at = world;
        let memory = EMPTY_MEMORY;
        for (let count = 0; count < 12; count += 1) {
          const decision = pass(at, document, memory);
          memory = decision.memory;
          const next = writeInOrder(at, decision.changes);
          if (decision.changes.length === 0 && JSON.stringify([...next.services]) === JSON.stringify([...at.services]))
            return;
          at = next;
        }
        assert.fail('still moving after 12 rounds');
      }),
      { numRuns: 300 },
    );
  });

  it('never takes a working address away without giving another, and never an address that was not meant to move', () => {
    fc.assert(
      fc.property(worlds, wishes, (world, wish) => {
        const document = documentOf(wish);
        const { changes } = pass(world, document);
        const after = writeInOrder(world, changes);
        for (const [key, before] of world.services) {
          const now = after.services.get(key);
          if (before.ingress.length === 0 || now?.type !== 'LoadBalancer') continue;
          const { address, pool } = document?.services.iotedge?.[before.name] ?? {};
          // Two that change places in a full pool: one of them has to wait for the other, and then it has what was stated.
          const exchanged = now.ingress.length === 0 ? settled(world, document).services.get(key) : undefined;
          if (exchanged !== undefined) assert.deepEqual(exchanged.ingress, [address], `${key} lost its address`);
          else if (address === undefined && pool === undefined)
            assert.deepEqual(now.ingress, before.ingress, `${key} moved`);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never touches what belongs to others, apart from the address of what it adopts', () => {
    fc.assert(
      fc.property(worlds, wishes, (world, wish) => {
        const document = documentOf(wish);
        for (const change of pass(world, document).changes) {
          const target = world.services.get(change.service);
          const isOwn = target?.labels['app.kubernetes.io/managed-by'] === 'iotedge-networking';
          if (change.kind === 'delete-service') assert.ok(isOwn);
          if (change.kind !== 'edit-service' || isOwn) continue;
          const name = target?.name ?? '';
          assert.equal(document?.services.iotedge?.[name]?.backends, undefined);
          for (const field of Object.keys(change.edit))
            assert.ok(['annotations', 'loadBalancerIp', 'externalTrafficPolicy'].includes(field));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never asks for an address by field and annotation at once', () => {
    fc.assert(
      fc.property(worlds, wishes, (world, wish) => {
        const { changes } = pass(world, documentOf(wish));
        for (const one of applyChanges(world, changes).services.values()) {
          const asks = Object.keys(one.annotations).some((key) => key.endsWith('/loadBalancerIPs'));
          assert.ok(!(asks && one.loadBalancerIp !== ''));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('gives every Service of a full pool its own address again after all were made anew', () => {
    const names = ['a', 'b', 'c'];
    const document = desired({ iotedge: Object.fromEntries(names.map((name) => [name, web()])) });
    const loadBalancer = legacy({ default: POOLS.default });
    let at = snapshot({}, { loadBalancer });
    let memory = EMPTY_MEMORY;
    const round = (): void => {
      const decision = pass(at, document, memory);
      memory = decision.memory;
      at = letMetalLbWork(applyChanges(at, decision.changes));
    };
    for (let count = 0; count < 3; count += 1) round();
    const before = [...at.services].map(([key, { ingress }]) => [key, ...ingress]);
    at = snapshot({}, { loadBalancer });
    for (let count = 0; count < 3; count += 1) round();
    assert.deepEqual(
      [...at.services].map(([key, { ingress }]) => [key, ...ingress]),
      before,
    );
  });
});
