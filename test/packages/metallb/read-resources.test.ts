import assert from 'node:assert/strict';
import { readResources } from '@iotedge-networking/metallb';
import type { MetalLbResources, ReadResourcesOptions } from '@iotedge-networking/metallb';
import { configOf, resource } from './builders.ts';

const problemsOf = (resources: MetalLbResources, options: ReadResourcesOptions = { nodes: [] }): string[] => {
  const result = readResources(resources, options);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path} | ${message}`);
};

const pool = (name: string, spec: object): MetalLbResources => ({ pools: [resource(name, spec)] });
const open = resource('p', { addresses: ['10.0.0.0/24'] });
const peer = (name: string, spec: object = {}): ReturnType<typeof resource> =>
  resource(name, { myASN: 64512, peerASN: 64513, peerAddress: '10.0.0.1', ...spec });
const bgp = (name: string, spec: object): ReturnType<typeof resource> => resource(name, spec);

describe('[unit] read resources', () => {
  it('reads a pool with defaults and leaves newer keys alone', () => {
    const [read] = configOf({ pools: [resource('p', { addresses: ['10.0.0.0/24'], newer: {} }, { tier: 'a' })] }).pools;
    assert.deepEqual(read, {
      name: 'p',
      labels: { tier: 'a' },
      addresses: ['10.0.0.0/24'],
      autoAssign: true,
      avoidBuggyIPs: false,
      serviceAllocation: undefined,
    });
  });

  it('accepts an advertisement for a pool that does not exist', () => {
    assert.deepEqual(
      problemsOf({ pools: [open], l2Advertisements: [resource('l', { ipAddressPools: ['ghost'] })] }),
      [],
    );
  });

  it('reads only its own namespace', () => {
    const foreign = { metadata: { name: 'p', namespace: 'default' }, spec: { addresses: ['10.0.0.0/24'] } };
    assert.deepEqual(problemsOf({ pools: [foreign] }, { namespace: 'metallb-system' }), [
      'IPAddressPool p | resource must be created in metallb-system namespace',
    ]);
    assert.deepEqual(problemsOf({ pools: [foreign] }, { namespace: 'default' }), []);
    assert.deepEqual(problemsOf({ pools: [open] }, { namespace: 'metallb-system' }), []);
  });

  const twice = [{ matchLabels: { a: 'b' } }, { matchLabels: { a: 'b' } }];
  const refused: [title: string, resources: MetalLbResources, problems: string[]][] = [
    [
      'a pool without spec',
      { pools: [{ metadata: { name: 'p' } }] },
      ['IPAddressPool p | parsing address pool p: pool has no prefixes defined'],
    ],
    [
      'a pool without name',
      pool('', { addresses: ['10.0.0.0/24'] }),
      ['IPAddressPool  | parsing address pool : missing pool name'],
    ],
    [
      'a spec that is none',
      { pools: [{ metadata: { name: 'p' }, spec: 5 }] },
      ['IPAddressPool p spec | IPAddressPool p: cannot read 5: expected a map'],
    ],
    [
      'an address that is none',
      pool('p', { addresses: ['10.0.0.9', 'x'] }),
      [
        'IPAddressPool p | parsing address pool p: invalid CIDR "10.0.0.9" in pool "p": invalid CIDR "10.0.0.9"',
        'IPAddressPool p | parsing address pool p: invalid CIDR "x" in pool "p": invalid CIDR "x"',
      ],
    ],
    [
      'overlaps inside and across pools, naming both networks',
      {
        pools: [
          open,
          resource('q', { addresses: ['10.0.1.0/24', '10.0.1.7-10.0.1.7', '10.0.0.4-10.0.0.5', 'fd00::/64'] }),
        ],
      },
      [
        'IPAddressPool q | CIDR "10.0.1.7/32" in pool "q" overlaps with already defined CIDR "10.0.1.0/24"',
        'IPAddressPool q | CIDR "10.0.0.4/31" in pool "q" overlaps with already defined CIDR "10.0.0.0/24"',
      ],
    ],
    [
      'two pools of one name',
      { pools: [open, resource('p', { addresses: ['10.0.1.0/24'] })] },
      ['IPAddressPool p | duplicate definition of pool "p"'],
    ],
    [
      'a service allocation that repeats itself',
      pool('p', {
        addresses: ['10.0.0.0/24'],
        serviceAllocation: {
          namespaces: ['x', 'x'],
          namespaceSelectors: twice,
          serviceSelectors: [{ matchExpressions: [{ key: 'a', operator: 'In' }] }],
        },
      }),
      [
        'IPAddressPool p | parsing address pool p: duplicate definition in namespaces field',
        'IPAddressPool p | parsing address pool p: duplicate definition of namespaceSelectors "[[["a","b"]],[]]"',
        "IPAddressPool p | parsing address pool p: invalid service label selector in ip pool p: values of a: for 'in', 'notin' operators, values set can't be empty",
      ],
    ],
    [
      'selectors of wrong operators and values',
      {
        pools: [open],
        l2Advertisements: [
          resource('l', {
            ipAddressPools: ['p', 'p'],
            nodeSelectors: [
              {
                matchExpressions: [
                  { key: 'a', operator: 'Has' },
                  { key: 'a', operator: 'Has' },
                ],
              },
            ],
            serviceSelectors: [{ matchExpressions: [{ key: 'a', operator: 'Exists', values: ['x', 'x'] }] }],
            preferredNodeSelectors: [
              { weight: 5, preference: { matchExpressions: [{ key: 'b', operator: 'NotIn' }] } },
            ],
          }),
        ],
      },
      [
        'L2Advertisement l | duplicate definition of ipAddressPools "p"',
        'L2Advertisement l | duplicate definition of match expressions "[[],[["a","Has",[]]]]"',
        'L2Advertisement l | failed to parse node selector for l: "Has" is not a valid label selector operator',
        'L2Advertisement l | duplicate definition of match expression value in label selector "x"',
        'L2Advertisement l | failed to parse service selector for l: values of a: values set must be empty for exists and does not exist',
        "L2Advertisement l | failed to parse preferred node selectors for l: values of b: for 'in', 'notin' operators, values set can't be empty",
      ],
    ],
    [
      'a weight out of range',
      { l2Advertisements: [resource('l', { preferredNodeSelectors: [{ weight: 0 }] })] },
      [
        'L2Advertisement l spec.preferredNodeSelectors[0].weight | L2Advertisement l: cannot read 0: expected a whole number from 1 to 100',
      ],
    ],
    [
      'aggregation lengths beyond or below what the pool holds',
      {
        pools: [
          open,
          resource('six', { addresses: ['fd00::/120'] }),
          resource('none', { addresses: ['10.1.0.1-fd00::9'] }),
        ],
        bgpAdvertisements: [
          bgp('b', { aggregationLength: 34, aggregationLengthV6: 130 }),
          bgp('c', { aggregationLength: 20, aggregationLengthV6: 64 }),
        ],
      },
      [
        'BGPAdvertisement b | invalid aggregation length 34 for IPv4',
        'BGPAdvertisement b | invalid aggregation length 130 for IPv6',
        'BGPAdvertisement c | invalid aggregation length 20: prefix 24 in this pool is more specific than the aggregation length for addresses 10.0.0.0/24 of pool p',
        'BGPAdvertisement c | invalid aggregation length 64: prefix 120 in this pool is more specific than the aggregation length for addresses fd00::/120 of pool six',
      ],
    ],
    [
      'service selectors together with aggregation',
      {
        pools: [open],
        bgpAdvertisements: [bgp('b', { aggregationLength: 24, aggregationLengthV6: 64, serviceSelectors: [{}] })],
      },
      [
        'BGPAdvertisement b | serviceSelectors and aggregationLength are mutually exclusive, both cannot be set in b',
        'BGPAdvertisement b | serviceSelectors and aggregationLengthV6 are mutually exclusive, both cannot be set in b',
      ],
    ],
    [
      'communities that are none or said twice',
      {
        communities: [
          resource('c', {
            communities: [
              { name: 'x', value: '1:70000' },
              { name: 'x', value: 'y' },
              { name: 'ok', value: 'large:1:2:3' },
            ],
          }),
        ],
        bgpAdvertisements: [
          bgp('b', { communities: ['x', 'ok', '1:2', 'large:1:2', 'small:1:2:3'], peers: ['a', 'a'] }),
        ],
      },
      [
        'Community c | parsing community "x": invalid community value: community "1:70000"',
        'Community c | parsing community "x": invalid community format: y',
        'Community c | duplicate definition of community "x"',
        'BGPAdvertisement b | duplicate definition of peers "a"',
        'BGPAdvertisement b | invalid community "large:1:2" in BGP advertisement: invalid community format: large:1:2',
        'BGPAdvertisement b | invalid community "small:1:2:3" in BGP advertisement: invalid community value: community "small:1:2:3"',
      ],
    ],
    [
      'peers that contradict themselves',
      {
        bgpPeers: [
          resource('a', {}),
          peer('b', { dynamicASN: 'internal', interface: 'eth0' }),
          peer('c', { peerASN: 0, dynamicASN: 'x', peerAddress: 'y', routerID: 'z', sourceAddress: 'w' }),
          peer('d', {
            peerASN: 64512,
            ebgpMultiHop: true,
            password: 'p',
            passwordSecret: { name: 's' },
            bfdProfile: 'none',
          }),
          peer('e', { passwordSecret: {}, password: 'p' }),
        ],
      },
      [
        'BGPPeer a | parsing peer a missing local ASN',
        'BGPPeer a | parsing peer a missing peer ASN and dynamicASN',
        'BGPPeer a | parsing peer a peer has no Address or Interface specified',
        'BGPPeer b | parsing peer b both peer ASN and dynamicASN specified',
        'BGPPeer b | parsing peer b peer has both Address and Interface specified',
        'BGPPeer c | parsing peer c invalid dynamicASN x',
        'BGPPeer c | parsing peer c invalid BGPPeer address "y"',
        'BGPPeer c | parsing peer c invalid router ID "z"',
        'BGPPeer c | parsing peer c invalid source IP "w"',
        'BGPPeer d | parsing peer d invalid ebgp-multihop parameter set for an ibgp peer',
        'BGPPeer d | parsing peer d can not have both password and secret ref set in peer config "d"',
        'BGPPeer d | peer d referencing non existing bfd profile none',
      ],
    ],
    [
      'timers that contradict themselves',
      {
        bgpPeers: [
          peer('a', { holdTime: '1s' }),
          peer('b', { holdTime: '0s' }),
          peer('c', { holdTime: 'x' }),
          peer('d', { keepaliveTime: 'x' }),
          peer('e', { keepaliveTime: '500ms' }),
          peer('f', { holdTime: '1m', keepaliveTime: '1m0.5s' }),
          peer('g', { holdTime: '-5s' }),
          peer('h', { keepaliveTime: '30s' }),
        ],
      },
      [
        'BGPPeer a | parsing peer a invalid BGPPeer timers: invalid hold time "1s": must be 0 or >=3s',
        'BGPPeer c | parsing peer c invalid BGPPeer timers: invalid hold time "x"',
        'BGPPeer d | parsing peer d invalid BGPPeer timers: invalid keepalive time "x"',
        'BGPPeer e | parsing peer e invalid BGPPeer timers: invalid hold time "1.5s": must be 0 or >=3s',
        'BGPPeer f | parsing peer f invalid BGPPeer timers: invalid keepaliveTime "60.5s", must be lower than holdTime "60s"',
        'BGPPeer g | parsing peer g invalid BGPPeer timers: invalid hold time "-5s": must be 0 or >=3s',
        'BGPPeer g | parsing peer g invalid BGPPeer timers: invalid keepaliveTime "0s", must be lower than holdTime "-5s"',
      ],
    ],
    [
      'BFD profiles out of range, nameless or twice',
      { bfdProfiles: [resource('', {}), resource('f', { receiveInterval: 5, minimumTtl: 255 }), resource('f', {})] },
      [
        'BFDProfile  | parsing bfd profile #1: missing bfd profile name',
        'BFDProfile f | parsing bfd profile #2: invalid receive interval value: invalid value 5, must be in 10-60000 range',
        'BFDProfile f | parsing bfd profile #2: invalid minimum ttl value: invalid value 255, must be in 1-254 range',
        'BFDProfile f | found duplicate bfd profile name f',
      ],
    ],
    [
      'BFD echo for a pool with IPv6',
      {
        pools: [resource('six', { addresses: ['fd00::/120'] })],
        bgpPeers: [peer('e', { bfdProfile: 'echo' }), peer('f', { myASN: 1 })],
        bfdProfiles: [resource('echo', { echoMode: true })],
        bgpAdvertisements: [
          bgp('all', {}),
          bgp('named', { peers: ['e'] }),
          bgp('other', { peers: ['f'] }),
          bgp('elsewhere', { ipAddressPools: ['x'] }),
        ],
      },
      ['all', 'named'].map(
        (name) =>
          `BGPAdvertisement ${name} | pool six has bgpadvertisement ${name} which references peer e which has bfd echo enabled, which is not possible`,
      ),
    ],
  ];
  for (const [title, resources, problems] of refused) {
    it(`refuses ${title}`, () => assert.deepEqual(problemsOf(resources), problems));
  }

  it('reads durations of every unit', () => {
    const problemFor = (holdTime: string): string => problemsOf({ bgpPeers: [peer('a', { holdTime })] })[0] ?? 'none';
    assert.deepEqual(['0', '1h1m', '+3s', '.5h', '3000ms', '3000000us', '3000000µs', '3000000000ns'].map(problemFor), [
      ...Array.from({ length: 8 }, () => 'none'),
    ]);
    assert.match(problemFor('2999ms'), /invalid hold time "2.999s"/);
    for (const text of ['', '5', 's', '1d', '1h 1m'])
      if (text !== '') assert.match(problemFor(text), /invalid hold time/);
  });

  it('says of what kind a value is, and reads what is left out as empty', () => {
    assert.match(problemsOf(pool('p', { addresses: {} }))[0] ?? '', /cannot read a map: expected a list/);
    const selecting = resource('l', { nodeSelectors: [{ matchExpressions: [{}] }] });
    assert.match(problemsOf({ l2Advertisements: [selecting] })[0] ?? '', /"" is not a valid label selector operator/);
    assert.match(problemsOf({ communities: [resource('c', { communities: [{}] })] })[0] ?? '', /parsing community ""/);
    assert.match(
      problemsOf({ bgpPeers: [peer('a', { nodeSelectors: [{ matchLabels: { a: 5 } }] })] })[0] ?? '',
      /cannot read 5: expected a string/,
    );
  });

  const collision = /invalid local preference 2: local preferernce 1 was already set/;
  const preferences: [title: string, own: object, other: object, options: ReadResourcesOptions, collides: boolean][] = [
    ['two preferences for one update collide', {}, {}, {}, true],
    ['not when it is unknown whether they meet on a node', { nodeSelectors: [{}] }, {}, {}, false],
    ['not on a cluster without nodes', {}, {}, { nodes: [] }, false],
    [
      'on a node that both select',
      { nodeSelectors: [{ matchLabels: { a: 'b' } }] },
      {},
      { nodes: [{ name: 'n', labels: { a: 'b' } }] },
      true,
    ],
    ['not with peers apart', { peers: ['x'] }, { peers: ['y'] }, {}, false],
    ['with a peer in common', { peers: ['x', 'y'] }, { peers: ['y'] }, {}, true],
    ['not with lengths apart', { aggregationLength: 30 }, {}, {}, false],
    ['not when one selects Services', { serviceSelectors: [{}] }, {}, {}, false],
    ['not when the other selects Services', {}, { serviceSelectors: [{}] }, {}, false],
  ];
  for (const [title, own, other, options, collides] of preferences) {
    it(`tells local preferences: ${title}`, () => {
      const bgpAdvertisements = [bgp('one', { localPref: 1, ...other }), bgp('two', { localPref: 2, ...own })];
      const problems = problemsOf({ pools: [open], bgpAdvertisements }, options);
      assert.equal(collision.test(problems.join()), collides);
    });
  }

  it('compares the aggregation lengths of the families the pool has', () => {
    const lengths = [
      { aggregationLength: 31 },
      { aggregationLengthV6: 127 },
      { aggregationLength: 31, aggregationLengthV6: 127 },
    ];
    const collides = (addresses: string[], own: object): boolean => {
      const bgpAdvertisements = [bgp('one', { localPref: 1 }), bgp('two', { localPref: 2, ...own })];
      return problemsOf({ pools: [resource('p', { addresses })], bgpAdvertisements }, {}).length > 0;
    };
    const [four, six] = ['10.0.0.0/30', 'fd00::/120'];
    assert.deepEqual(
      lengths.map((own) => collides([four], own)),
      [false, true, false],
    );
    assert.deepEqual(
      lengths.map((own) => collides([six], own)),
      [true, false, false],
    );
    assert.deepEqual(
      lengths.map((own) => collides([four, six], own)),
      [true, true, false],
    );
  });

  it('refuses in native mode what only FRR can do, for the pools that are announced by BGP', () => {
    const six = resource('six', { addresses: ['fd00::/120'] }, { tier: 'a' });
    const options: ReadResourcesOptions = { bgpMode: 'native' };
    const pools = [six, open, resource('odd', { addresses: ['nonsense'] })];
    assert.match(
      problemsOf({ pools, bgpAdvertisements: [bgp('b', {})] }, options)[0] ?? '',
      /native bgp mode does not support ipv6/,
    );
    const byLabel = bgp('b', { ipAddressPools: ['p'], ipAddressPoolSelectors: [{ matchLabels: { tier: 'a' } }] });
    assert.match(problemsOf({ pools: [six, open], bgpAdvertisements: [byLabel] }, options)[0] ?? '', /ipv6 CIDR/);
    assert.deepEqual(
      problemsOf({ pools: [six, open], bgpAdvertisements: [bgp('b', { ipAddressPools: ['p'] })] }, options),
      [],
    );
    const communities = [resource('c', { communities: [{ name: 'x', value: 'large:1:2:3' }] })];
    assert.deepEqual(
      problemsOf({ communities, bgpAdvertisements: [bgp('b', { communities: ['large:4:5:6', '1:2'] })] }, options),
      [
        'BGPAdvertisement b | native BGP mode only supports legacy communities, BGP advertisement "b" has non legacy community "large:4:5:6"',
        'Community c | native BGP mode only supports legacy communities, BGP community CR "c" has non legacy community "large:1:2:3"',
      ],
    );
    const special = {
      vrf: 'v',
      connectTime: '1s',
      enableGracefulRestart: true,
      disableMP: true,
      dualStackAddressFamily: true,
      localASN: 5,
    };
    const unnumbered = resource('u', { myASN: 1, dynamicASN: 'external', interface: 'eth0', ...special });
    assert.equal(problemsOf({ bgpPeers: [unnumbered] }, options).length, 8);
  });

  it('refuses in FRR mode peers that cannot live on one node', () => {
    const conflict = (a: object, b: object, options: ReadResourcesOptions = {}): string[] =>
      problemsOf(
        { bgpPeers: [peer('a', a), peer('b', { peerAddress: '10.0.0.2', ...b })] },
        { bgpMode: 'frr', ...options },
      );
    assert.deepEqual(conflict({}, {}), []);
    assert.match(conflict({}, { routerID: '2.2.2.2' })[0] ?? '', /peer 2.2.2.2 has RouterID different from none/);
    assert.match(conflict({ routerID: '1.1.1.1' }, {})[0] ?? '', /peer none has RouterID different from 1.1.1.1/);
    assert.match(
      conflict({ routerID: '1.1.1.1' }, { routerID: '2.2.2.2' })[0] ?? '',
      /peer 2.2.2.2 has RouterID different from 1.1.1.1/,
    );
    assert.match(conflict({}, { peerAddress: '10.0.0.1' })[0] ?? '', /peer 10.0.0.1 already exists, FRR mode/);
    assert.match(conflict({}, { myASN: 5 })[0] ?? '', /peer 10.0.0.2 has myAsn different from 10.0.0.1/);
    assert.deepEqual(conflict({}, { myASN: 5, vrf: 'red' }), []);
    assert.deepEqual(conflict({}, { peerAddress: '10.0.0.1', vrf: 'red' }), []);
    const onNode = (rack: string): object => ({ nodeSelectors: [{ matchLabels: { rack } }] });
    const nodes = [{ name: 'n', labels: { rack: 'one' } }, { name: 'bare' }];
    assert.deepEqual(conflict(onNode('one'), { myASN: 5, ...onNode('two') }, { nodes }), []);
    assert.equal(conflict(onNode('one'), { myASN: 5, ...onNode('one') }, { nodes }).length, 1);
    const unnumbered = [
      resource('u', { myASN: 1, peerASN: 2, interface: 'eth0' }),
      resource('v', { myASN: 1, peerASN: 2, interface: 'eth0' }),
    ];
    assert.match(problemsOf({ bgpPeers: unnumbered }, { bgpMode: 'frr-k8s' })[0] ?? '', /peer eth0 already exists/);
  });
});
