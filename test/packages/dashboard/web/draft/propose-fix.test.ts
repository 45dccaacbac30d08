import assert from 'node:assert/strict';
import type { DeviceComputeNetwork } from '@iotedge-networking/contract';
import { checkDraft, draftBalance } from '../../../../../packages/dashboard/src/view/index.ts';
import { computeOf, formOf, type ComputeForm } from '../../../../../packages/dashboard/src/web/draft/compute-form.ts';
import { proposeFix } from '../../../../../packages/dashboard/src/web/draft/propose-fix.ts';
import { sampleDevice } from '../sample-device.ts';

const device = sampleDevice();
const base = device.computeNetwork;
const peer = { peerAddress: '10.126.72.1', peerAsn: '64512', selfAsn: '64513', holdTimeSeconds: '' };
const pool = (ranges: string): Partial<ComputeForm> => ({ pools: [{ name: 'default', ranges }] });

/** The first problem of a code in the changed form, with the fix that is offered for it. */
function offer(code: string, change: Partial<ComputeForm>, before: DeviceComputeNetwork = base) {
  const form = { ...formOf(before), ...change };
  const context = { ...device, hasCluster: code === 'N09', computeNetwork: before };
  const compute = computeOf(form);
  const problem = checkDraft(compute, context).find((one) => one.code === code);
  assert.ok(
    problem,
    `${code} is not among ${checkDraft(compute, context)
      .map((one) => one.code)
      .join()}`,
  );
  const fix = proposeFix(problem, { form, base: before, balance: draftBalance(compute, context) });
  const left =
    fix === undefined
      ? []
      : checkDraft(computeOf(fix.form), context).filter((one) => one.path === problem.path && one.code === code);
  return { kind: fix?.kind, value: fix?.value, left };
}

describe('[unit] proposeFix', () => {
  const bgp = { announce: 'bgp' as const };
  const cases: readonly [string, string, Partial<ComputeForm>, string | undefined][] = [
    ['a range that is turned round', 'N01', { nodeIps: '10.126.75.201-10.126.75.200' }, '10.126.75.200-10.126.75.201'],
    ['a text that is no range', 'N01', { nodeIps: 'here' }, '10.126.75.200-10.126.75.201'],
    ['a pool that is no range', 'N01', pool('10.126.75.206-'), '10.126.75.206-10.126.75.215'],
    ['too few node IPs', 'N02', { nodeIps: '10.126.75.200' }, '10.126.75.200-10.126.75.201'],
    ['too few without a subnet', 'N02', { nodeIps: '10.126.75.200', subnet: '' }, '10.126.75.200-10.126.75.201'],
    ['an overlap that leaves enough', 'N03', pool('10.126.75.201-10.126.75.215'), '10.126.75.202-10.126.75.215'],
    ['an overlap that leaves nothing', 'N03', pool('10.126.75.200-10.126.75.201'), '10.126.75.202-10.126.75.203'],
    ['a range half outside', 'N04', pool('10.126.75.250-10.126.76.9'), '10.126.75.250-10.126.75.254'],
    ['a range outside', 'N04', pool('10.9.0.1-10.9.0.5'), '10.126.72.2-10.126.72.6'],
    ['a range with the gateway', 'N04', { nodeIps: '10.126.72.0-10.126.72.1' }, '10.126.72.2-10.126.72.3'],
    ['too few addresses', 'N06', pool('10.126.75.206'), '10.126.75.206-10.126.75.207'],
    ['a pod subnet in the way', 'N07', { podSubnet: '172.28.0.0/20' }, undefined],
    ['host bits', 'N08', { podSubnet: '172.29.1.1/16' }, '172.29.0.0/16'],
    ['another pod subnet', 'N09', { podSubnet: '172.29.0.0/16' }, '172.27.0.0/16'],
    ['other nodes', 'N09', { deviceNodes: '2' }, '1'],
    ['a range without an address in use', 'N10', pool('10.126.75.207-10.126.75.215'), '10.126.75.206-10.126.75.215'],
    ['an AS number', 'N13', { ...bgp, peers: [{ ...peer, peerAsn: '65535' }] }, '64512'],
    ['the own AS number', 'N13', { ...bgp, peers: [{ ...peer, selfAsn: '70000' }] }, '64513'],
    ['a hold time', 'N13', { ...bgp, peers: [{ ...peer, holdTimeSeconds: '1' }] }, '15'],
    ['a peer of the own range', 'N13', { ...bgp, peers: [{ ...peer, peerAddress: '10.126.75.206' }] }, '10.126.72.1'],
    ['BGP without peers', 'N13', bgp, ''],
    ['peers without BGP', 'N13', { peers: [peer] }, ''],
  ];
  for (const [name, code, change, value] of cases)
    it(`${code}: ${name}`, () => {
      const offered = offer(code, change);
      if (value !== undefined) assert.equal(offered.value, value);
      assert.notEqual(offered.kind, undefined);
      assert.deepEqual(offered.left, []);
    });

  it('has nothing to offer where only a person can know', () => {
    const form = formOf(base);
    const balance = draftBalance(base, device);
    const ask = (code: string, path: string) => proposeFix({ code, path, message: '' }, { form, base, balance });
    assert.equal(ask('N11', 'nodeIps'), undefined);
    assert.equal(ask('N12', 'apps.web.address'), undefined, 'the ranges are as they were');
    assert.equal(ask('N09', 'announce'), undefined);
    assert.equal(ask('N13', 'bgpPeers[3].peerAsn'), undefined);
    assert.equal(ask('N02', 'elsewhere'), undefined);
    assert.equal(ask('N08', 'gateway'), undefined);
  });
  it('has no former value to put back where there was none', () => {
    const bare = { ...base, gateway: undefined, externalServiceIps: {} };
    assert.equal(offer('N01', { gateway: 'x' }, bare).kind, undefined);
    assert.equal(offer('N01', pool('x-y'), bare).kind, undefined);
  });
  it('gives a pool that has none a range', () => {
    const form = { ...formOf(base), pools: [] };
    const balance = { has: 0n, needs: 3 };
    const fix = proposeFix({ code: 'N06', path: 'externalServiceIps', message: '' }, { form, base, balance });
    assert.equal(fix?.value, '10.126.75.202-10.126.75.204');
  });
  it('N12: puts the ranges back when they left a pin out', () => {
    const form = { ...formOf(base), ...pool('10.126.75.211-10.126.75.215') };
    const fix = proposeFix(
      { code: 'N12', path: 'apps.web.address', message: '' },
      { form, base, balance: { has: 5n, needs: 2 } },
    );
    assert.deepEqual([fix?.kind, fix?.value], ['back', '10.126.75.206-10.126.75.215']);
  });
});
