import assert from 'node:assert/strict';
import {
  changedFields,
  computeOf,
  formOf,
  NEW_PEER,
  rangesOf,
} from '../../../../../packages/dashboard/src/web/draft/compute-form.ts';
import {
  offendingParts,
  problemsAt,
  worstLevel,
} from '../../../../../packages/dashboard/src/web/draft/field-problems.ts';
import { freeRange, largestPart, sizeOf } from '../../../../../packages/dashboard/src/web/draft/free-range.ts';
import { sampleDevice } from '../sample-device.ts';

const { computeNetwork } = sampleDevice();
const bgpPeers = [
  { peerAddress: '10.126.72.1', peerAsn: 64512, selfAsn: 64513 },
  { peerAddress: '10.126.72.2', peerAsn: 64512, selfAsn: 64513, holdTimeSeconds: 15 },
];

describe('[unit] the form of the Compute network', () => {
  it('says what the device has, and nothing else', () => {
    const full = { ...computeNetwork, announce: 'bgp' as const, bgpPeers };
    assert.deepEqual(computeOf(formOf(full)), full);
    assert.deepEqual(changedFields(full, computeOf(formOf(full))), []);
  });
  it('keeps what has no field on the page', () => {
    const aks = {
      ...computeNetwork,
      kubernetes: 'aks' as const,
      otherAddresses: { DNS: '10.126.72.5' },
      routes: ['10.126.80.0/24'],
    };
    const edited = computeOf({ ...formOf(aks), deviceNodes: '3' });
    assert.deepEqual(edited, { ...aks, deviceNodes: 3 });
  });
  it('leaves out what is empty', () => {
    const bare = {
      ...computeNetwork,
      subnet: undefined,
      gateway: undefined,
      nodeIps: undefined,
      externalServiceIps: {},
    };
    const form = formOf(bare);
    assert.deepEqual(form.pools, [{ name: 'default', ranges: '' }]);
    assert.deepEqual(changedFields(bare, computeOf(form)), []);
  });
  it('takes several ranges and pools, and what is no number as 0', () => {
    const form = {
      ...formOf(computeNetwork),
      deviceNodes: 'x',
      pools: [
        { name: 'a', ranges: '10.0.0.1-10.0.0.2, 10.0.0.9' },
        { name: 'a', ranges: '10.0.0.20' },
        { name: ' ', ranges: '10.0.0.30' },
      ],
      peers: [{ ...NEW_PEER, holdTimeSeconds: 'soon' }],
    };
    const { externalServiceIps, deviceNodes, bgpPeers: peers } = computeOf(form);
    assert.deepEqual(externalServiceIps, {
      a: ['10.0.0.1-10.0.0.2', '10.0.0.9', '10.0.0.20'],
      default: ['10.0.0.30'],
    });
    assert.equal(deviceNodes, 0);
    assert.equal(peers[0]?.holdTimeSeconds, 0);
  });
  it('separates ranges by commas, semicolons and line ends', () =>
    assert.deepEqual(rangesOf('a, b;\nc,'), ['a', 'b', 'c']));
  it('knows which fields differ, whatever the order of keys', () => {
    assert.deepEqual(changedFields(computeNetwork, { ...computeNetwork, deviceNodes: 2 }), ['deviceNodes']);
    const [peer] = bgpPeers;
    const turned = Object.fromEntries(Object.entries(peer ?? {}).reverse()) as unknown as (typeof bgpPeers)[number];
    const one = { ...computeNetwork, bgpPeers: [peer ?? turned] };
    assert.deepEqual(changedFields(one, { ...one, bgpPeers: [turned] }), []);
  });
});

describe('[unit] problems at a field', () => {
  const problem = (path: string, level?: 'warning') => ({ code: 'N01', path, message: '', level });
  it('are those of the field and of its parts', () => {
    const all = ['nodeIps', 'externalServiceIps.default[0]', 'bgpPeers[0].peerAsn', 'bgpPeersX'].map((path) =>
      problem(path),
    );
    assert.deepEqual(
      problemsAt(all, 'externalServiceIps', 'bgpPeers').map(({ path }) => path),
      ['externalServiceIps.default[0]', 'bgpPeers[0].peerAsn'],
    );
  });
  it('have a worst level', () => {
    assert.equal(worstLevel([]), undefined);
    assert.equal(worstLevel([problem('a', 'warning')]), 'warning');
    assert.equal(worstLevel([problem('a', 'warning'), problem('a')]), 'error');
  });
  it('name the offending part', () =>
    assert.deepEqual(offendingParts('overlaps at 10.0.0.1-10.0.0.2, in 10.0.0.0/8 (10.0.0.0/8).'), [
      '10.0.0.1-10.0.0.2',
      '10.0.0.0/8',
    ]));
});

describe('[unit] freeRange', () => {
  const within = '10.0.0.0/24';
  const cases: readonly [string, readonly string[], number, string, string | undefined][] = [
    ['where it was meant', [], 4, '10.0.0.10', '10.0.0.10-10.0.0.13'],
    ['behind what is taken', ['10.0.0.8-10.0.0.20'], 4, '10.0.0.18', '10.0.0.21-10.0.0.24'],
    ['before what is taken, when that is nearer', ['10.0.0.8-10.0.0.200'], 4, '10.0.0.9', '10.0.0.4-10.0.0.7'],
    ['inside, though it was meant outside', [], 2, '10.9.0.1', '10.0.0.254-10.0.0.255'],
    ['anywhere, when nothing was meant', [], 2, 'x', '10.0.0.0-10.0.0.1'],
    ['nowhere, when all is taken', ['10.0.0.0/24'], 1, '10.0.0.1', undefined],
  ];
  for (const [name, avoid, size, near, expected] of cases)
    it(name, () => assert.equal(freeRange({ within, avoid, size, near }), expected));
  it('nowhere in what is no network', () =>
    assert.equal(freeRange({ within: 'x', avoid: [], size: 1, near: 'x' }), undefined));
});

describe('[unit] largestPart', () => {
  it('is what is left of a range', () => {
    assert.equal(largestPart('10.0.0.1-10.0.0.9', undefined, ['10.0.0.3']), '10.0.0.4-10.0.0.9');
    assert.equal(largestPart('10.0.0.1-10.0.0.9', undefined, ['10.0.0.8']), '10.0.0.1-10.0.0.7');
    assert.equal(largestPart('10.0.0.250-10.0.1.9', '10.0.0.0/24', []), '10.0.0.250-10.0.0.255');
    assert.equal(largestPart('10.0.0.1', undefined, ['10.0.0.0/8']), undefined);
  });
  it('has a size', () => assert.deepEqual([sizeOf('10.0.0.0/30'), sizeOf('x')], [4, 0]));
});
