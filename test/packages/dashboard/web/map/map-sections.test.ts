import assert from 'node:assert/strict';
import type { DeviceView } from '../../../../../packages/dashboard/src/view/index.ts';
import { addressMap } from '../../../../../packages/dashboard/src/web/map/map-sections.ts';
import { sampleDevice } from '../sample-device.ts';

const device: DeviceView = {
  ...sampleDevice(),
  addresses: [
    { address: '10.126.72.1', kind: 'gateway', holders: [] },
    { address: '10.126.75.200', kind: 'node', holders: ['k8s-1'] },
    { address: '10.126.75.206', kind: 'held', holders: ['iotedge/edgehub'] },
    { address: '10.9.9.9', kind: 'held', outside: true, holders: ['old/app'] },
    { address: 'x', kind: 'held', holders: [] },
  ],
};

describe('[unit] addressMap', () => {
  it('shows node IPs and the pools that the cluster has, and what is in use beside them', () => {
    const { sections, outside } = addressMap(device, 64);
    assert.deepEqual(
      sections.map(({ key, pool, grid }) => [key, pool, grid.used]),
      [
        ['nodes', undefined, 1],
        ['default 0', 'default', 1],
      ],
    );
    assert.deepEqual(
      outside.map(({ address }) => address),
      ['10.9.9.9'],
    );
  });
  it('shows the pools that are meant as long as the cluster tells none', () => {
    const { sections } = addressMap({ ...device, pools: [] }, 64);
    assert.deepEqual(
      sections.map(({ grid }) => grid.range),
      ['10.126.75.200-10.126.75.201', '10.126.75.206-10.126.75.215'],
    );
  });
  it('is empty without ranges', () => {
    const { computeNetwork } = device;
    const bare = {
      ...device,
      pools: [],
      computeNetwork: { ...computeNetwork, nodeIps: undefined, externalServiceIps: {} },
    };
    assert.deepEqual(addressMap(bare, 64).sections, []);
  });
});
