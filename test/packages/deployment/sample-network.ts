import assert from 'node:assert/strict';
import {
  checkNetwork,
  type CheckedNetwork,
  type DeviceNetwork,
  type Network,
} from '../../../packages/contract/src/index.ts';

/** The parts of a network file that a case states; the rest is filled in. */
export type NetworkParts = Readonly<Record<string, unknown>>;

/** A checked network out of parts; fails the test when the contract refuses it. */
export function checkedNetwork(parts: NetworkParts): CheckedNetwork {
  const outcome = checkNetwork({
    apiVersion: 'iotedge-networking/v1',
    name: 'shop',
    devices: [{ id: 'store-001' }],
    ...parts,
  });
  assert.ok(outcome.ok, outcome.ok ? '' : JSON.stringify(outcome.problems));
  return outcome.value;
}

/** A network with its first device. */
export function sampleNetwork(parts: NetworkParts): { network: Network; device: DeviceNetwork } {
  const { network } = checkedNetwork(parts);
  const [device] = network.devices;
  assert.ok(device);
  return { network, device };
}
