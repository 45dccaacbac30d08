import type { DeviceComputeNetwork, DeviceNetwork, Network } from '@iotedge-networking/contract';

const DEFAULT_SUBNETS = { podSubnet: '172.27.0.0/16', clusterIpSubnet: '172.28.0.0/16' };

/**
 * What has to be set on the device itself, since neither IoT Hub nor Kubernetes can: the ranges of the page "Compute network", subnets other than the defaults, BGP
 * peers. Every line is a comment that says so; the cmdlets are those of the device's PowerShell interface. Nothing in profile `kubernetes`, where there is no such
 * device.
 */
export function devicePowerShell(network: Network, device: DeviceNetwork): readonly string[] {
  if (network.profile === 'kubernetes') return [];
  const { computeNetwork } = device;
  const lines = [...subnetLines(computeNetwork), ...rangeLines(computeNetwork), ...peerLines(computeNetwork)];
  if (lines.length === 0) return [];
  return [
    `# ${device.id}: what only the device can do. These are comments: nothing here is run by iotedge-net.`,
    ...lines,
  ];
}

function subnetLines({ podSubnet, clusterIpSubnet }: DeviceComputeNetwork): readonly string[] {
  if (podSubnet === DEFAULT_SUBNETS.podSubnet && clusterIpSubnet === DEFAULT_SUBNETS.clusterIpSubnet) return [];
  return [
    '# Before compute is configured, and only then (PowerShell interface of the device):',
    `#   Set-HcsKubeClusterNetworkInfo -PodSubnet ${podSubnet} -ServiceSubnet ${clusterIpSubnet}`,
    '#   Get-HcsKubeClusterNetworkInfo',
  ];
}

function rangeLines({ nodeIps, externalServiceIps }: DeviceComputeNetwork): readonly string[] {
  const pools = Object.values(externalServiceIps).flat();
  if (nodeIps === undefined && pools.length === 0) return [];
  return [
    '# Local web UI, page "Compute network" (from release 2205 on "Kubernetes"); there is no cmdlet for it:',
    ...(nodeIps === undefined ? [] : [`#   Kubernetes node IPs: ${nodeIps} (fixed once compute is configured)`]),
    ...(pools.length === 0
      ? []
      : [`#   Kubernetes external service IPs: ${pools.join(', ')} (may be changed at any time)`]),
    '# What the device holds (PowerShell interface):',
    '#   Get-HcsExternalVirtualSwitch | Where-Object EnabledForCompute | Select-Object Name, IPAddressPools',
  ];
}

function peerLines({ bgpPeers, nodeIps }: DeviceComputeNetwork): readonly string[] {
  if (bgpPeers.length === 0) return [];
  const set = bgpPeers.map(({ peerAddress, peerAsn, selfAsn, holdTimeSeconds }) => {
    const hold = holdTimeSeconds === undefined ? '' : ` -HoldTimeInSeconds ${holdTimeSeconds}`;
    return `#   Set-HcsBGPPeer -PeerAddress ${peerAddress} -PeerAsn ${peerAsn} -SelfAsn ${selfAsn} -SwitchName $switch${hold}`;
  });
  const routers = bgpPeers.map(
    ({ peerAddress, peerAsn, selfAsn }) =>
      `#   ${peerAddress}, AS ${peerAsn}: accept AS ${selfAsn} from ${nodeIps ?? 'the Kubernetes node IPs'}`,
  );
  return [
    '# BGP peers (PowerShell interface, release 2110 or later); without a peer the addresses are announced at layer 2:',
    '#   $switch = (Get-HcsExternalVirtualSwitch | Where-Object EnabledForCompute).Name',
    ...set,
    '#   Get-HcsBGPPeers -SwitchName $switch',
    '# The other side of each session is set up on the router:',
    ...routers,
  ];
}
