import assert from 'node:assert/strict';
import { announcer, electionOrder, EXCLUDE_LABEL } from '@iotedge-networking/metallb';
import type { AnnouncedService, MetalLbResource, MetalLbResources, Surroundings } from '@iotedge-networking/metallb';
import { configOf, resource, sha256 } from './builders.ts';

const pool = resource('p', { addresses: ['10.128.44.240-10.128.44.250', 'fd00::/120'] }, { tier: 'a' });
const l2 = (name: string, spec: object = {}): MetalLbResource => resource(name, spec);
const three = ['ase-node-1', 'ase-node-2', 'ase-node-3'].map((name) => ({ name }));

const around = (resources: MetalLbResources, parts: Partial<Surroundings> = {}): Surroundings => ({
  config: configOf({ pools: [pool], ...resources }),
  nodes: three,
  sha256,
  ...parts,
});

const announced: AnnouncedService = { namespace: 'd', name: 'a', addresses: ['10.128.44.240'], labels: { app: 'a' } };

/** Who answers, or the reason and the first words of why nobody does. */
function told(surroundings: Surroundings, parts: Partial<AnnouncedService> = {}): string {
  const announcement = announcer({ ...announced, ...parts }, surroundings);
  if (!announcement.announced) return `${announcement.reason}: ${announcement.message}`;
  return announcement.protocol === 'layer2' ? announcement.node : announcement.nodes.join();
}

describe('[unit] announcer', () => {
  it('elects the node with the lowest hash, and nobody moves but the ones of a node that is gone', () => {
    const names = three.map(({ name }) => name);
    const order = electionOrder(names, '10.128.44.240', sha256);
    assert.equal(order[0], 'ase-node-3');
    assert.deepEqual(electionOrder(order.slice(1), '10.128.44.240', sha256), order.slice(1));
    assert.deepEqual(electionOrder(names.toReversed(), '10.128.44.240', sha256), order);
  });

  it('tells the winner and who would follow', () => {
    const announcement = announcer(announced, around({ l2Advertisements: [l2('l')] }));
    assert.deepEqual(announcement, {
      announced: true,
      protocol: 'layer2',
      node: 'ase-node-3',
      successors: electionOrder(['ase-node-1', 'ase-node-2'], '10.128.44.240', sha256),
    });
  });

  it('elects by the first address of a pair, in canonical form', () => {
    const surroundings = around({ l2Advertisements: [l2('l')] });
    const expected = electionOrder(
      three.map(({ name }) => name),
      'fd00::1',
      sha256,
    )[0];
    assert.equal(told(surroundings, { addresses: ['fd00:0:0::1', '10.128.44.240'] }), expected);
  });

  const all = { l2Advertisements: [l2('l')] };
  const labelled = three.map((node) => ({ ...node, labels: { [EXCLUDE_LABEL]: '', rack: 'one' } }));
  const local = { externalTrafficPolicy: 'Local' };
  const cases: [
    title: string,
    surroundings: Surroundings,
    parts: Partial<AnnouncedService>,
    expected: string | RegExp,
  ][] = [
    [
      'an address outside all pools',
      around(all),
      { addresses: ['192.0.2.1'] },
      /^AddressOutsidePools: no pool holds 192.0.2.1/,
    ],
    ['an address that is none', around(all), { addresses: ['x'] }, /^AddressOutsidePools/],
    ['no ready endpoint', around(all, { endpoints: [] }), {}, /^NoReadyEndpoints: no endpoint of the Service is ready/],
    [
      'a pool that nothing advertises',
      around({}),
      {},
      /^NotAnnounced: no L2Advertisement or BGPAdvertisement selects pool p/,
    ],
    [
      'an advertisement for another pool',
      around({ l2Advertisements: [l2('l', { ipAddressPools: ['q'] })] }),
      {},
      /^NotAnnounced/,
    ],
    [
      'a pool selected by label',
      around({ l2Advertisements: [l2('l', { ipAddressPoolSelectors: [{ matchLabels: { tier: 'a' } }] })] }),
      {},
      'ase-node-3',
    ],
    [
      'no live speaker',
      around(all, { nodes: three.map((node) => ({ ...node, hasSpeaker: false })) }),
      {},
      /^NotAnnounced: no node runs a live speaker/,
    ],
    [
      'a network unavailable',
      around(all, { nodes: [{ name: 'x', networkUnavailable: true }] }),
      {},
      /^NotAnnounced: no node runs/,
    ],
    ['every node excluded', around(all, { nodes: labelled }), {}, /^NodeExcluded: every node carries the label/],
    ['the exclusion ignored by flag', around(all, { nodes: labelled, ignoreExcludeLabel: true }), {}, 'ase-node-3'],
    ['the exclusion unknown before 0.14', around(all, { nodes: labelled, version: '0.13.12' }), {}, 'ase-node-3'],
    [
      'no node selected',
      around({ l2Advertisements: [l2('l', { nodeSelectors: [{ matchLabels: { rack: 'one' } }] })] }),
      {},
      /^NotAnnounced: the advertisements of the pool select no node/,
    ],
    [
      'traffic policy Local with endpoints elsewhere',
      around(all, { endpoints: [{ node: 'ase-node-9' }, {}] }),
      local,
      /^NoReadyEndpoints: externalTrafficPolicy is Local/,
    ],
    ['traffic policy Local', around(all, { endpoints: [{ node: 'ase-node-2' }] }), local, 'ase-node-2'],
    ['traffic policy Local when endpoints are not known', around(all), local, 'ase-node-3'],
    [
      'traffic policy Cluster with endpoints anywhere',
      around(all, { endpoints: [{ node: 'elsewhere' }] }),
      {},
      'ase-node-3',
    ],
  ];
  for (const [title, surroundings, parts, expected] of cases) {
    it(`knows ${title}`, () => {
      const got = told(surroundings, parts);
      if (typeof expected === 'string') assert.equal(got, expected);
      else assert.match(got, expected);
    });
  }

  it('heeds service selectors since 0.16, and refuses them together with a shared address', () => {
    const selecting = { l2Advertisements: [l2('s', { serviceSelectors: [{ matchLabels: { app: 'b' } }] })] };
    assert.match(told(around(selecting)), /^NotAnnounced: every L2Advertisement of the pool selects other Services/);
    assert.equal(told(around(selecting, { version: '0.15.3' })), 'ase-node-3');
    assert.equal(told(around(selecting), { labels: { app: 'b' } }), 'ase-node-3');
    assert.match(told(around(selecting), { labels: undefined }), /^NotAnnounced/);
    for (const prefix of ['metallb.io', 'metallb.universe.tf']) {
      const sharing = { labels: { app: 'b' }, annotations: { [`${prefix}/allow-shared-ip`]: 'k' } };
      assert.match(told(around(selecting), sharing), /sharedIPWithServiceSelector/);
      assert.equal(told(around(selecting, { version: '0.15.3' }), sharing), 'ase-node-3');
      assert.equal(told(around(all), sharing), 'ase-node-3');
    }
  });

  it('prefers nodes by the sum of their weights after 0.16.1', () => {
    const prefer = (rack: string, weight: number): object => ({ weight, preference: { matchLabels: { rack } } });
    const nodes = [
      { name: 'ase-node-1', labels: { rack: 'one', zone: 'a' } as Record<string, string> },
      { name: 'ase-node-2', labels: { rack: 'two' } },
      { name: 'ase-node-3' },
    ];
    const preferring = {
      l2Advertisements: [
        l2('l', { preferredNodeSelectors: [prefer('one', 10), prefer('two', 15)] }),
        l2('m', { preferredNodeSelectors: [prefer('one', 10)], nodeSelectors: [{ matchLabels: { zone: 'a' } }] }),
      ],
    };
    assert.equal(told(around(preferring, { nodes })), 'ase-node-1');
    assert.equal(told(around(preferring, { nodes, version: '0.16.1' })), 'ase-node-3');
  });

  it('warns when the elected node lacks the interface, which the election does not look at', () => {
    const onEth9 = { l2Advertisements: [l2('l', { interfaces: ['eth9'] })] };
    const nodes = three.map((node) => ({ ...node, interfaces: ['eth0'] }));
    const announcement = announcer(announced, around(onEth9, { nodes }));
    assert.deepEqual(announcement.announced ? [] : announcement.events, [
      {
        type: 'Warning',
        reason: 'announceFailed',
        service: 'd/a',
        message:
          'the interfaces specified by LB IP "10.128.44.240" doesn\'t exist in assigned node "ase-node-3" with protocol "layer2"',
      },
    ]);
    assert.equal(
      told(around({ l2Advertisements: [l2('l', { interfaces: ['eth0', 'eth9'] })] }, { nodes })),
      'ase-node-3',
    );
    assert.equal(
      told(around({ l2Advertisements: [l2('l', { interfaces: ['eth9'] }), l2('m')] }, { nodes })),
      'ase-node-3',
    );
    assert.equal(told(around(onEth9, { nodes, version: '0.13.5' })), 'ase-node-3');
  });

  it('announces by BGP from every node that may', () => {
    const bgpAdvertisements = [
      resource('b', { nodeSelectors: [{ matchExpressions: [{ key: 'rack', operator: 'NotIn', values: ['two'] }] }] }),
    ];
    const nodes = [{ name: 'x', labels: { rack: 'one' } }, { name: 'y', labels: { rack: 'two' } }, { name: 'z' }];
    assert.equal(told(around({ bgpAdvertisements }, { nodes })), 'x,z');
    assert.match(told(around({ bgpAdvertisements }, { nodes: [] })), /^NotAnnounced/);
    assert.match(
      told(around({ bgpAdvertisements }, { nodes, endpoints: [{}] }), local),
      /^NoReadyEndpoints: externalTrafficPolicy/,
    );
  });
});
