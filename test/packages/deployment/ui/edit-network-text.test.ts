import assert from 'node:assert/strict';
import { resolveNetwork, networkSchema, type DeviceComputeNetwork } from '@iotedge-networking/contract';
import { parse } from 'yaml';
import { editNetworkText } from '../../../../packages/deployment/src/ui/edit-network-text.ts';

const HEAD = 'apiVersion: iotedge-networking/v1\nname: plant\n';

function compute(text: string, id: string): DeviceComputeNetwork {
  const device = resolveNetwork(networkSchema.parse(parse(text))).devices.find((one) => one.id === id);
  assert.ok(device);
  return device.computeNetwork;
}

function edit(text: string, id: string, change: Partial<DeviceComputeNetwork>): string {
  const before = compute(text, id);
  const isAlone = resolveNetwork(networkSchema.parse(parse(text))).devices.length === 1;
  const edited = editNetworkText(text, { device: id, before, after: { ...before, ...change }, isAlone });
  assert.ok(edited.ok, edited.ok ? '' : JSON.stringify(edited.problems));
  return edited.text;
}

const pools = (...ranges: string[]) => ({ externalServiceIps: { default: ranges } });

describe('[unit] changes written into a network file', () => {
  it('replace the value where it stands, with comments and order kept', () => {
    const text = `${HEAD}# ranges\ncomputeNetwork:\n  externalServiceIps: 10.0.0.10-10.0.0.19 # since May\n  nodeIps: 10.0.0.2-10.0.0.3\ndevices:\n  - id: a # the first\n`;
    assert.equal(edit(text, 'a', pools('10.0.0.10-10.0.0.29')), text.replace('0.19', '0.29'));
    assert.equal(edit(text, 'a', {}), text);
  });

  it('become values of the device’s own where others share the fleet’s', () => {
    const text = `${HEAD}computeNetwork:\n  externalServiceIps: 10.0.0.10\ndevices:\n  - id: a\n  - id: b\n    computeNetwork: { nodeIps: 10.0.0.2-10.0.0.3 }\n`;
    const a = edit(text, 'a', pools('10.0.0.11'));
    assert.deepEqual(
      [compute(a, 'a'), compute(a, 'b')].map(({ externalServiceIps }) => externalServiceIps.default),
      [['10.0.0.11'], ['10.0.0.10']],
    );
    const b = edit(text, 'b', { nodeIps: '10.0.0.4-10.0.0.5', announce: 'bgp' });
    assert.deepEqual([compute(b, 'b').nodeIps, compute(b, 'b').announce], ['10.0.0.4-10.0.0.5', 'bgp']);
    assert.deepEqual(compute(b, 'a'), compute(text, 'a'));
  });

  it('keep the form of a list, of pools by name, and grow from one range to several', () => {
    const list = `${HEAD}devices:\n  - id: a\n    computeNetwork:\n      externalServiceIps: [10.0.0.10, 10.0.0.12]\n`;
    assert.match(
      edit(list, 'a', pools('10.0.0.10', '10.0.0.13')),
      /externalServiceIps: \[ ?10\.0\.0\.10, 10\.0\.0\.13 ?\]/,
    );
    const named = `${HEAD}devices:\n  - id: a\n    computeNetwork:\n      externalServiceIps: { default: 10.0.0.10 }\n`;
    assert.deepEqual(compute(edit(named, 'a', pools('10.0.0.11')), 'a').externalServiceIps, { default: ['10.0.0.11'] });
    const plain = `${HEAD}devices:\n  - id: a\n    computeNetwork:\n      externalServiceIps: 10.0.0.10 # first\n`;
    const several = edit(plain, 'a', { externalServiceIps: { default: ['10.0.0.10'], vip: ['10.0.0.20'] } });
    assert.deepEqual(compute(several, 'a').externalServiceIps, { default: ['10.0.0.10'], vip: ['10.0.0.20'] });
  });

  it('take away what was taken away', () => {
    const peer = { peerAddress: '10.0.0.1', peerAsn: 64512, selfAsn: 64513 };
    const text = `${HEAD}devices:\n  - id: a\n    computeNetwork:\n      announce: bgp\n      bgpPeers: [{ peerAddress: 10.0.0.1, peerAsn: 64512, selfAsn: 64513 }]\n`;
    assert.deepEqual(compute(text, 'a').bgpPeers, [peer]);
    const without = edit(text, 'a', { bgpPeers: [], announce: 'layer2' });
    assert.deepEqual([compute(without, 'a').bgpPeers, compute(without, 'a').announce], [[], 'layer2']);
  });

  it('become values of the device’s own where files list further devices', () => {
    const text = `${HEAD}computeNetwork:\n  gateway: 10.0.0.1\ndevices:\n  - id: a\n`;
    const before = compute(text, 'a');
    const after = { ...before, gateway: '10.0.0.254' };
    const places = [true, false].map((isAlone) => {
      const edited = editNetworkText(text, { device: 'a', before, after, isAlone });
      return edited.ok && edited.text.includes('\n  gateway: 10.0.0.254');
    });
    assert.deepEqual(places, [true, false]);
  });

  it('fill a key that stands there without a value', () => {
    const text = `${HEAD}computeNetwork:\ndevices:\n  - id: a\n`;
    const edited = editNetworkText(text, {
      device: 'a',
      before: compute(`${HEAD}devices: [{ id: a }]`, 'a'),
      after: { ...compute(`${HEAD}devices: [{ id: a }]`, 'a'), nodeIps: '10.0.0.2-10.0.0.3' },
      isAlone: true,
    });
    assert.ok(edited.ok && compute(edited.text, 'a').nodeIps === '10.0.0.2-10.0.0.3');
  });

  it('are refused where the device is described elsewhere, or the value comes from the environment', () => {
    const text = `${HEAD}devices:\n  - id: a\n    computeNetwork: { nodeIps: "\${NODE_IPS}" }\n`;
    const before = compute(`${HEAD}devices: [{ id: a }]`, 'a');
    const after = { ...before, nodeIps: '10.0.0.2-10.0.0.3' };
    const codes = ['a', 'b'].map((device) => {
      const edited = editNetworkText(text, { device, before, after, isAlone: true });
      return edited.ok ? 'ok' : edited.problems[0]?.code;
    });
    assert.deepEqual(codes, ['placeholder', 'not-in-file']);
  });
});
