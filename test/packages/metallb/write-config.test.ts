import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  EMPTY_CONFIG,
  readConfigMap,
  readResources,
  writeConfigMap,
  writeResources,
} from '@iotedge-networking/metallb';
import type {
  BfdProfile,
  BgpAdvertisement,
  BgpPeer,
  L2Advertisement,
  LabelSelector,
  MetalLbConfig,
  PoolConfig,
} from '@iotedge-networking/metallb';
import { configOf, resource } from './builders.ts';

/** A configuration as JSON sees it: keys that are absent and keys that are undefined are one. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
const someTexts = fc.uniqueArray(word, { maxLength: 3 });
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const named = <T extends { name: string }>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.uniqueArray(arbitrary, { maxLength: 3, selector: ({ name }) => name });

const selector: fc.Arbitrary<LabelSelector> = fc.record({
  matchLabels: fc.dictionary(word, word, { maxKeys: 2 }),
  matchExpressions: fc.uniqueArray(
    fc.record({
      key: word,
      operator: fc.constantFrom('In', 'NotIn'),
      values: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
    }),
    {
      maxLength: 2,
      selector: ({ key }) => key,
    },
  ),
});
const selectors = fc.uniqueArray(selector, { maxLength: 2, selector: (item) => JSON.stringify(item.matchLabels) });

/** Entries that cannot meet: pool `index` owns 10.index.0.0/16 and fdindex::/16. */
const addressesFor = (index: number): fc.Arbitrary<readonly string[]> => {
  const octet = fc.integer({ min: 0, max: 255 });
  const network = fc
    .tuple(octet, fc.integer({ min: 24, max: 32 }))
    .map(([third, prefix]) => `10.${index}.${third}.0/${prefix}`);
  const range = octet.map((last) => `10.${index}.0.0-10.${index}.0.${last}`);
  const ipv6 = fc.integer({ min: 100, max: 128 }).map((prefix) => `fd0${index}::/${prefix}`);
  return fc.oneof(
    network.map((entry) => [entry]),
    range.map((entry) => [entry]),
    fc.tuple(range, ipv6),
  );
};

const poolsOf = (build: (name: string, index: number) => fc.Arbitrary<PoolConfig>): fc.Arbitrary<PoolConfig[]> =>
  fc.uniqueArray(word, { maxLength: 4 }).chain((names) => fc.tuple(...names.map(build)));

const bfdProfile: fc.Arbitrary<BfdProfile> = fc.record({
  name: word,
  receiveInterval: optional(fc.integer({ min: 10, max: 60000 })),
  transmitInterval: optional(fc.integer({ min: 10, max: 60000 })),
  detectMultiplier: optional(fc.integer({ min: 2, max: 255 })),
  echoInterval: optional(fc.integer({ min: 10, max: 60000 })),
  minimumTtl: optional(fc.integer({ min: 1, max: 254 })),
  echoMode: fc.constant(false),
  passiveMode: fc.boolean(),
});

const community = fc.tuple(fc.nat(65535), fc.nat(65535)).map((numbers) => numbers.join(':'));
const lengths = { aggregationLength: fc.constant(32), aggregationLengthV6: fc.constant(128) };

const legacyPeer: fc.Arbitrary<BgpPeer> = fc.record({
  name: word,
  myASN: fc.integer({ min: 1, max: 100 }),
  peerASN: fc.integer({ min: 101, max: 0xffffffff }),
  peerAddress: fc.ipV4(),
  sourceAddress: optional(fc.ipV4()),
  peerPort: optional(fc.integer({ min: 1, max: 16384 })),
  holdTime: optional(fc.constantFrom('90s', '1m30s', '0s')),
  routerID: optional(fc.ipV4()),
  nodeSelectors: selectors,
  password: optional(fc.oneof(word, fc.constantFrom('yes', '12', 'null', '0x1f', '1e3', '- a', '#x', ' b '))),
  enableGracefulRestart: fc.constant(false),
  ebgpMultiHop: fc.boolean(),
  disableMP: fc.constant(false),
  dualStackAddressFamily: fc.constant(false),
});

const legacyConfig: fc.Arbitrary<MetalLbConfig> = fc
  .record({
    pools: poolsOf((name, index) =>
      fc.record({
        name: fc.constant(name),
        labels: fc.constant({}),
        addresses: addressesFor(index),
        autoAssign: fc.boolean(),
        avoidBuggyIPs: fc.boolean(),
      }),
    ),
    protocols: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    prefs: fc.uniqueArray(fc.nat(500), { minLength: 1, maxLength: 3 }),
    communities: fc.uniqueArray(community, { maxLength: 3 }),
    peers: fc.uniqueArray(legacyPeer, { maxLength: 3, selector: ({ peerAddress }) => peerAddress }),
    bfdProfiles: named(bfdProfile),
    aliases: fc.dictionary(word, community, { maxKeys: 3 }),
  })
  .map(({ pools, protocols, prefs, communities, peers, bfdProfiles, aliases }) => ({
    pools,
    l2Advertisements: pools.filter((_, index) => protocols[index]).map(({ name }) => plainL2(name)),
    bgpAdvertisements: pools
      .filter((_, index) => !protocols[index])
      .flatMap(({ name }) =>
        prefs.map((localPref, index) => plainBgp(name, { name: `${name}#${index + 1}`, localPref, communities })),
      ),
    peers: peers.map((peer, index) => ({ ...peer, name: `peer-${index + 1}`, bfdProfile: bfdProfiles[0]?.name })),
    bfdProfiles,
    communities:
      Object.keys(aliases).length === 0 ? [] : [{ name: 'bgp-communities', communities: entriesOf(aliases) }],
  }));

const entriesOf = (aliases: Record<string, string>): { name: string; value: string }[] =>
  Object.entries(aliases).map(([name, value]) => ({ name, value }));

const unselective = { ipAddressPoolSelectors: [], nodeSelectors: [], serviceSelectors: [] };

const plainL2 = (pool: string): L2Advertisement => ({
  ...unselective,
  name: pool,
  ipAddressPools: [pool],
  interfaces: [],
  preferredNodeSelectors: [],
});

const plainBgp = (pool: string, parts: Partial<BgpAdvertisement>): BgpAdvertisement => ({
  ...unselective,
  name: pool,
  ipAddressPools: [pool],
  aggregationLength: 32,
  aggregationLengthV6: 128,
  localPref: 0,
  communities: [],
  peers: [],
  ...parts,
});

const selection = {
  ipAddressPools: someTexts,
  ipAddressPoolSelectors: selectors,
  nodeSelectors: selectors,
  serviceSelectors: selectors,
};

const newPeer: fc.Arbitrary<BgpPeer> = fc
  .record({
    peer: legacyPeer,
    extra: fc.record({
      dynamicASN: optional(fc.constantFrom('internal', 'external')),
      localASN: optional(fc.integer({ min: 1, max: 9 })),
      interface: optional(word),
      connectTime: optional(fc.constant('10s')),
      passwordSecret: optional(fc.record({ name: word, namespace: word })),
      vrf: optional(word),
      enableGracefulRestart: fc.boolean(),
      disableMP: fc.boolean(),
      dualStackAddressFamily: fc.boolean(),
    }),
  })
  .map(({ peer, extra }) => ({
    ...peer,
    ...extra,
    peerASN: extra.dynamicASN === undefined ? peer.peerASN : 0,
    peerAddress: extra.interface === undefined ? peer.peerAddress : undefined,
    password: extra.passwordSecret === undefined ? peer.password : undefined,
  }));

const resourceConfig: fc.Arbitrary<MetalLbConfig> = fc.record({
  pools: poolsOf((name, index) =>
    fc.record({
      name: fc.constant(name),
      labels: fc.dictionary(word, word, { maxKeys: 2 }),
      addresses: addressesFor(index),
      autoAssign: fc.boolean(),
      avoidBuggyIPs: fc.boolean(),
      serviceAllocation: optional(
        fc.record({
          priority: fc.nat(100),
          namespaces: someTexts,
          namespaceSelectors: selectors,
          serviceSelectors: selectors,
        }),
      ),
    }),
  ),
  l2Advertisements: named(
    fc.record({
      name: word,
      ...selection,
      interfaces: someTexts,
      preferredNodeSelectors: fc.array(fc.record({ weight: fc.integer({ min: 1, max: 100 }), preference: selector }), {
        maxLength: 2,
      }),
    }),
  ),
  bgpAdvertisements: named(
    fc.record({
      name: word,
      ...selection,
      ...lengths,
      localPref: fc.constant(7),
      communities: fc.uniqueArray(community),
      peers: someTexts,
    }),
  ),
  peers: named(newPeer),
  bfdProfiles: named(bfdProfile),
  communities: fc
    .dictionary(word, community, { maxKeys: 3 })
    .map((aliases) => [{ name: 'list', communities: entriesOf(aliases) }]),
});

describe('[unit] write configuration', () => {
  it('reads back from the ConfigMap what it wrote', () => {
    fc.assert(
      fc.property(legacyConfig, (config) => {
        const written = writeConfigMap(config);
        assert.ok(written.ok);
        const read = readConfigMap(written.value);
        assert.ok(read.ok, read.ok ? '' : JSON.stringify(read.problems));
        assert.deepEqual(plain(read.value), plain(config));
      }),
      { numRuns: 100 },
    );
  });

  it('reads back from the resources what it wrote', () => {
    fc.assert(
      fc.property(resourceConfig, (config) => {
        const read = readResources(writeResources(config));
        assert.ok(read.ok, read.ok ? '' : JSON.stringify(read.problems));
        assert.deepEqual(plain(read.value), plain(config));
      }),
      { numRuns: 100 },
    );
  });

  it('writes the form that every release from 0.8 to 0.12 accepts', () => {
    const written = writeConfigMap(
      configOf({
        pools: [resource('default', { addresses: ['10.0.0.1-10.0.0.9'] })],
        l2Advertisements: [resource('l2', {})],
      }),
    );
    assert.deepEqual(written, {
      ok: true,
      value: 'address-pools:\n  - name: default\n    protocol: layer2\n    addresses:\n      - 10.0.0.1-10.0.0.9\n',
    });
  });

  it('leaves the one advertisement with every default out', () => {
    const written = writeConfigMap(
      configOf({ pools: [resource('p', { addresses: ['10.0.0.0/28'] })], bgpAdvertisements: [resource('b', {})] }),
    );
    assert.deepEqual(written.ok ? written.value.includes('advertisements') : undefined, false);
  });

  it('writes aggregation lengths that are not the default', () => {
    const bgpAdvertisements = [resource('b', { aggregationLength: 30, aggregationLengthV6: 120 })];
    const written = writeConfigMap(
      configOf({ pools: [resource('p', { addresses: ['10.0.0.0/28'] })], bgpAdvertisements }),
    );
    assert.match(
      written.ok ? written.value : '',
      /bgp-advertisements:\n {6}- aggregation-length: 30\n {8}aggregation-length-v6: 120\n/,
    );
  });

  it('writes resources with kind, version and namespace, leaving out what is assumed anyway', () => {
    const resources = writeResources(
      configOf({
        pools: [resource('p', { addresses: ['10.0.0.0/30'], autoAssign: false }, { tier: 'a' })],
        bgpPeers: [resource('r', { myASN: 1, peerASN: 2, peerAddress: '10.9.9.9' })],
      }),
      'lb',
    );
    assert.deepEqual(plain(resources.pools), [
      {
        apiVersion: 'metallb.io/v1beta1',
        kind: 'IPAddressPool',
        metadata: { name: 'p', namespace: 'lb', labels: { tier: 'a' } },
        spec: { addresses: ['10.0.0.0/30'], autoAssign: false },
      },
    ]);
    assert.deepEqual(
      resources.bgpPeers.map(({ apiVersion, kind }) => [apiVersion, kind]),
      [['metallb.io/v1beta2', 'BGPPeer']],
    );
    assert.deepEqual(writeResources(EMPTY_CONFIG).pools, []);
  });

  it('says what the ConfigMap has no words for', () => {
    const allocated = { addresses: ['10.0.0.0/30'], serviceAllocation: { namespaces: ['x'] } };
    const config = configOf({
      pools: [resource('p', allocated)],
      l2Advertisements: [resource('l', { interfaces: ['eth0'] })],
      bgpAdvertisements: [resource('b', { peers: ['r'] })],
      bgpPeers: [
        resource('r', { myASN: 1, peerASN: 2, peerAddress: '10.9.9.9', vrf: 'red', enableGracefulRestart: true }),
      ],
    });
    const written = writeConfigMap(config);
    assert.deepEqual(written.ok ? [] : written.problems.map(({ message }) => message), [
      'IPAddressPool p needs an advertisement in layer 2 or by BGP, not both in the ConfigMap of MetalLB 0.12',
      'IPAddressPool p cannot be kept for some Services in the ConfigMap of MetalLB 0.12',
      'L2Advertisement l cannot select nodes, interfaces or Services in the ConfigMap of MetalLB 0.12',
      'BGPAdvertisement b cannot select nodes, peers or Services in the ConfigMap of MetalLB 0.12',
      'BGPPeer r cannot have vrf in the ConfigMap of MetalLB 0.12',
      'BGPPeer r cannot have enableGracefulRestart in the ConfigMap of MetalLB 0.12',
    ]);
  });
});
