import assert from 'node:assert/strict';
import { applyTwinPatch, resolveNetwork, type DeviceComputeNetwork } from '@iotedge-networking/contract';
import {
  HISTORY_TAG,
  historyPatch,
  readHistory,
  type KeptEntry,
} from '../../../../packages/deployment/src/ui/history-tag.ts';
import { isAsLeft, networkChanges, withoutChanges } from '../../../../packages/deployment/src/ui/network-values.ts';
import { powershellLines } from '../../../../packages/deployment/src/ui/powershell-lines.ts';

const entry = (number: number, more: Partial<KeptEntry> = {}): KeptEntry => ({
  ...{ id: `e${number}`, at: new Date(number * 1000).toISOString(), who: 'ada', action: 'apply', outcome: 'applied' },
  changes: [{ path: 'nodeIps', from: '10.0.0.2-10.0.0.3', to: '10.0.0.4-10.0.0.5' }],
  ...more,
});

const [device] = resolveNetwork({ apiVersion: 'iotedge-networking/v1', name: 'n', devices: [{ id: 'a' }] }).devices;
const PLAIN: DeviceComputeNetwork = device!.computeNetwork;
const FULL: DeviceComputeNetwork = {
  ...PLAIN,
  ...{ subnet: '10.0.0.0/24', gateway: '10.0.0.1', nodeIps: '10.0.0.2-10.0.0.3', managePools: true, announce: 'bgp' },
  externalServiceIps: { default: ['10.0.0.10-10.0.0.19', '10.0.0.30'], vip: ['10.0.0.40'] },
  bgpPeers: [{ peerAddress: '10.0.0.254', peerAsn: 64512, selfAsn: 64513, holdTimeSeconds: 15 }],
  otherAddresses: { DNS: '10.0.0.53' },
};

describe('[unit] history of a device', () => {
  it('is kept in a tag, newest first, within its room', () => {
    let tags: Readonly<Record<string, unknown>> = { role: 'store' };
    for (let number = 1; number <= 40; number += 1) tags = applyTwinPatch(tags, historyPatch(tags, entry(number)));
    const kept = readHistory(tags);
    assert.equal(kept[0]?.id, 'e40');
    assert.ok(kept.length >= 5 && kept.length <= 12, String(kept.length));
    assert.ok(JSON.stringify(tags[HISTORY_TAG]).length < 4096);
    assert.equal(tags.role, 'store');
  });

  it('replaces an entry by its outcome', () => {
    const first = applyTwinPatch({}, historyPatch({}, entry(1, { outcome: 'pending' })));
    const second = applyTwinPatch(first, historyPatch(first, entry(1, { outcome: 'refused', message: 'no' })));
    assert.deepEqual(readHistory(second), [entry(1, { outcome: 'refused', message: 'no' })]);
  });

  it('keeps one entry however long it is, and passes over what it cannot read', () => {
    const long = entry(1, { changes: [{ path: 'routes', to: 'x'.repeat(5000) }] });
    assert.equal(readHistory(applyTwinPatch({}, historyPatch({}, long))).length, 1);
    assert.deepEqual(readHistory({ [HISTORY_TAG]: { a: 'no json', b: '{}', c: 7 } }), []);
    assert.deepEqual(readHistory({ [HISTORY_TAG]: 'other' }), []);
  });

  it('goes back from any Compute network to any other', () => {
    for (const [before, after] of [
      [PLAIN, FULL],
      [FULL, PLAIN],
      [FULL, { ...FULL, externalServiceIps: {} }],
    ] as const) {
      const changes = networkChanges(before, after);
      assert.ok(isAsLeft(after, changes));
      assert.ok(!isAsLeft(before, changes));
      assert.deepEqual(networkChanges(withoutChanges(after, changes), before), []);
    }
  });
});

describe('[unit] PowerShell lines', () => {
  it('say what only the device can do, and nothing when that is nothing', () => {
    assert.deepEqual(powershellLines(FULL, FULL), []);
    const lines = powershellLines(FULL, {
      ...FULL,
      ...{ nodeIps: '10.0.0.4-10.0.0.5', podSubnet: '172.20.0.0/16', externalServiceIps: { default: ['10.0.0.10'] } },
      bgpPeers: [{ peerAddress: '10.0.0.253', peerAsn: 64512, selfAsn: 64513 }],
    });
    for (const line of [
      '#   Kubernetes node IPs: start 10.0.0.4, end 10.0.0.5',
      '#   Kubernetes external service IPs: start 10.0.0.10, end 10.0.0.10',
      'Set-HcsKubeClusterNetworkInfo -PodSubnet 172.20.0.0/16 -ServiceSubnet 172.28.0.0/16',
      'Remove-HcsBGPPeer -PeerAddress 10.0.0.254 -SwitchName $switch',
      'Set-HcsBGPPeer -PeerAddress 10.0.0.253 -PeerAsn 64512 -SelfAsn 64513 -SwitchName $switch',
    ])
      assert.ok(lines.includes(line), `${line}\n${lines.join('\n')}`);
  });

  it('say so where nothing is left, or several ranges are', () => {
    const shown = (ranges: readonly string[]): string | undefined =>
      powershellLines(FULL, { ...FULL, externalServiceIps: { default: ranges } }).at(-1);
    assert.equal(shown([]), '#   Kubernetes external service IPs: (none)');
    assert.equal(shown(['10.0.0.1', '10.0.0.9']), '#   Kubernetes external service IPs: 10.0.0.1, 10.0.0.9');
  });
});
