import {
  decodeTwinKey,
  planOfDesired,
  resolveNetwork,
  type AddressClaim,
  type Desired,
  type DeviceComputeNetwork,
  type Reported,
} from '@iotedge-networking/contract';
import type { DeviceView } from '../view/device-view.ts';
import type { DeviceFacts } from './device-facts.ts';

/** The Compute network that is meant for a device, and where that is said. */
export function effectiveNetwork({
  declared,
  desired,
  reported,
}: DeviceFacts): Pick<DeviceView, 'computeNetwork' | 'computeNetworkFrom' | 'claims'> {
  const claims: readonly AddressClaim[] =
    declared?.claims ?? (desired === undefined ? [] : planOfDesired(desired).claims);
  if (declared !== undefined) return { ...declared, computeNetworkFrom: 'network.yaml' };
  const computeNetwork = desired === undefined ? DEFAULTS : networkOfDesired(desired);
  const isDeclared = Object.keys(computeNetwork.externalServiceIps).length > 0 || computeNetwork.nodeIps !== undefined;
  if (isDeclared || reported === undefined) return { computeNetwork, computeNetworkFrom: 'desired', claims };
  return { computeNetwork: { ...computeNetwork, ...observed(reported) }, computeNetworkFrom: 'reported', claims };
}

const DEFAULTS: DeviceComputeNetwork = defaults();

/** A device of which nothing is said has the device's own defaults. */
function defaults(): DeviceComputeNetwork {
  const file = { apiVersion: 'iotedge-networking/v1' as const, name: 'device', devices: [{ id: 'device' }] };
  const [device] = resolveNetwork(file).devices;
  if (device === undefined) throw new Error('A network of one device has resolved to none.');
  return device.computeNetwork;
}

function networkOfDesired({ computeNetwork }: Desired): DeviceComputeNetwork {
  const { externalServiceIps, bgpPeers = {}, podSubnet, clusterIpSubnet, ...rest } = computeNetwork;
  return {
    ...DEFAULTS,
    ...rest,
    podSubnet: podSubnet ?? DEFAULTS.podSubnet,
    clusterIpSubnet: clusterIpSubnet ?? DEFAULTS.clusterIpSubnet,
    bgpPeers: Object.values(bgpPeers),
    externalServiceIps: Object.fromEntries(
      Object.entries(externalServiceIps).map(([name, text]) => [name, splitRanges(text)]),
    ),
  };
}

function observed({ pools }: Reported): Pick<DeviceComputeNetwork, 'externalServiceIps'> {
  return {
    externalServiceIps: Object.fromEntries(
      Object.entries(pools).map(([name, { ranges }]) => [decodeTwinKey(name), splitRanges(ranges)]),
    ),
  };
}

/** Ranges as a twin holds them: separated by commas. */
export function splitRanges(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
