import assert from 'node:assert/strict';
import { readConfigMap } from '@iotedge-networking/metallb';
import type { CheckOptions, MetalLbConfig } from '@iotedge-networking/metallb';

const read = (text: string): MetalLbConfig => {
  const result = readConfigMap(text);
  assert.ok(result.ok, result.ok ? '' : result.problems.map(({ message }) => message).join('\n'));
  return result.value;
};

const problemsOf = (text: string, options?: Omit<CheckOptions, 'dialect'>): string[] => {
  const result = readConfigMap(text, options);
  return result.ok ? [] : result.problems.map(({ path, message, fix = '' }) => `${path}: ${message} ${fix}`.trim());
};

const pool = (lines: string): string => `address-pools:\n- name: a\n  addresses: [10.0.0.0/24]\n${lines}`;

describe('[unit] read ConfigMap', () => {
  it('reads a layer-2 pool as a pool that announces itself', () => {
    const config = read(pool('  protocol: layer2\n  auto-assign: off\n  avoid-buggy-ips: yes\n'));
    assert.deepEqual(config.pools, [
      { name: 'a', labels: {}, addresses: ['10.0.0.0/24'], autoAssign: false, avoidBuggyIPs: true },
    ]);
    assert.deepEqual(
      config.l2Advertisements.map(({ name, ipAddressPools }) => [name, ipAddressPools]),
      [['a', ['a']]],
    );
    assert.deepEqual(config.bgpAdvertisements, []);
  });

  it('gives a BGP pool one advertisement with every default', () => {
    const [advertisement, ...others] = read(pool('  protocol: bgp\n')).bgpAdvertisements;
    assert.equal(others.length, 0);
    assert.deepEqual(
      [
        advertisement?.name,
        advertisement?.aggregationLength,
        advertisement?.aggregationLengthV6,
        advertisement?.localPref,
      ],
      ['a#1', 32, 128, 0],
    );
  });

  it('reads advertisements, aliases, peers and BFD profiles', () => {
    const config = read(
      `
bgp-communities: { no-advertise: 65535:65282 }
bfd-profiles:
- { name: fast, receive-interval: 50, transmit-interval: 60, detect-multiplier: 3, echo-interval: 70, minimum-ttl: 10, echo-mode: true }
peers:
- my-asn: 64512
  peer-asn: 64513
  peer-address: 10.0.0.1
  source-address: 10.0.0.2
  peer-port: 1179
  hold-time: 90s
  keepalive-time: 30s
  router-id: 10.0.0.3
  password: 12345
  bfd-profile: fast
  ebgp-multihop: true
  node-selectors:
  - match-labels: { rack: one }
    match-expressions: [{ key: zone, operator: In, values: [a, b] }]
` +
        pool(
          '  protocol: bgp\n  bgp-advertisements:\n  - aggregation-length: 24\n    aggregation-length-v6: 64\n    localpref: 100\n    communities: [no-advertise, "1:2"]\n',
        ),
    );
    assert.deepEqual(config.communities, [
      { name: 'bgp-communities', communities: [{ name: 'no-advertise', value: '65535:65282' }] },
    ]);
    const [peer] = config.peers;
    assert.ok(peer);
    assert.deepEqual(peer.nodeSelectors, [
      { matchLabels: { rack: 'one' }, matchExpressions: [{ key: 'zone', operator: 'In', values: ['a', 'b'] }] },
    ]);
    assert.deepEqual([peer.name, peer.password, peer.peerPort], ['peer-1', '12345', 1179]);
    assert.deepEqual([config.bfdProfiles[0]?.minimumTtl, config.bfdProfiles[0]?.echoMode], [10, true]);
    assert.deepEqual(config.bgpAdvertisements[0]?.communities, ['no-advertise', '1:2']);
  });

  it('follows anchors and merge keys', () => {
    const text = `
address-pools:
- &base { name: a, protocol: layer2, addresses: &list [10.0.0.0/30], auto-assign: no }
- { <<: *base, name: b, addresses: [10.0.0.4/30] }
- { <<: [{ auto-assign: yes }, *base], name: c, addresses: [10.0.0.8/30] }
`;
    assert.deepEqual(
      read(text).pools.map(({ name, addresses, autoAssign }) => [name, addresses[0], autoAssign]),
      [
        ['a', '10.0.0.0/30', false],
        ['b', '10.0.0.4/30', false],
        ['c', '10.0.0.8/30', true],
      ],
    );
  });

  for (const text of ['~', '', '# nothing\n', '{}', 'address-pools:\n', 'address-pools: []\n']) {
    it(`accepts ${JSON.stringify(text)} as no pools`, () => assert.deepEqual(read(text).pools, []));
  }

  const parse = 'could not parse config:';
  const refused: [title: string, text: string, problems: string[]][] = [
    ['a text', 'hello', [`: ${parse} cannot read "hello": expected a map`]],
    ['a list', '[1]', [`: ${parse} cannot read a list: expected a map`]],
    [
      'an unknown key, naming the one that was meant',
      pool('  protocol: layer2\n  autoAssign: false\n'),
      [`address-pools[0].autoAssign: ${parse} field autoAssign not found Did you mean auto-assign?`],
    ],
    [
      'an unknown key that resembles nothing',
      'zzzzzzzz: 1',
      [`zzzzzzzz: ${parse} field zzzzzzzz not found Known here: peers, bgp-communities, address-pools, bfd-profiles.`],
    ],
    [
      'values of the wrong kind, all at once',
      'address-pools:\n- {name: a, protocol: layer2, addresses: x, auto-assign: "true"}\n- 5\nbgp-communities: []\npeers: [{my-asn: -1, password: [x]}]',
      [
        `address-pools[0].addresses: ${parse} cannot read "x": expected a list`,
        `address-pools[0].auto-assign: ${parse} cannot read "true": expected true or false`,
        `address-pools[1]: ${parse} cannot read 5: expected a map`,
        `peers[0].my-asn: ${parse} cannot read -1: expected a whole number from 0 to 4294967295`,
        `peers[0].password: ${parse} cannot read a list: expected a string`,
        `bgp-communities: ${parse} cannot read a list: expected a map`,
      ],
    ],
    [
      'a missing protocol',
      pool(''),
      ['address-pools[0] (a): parsing address pool #1: address pool is missing the protocol field'],
    ],
    [
      'an unknown protocol',
      pool('  protocol: x\n'),
      ['address-pools[0] (a): parsing address pool #1: unknown protocol "x"'],
    ],
    [
      'BGP advertisements in a layer-2 pool',
      pool('  protocol: layer2\n  bgp-advertisements: [{}]\n'),
      [
        'address-pools[0] (a): parsing address pool #1: cannot have bgp-advertisements configuration element in a layer2 address pool',
      ],
    ],
    [
      'two equal advertisements',
      pool('  protocol: bgp\n  bgp-advertisements: [{}, {}]\n'),
      ['address-pools[1] (a#2): duplicate definition of bgpadvertisements. advertisement 1 and 2 are equal'],
    ],
    [
      'communities that are none',
      'bgp-communities: { big: "large:1:2:3" }\n' +
        pool('  protocol: bgp\n  bgp-advertisements: [{ communities: [what, what] }]\n'),
      [
        'bgp-communities[0] (bgp-communities): parsing community "big": invalid community string "large:1:2:3" Write a:b with two 16-bit numbers, or in the resources large:a:b:c with 32-bit ones.',
        'address-pools[0] (a#1): duplicate definition of community "what"',
        'address-pools[0] (a#1): invalid community "what" in BGP advertisement: invalid community string "what"',
        'address-pools[0] (a#1): invalid community "what" in BGP advertisement: invalid community string "what"',
      ],
    ],
    [
      'peers without ASN and address',
      'peers: [{}]',
      [
        'peers[0] (peer-1): parsing peer #1: missing local ASN',
        'peers[0] (peer-1): parsing peer #1: missing peer ASN',
        'peers[0] (peer-1): parsing peer #1: invalid peer IP ""',
      ],
    ],
    [
      'a keepalive time above the hold time',
      'peers: [{my-asn: 1, peer-asn: 2, peer-address: 10.0.0.1, keepalive-time: 2m}]',
      ['peers[0] (peer-1): parsing peer #1: invalid keepaliveTime "120s", must be lower than holdTime "90s"'],
    ],
  ];
  for (const [title, text, problems] of refused) {
    it(`refuses ${title}`, () => assert.deepEqual(problemsOf(text), problems));
  }

  it('refuses malformed YAML and duplicate keys', () => {
    assert.match(problemsOf('address-pools: [\n- x')[0] ?? '', /could not parse config: yaml: /);
    assert.match(problemsOf('peers: []\npeers: []')[0] ?? '', /could not parse config: yaml: Map keys must be unique/);
  });

  it('refuses anchors that stand for too much, or for themselves', () => {
    const names = Array.from({ length: 8 }, (_, index) => `b${index}`);
    const lines = names.map((name, index) => `${name}: &${name} [${`*${names[index - 1] ?? 'a'}, `.repeat(9)}]`);
    assert.match(
      problemsOf(['a: &a [x, x]', ...lines].join('\n'))[0] ?? '',
      /yaml: ReferenceError: Excessive alias count/,
    );
    assert.match(problemsOf('peers: &a [*a]').join(), /cannot read a list: expected a map/);
    assert.match(problemsOf('peers: *ghost').join(), /Unresolved alias/);
  });

  it('reads what is left empty as absent', () => {
    const pool = '- name: a\n  protocol: layer2\n  addresses: [10.0.0.0/30]\n  auto-assign:\n';
    const config = read(`address-pools:\n${pool}peers: [~]\nbgp-communities:\n`);
    assert.deepEqual([config.pools[0]?.autoAssign, config.peers, config.communities], [true, [], []]);
  });

  it('names objects that have no name by their place', () => {
    const text =
      'bfd-profiles: [{ receive-interval: 50 }]\naddress-pools: [{ protocol: layer2 }]\nbgp-communities: { x: [y] }';
    assert.deepEqual(problemsOf(text), [
      'bgp-communities.x: could not parse config: cannot read a list: expected a string',
    ]);
    assert.deepEqual(problemsOf(text.replace('x: [y]', '')), [
      'bfd-profiles[0] (): parsing bfd profile #1: missing bfd profile name',
      'address-pools[0] (): parsing address pool #1: missing pool name',
    ]);
    const selector =
      'peers: [{my-asn: 1, peer-asn: 2, peer-address: 10.0.0.1, node-selectors: [{match-expressions: [{}]}]}]';
    assert.match(problemsOf(selector)[0] ?? '', /"" is not a valid label selector operator/);
  });

  it('compares peers without their numbers', () => {
    const peer = '{my-asn: 1, peer-asn: 2, peer-address: 10.0.0.1}';
    assert.deepEqual(problemsOf(`peers:\n- ${peer}\n- ${peer}\n`), ['peers[1] (peer-2): peer #2 already exists']);
  });

  it('refuses in native mode what only FRR can do', () => {
    const text = `bfd-profiles: [{name: f}]
peers: [{my-asn: 1, peer-asn: 2, peer-address: 10.0.0.1, bfd-profile: f, keepalive-time: 10s}]
address-pools: [{name: a, protocol: bgp, addresses: ['fd00::/120']}]`;
    assert.deepEqual(problemsOf(text, { bgpMode: 'native' }), [
      'peers[0] (peer-1): peer 10.0.0.1 has bfd-profile set on native bgp mode',
      'peers[0] (peer-1): peer 10.0.0.1 has keepalive-time set on native bgp mode',
      'bfd-profiles[0] (f): bfd profiles section set',
      'address-pools[0] (a): pool "a" has ipv6 CIDR fd00::/120, native bgp mode does not support ipv6',
    ]);
    assert.deepEqual(problemsOf(text), []);
  });
});
