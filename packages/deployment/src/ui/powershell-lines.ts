import { parseRange, formatAddress, addressAt } from '@iotedge-networking/addressing';
import type { DeviceComputeNetwork } from '@iotedge-networking/contract';

type Peer = DeviceComputeNetwork['bgpPeers'][number];

/**
 * What only the device itself can do, for the PowerShell interface of Azure Stack Edge. Subnets and BGP peers have cmdlets; for node IPs and external service IPs Microsoft
 * documents none, so the page of the device is named with what to enter there.
 */
export function powershellLines(before: DeviceComputeNetwork, after: DeviceComputeNetwork): readonly string[] {
  const lines = [...rangeLines(before, after), ...subnetLines(before, after), ...peerLines(before, after)];
  if (lines.length === 0) return [];
  return ['# PowerShell interface of the device: Enter-PSSession … -ConfigurationName Minishell -UseSSL', ...lines];
}

const PAGE =
  '# No cmdlet. Local web UI, page Kubernetes (older: Compute), the compute port or virtual switch, then Apply:';

function rangeLines(before: DeviceComputeNetwork, after: DeviceComputeNetwork): readonly string[] {
  const pools = (compute: DeviceComputeNetwork): string => Object.values(compute.externalServiceIps).flat().join(', ');
  const lines = [
    ...(before.nodeIps === after.nodeIps ? [] : [`#   Kubernetes node IPs: ${shown(after.nodeIps ?? '')}`]),
    ...(pools(before) === pools(after) ? [] : [`#   Kubernetes external service IPs: ${shown(pools(after))}`]),
  ];
  return lines.length === 0 ? [] : [PAGE, ...lines];
}

/** The page has a field for the start and one for the end. */
function shown(text: string): string {
  const parsed = parseRange(text);
  if (!parsed.ok) return text === '' ? '(none)' : text;
  const { family, first, last } = parsed.range;
  return `start ${formatAddress(addressAt(family, first))}, end ${formatAddress(addressAt(family, last))}`;
}

function subnetLines(before: DeviceComputeNetwork, after: DeviceComputeNetwork): readonly string[] {
  if (before.podSubnet === after.podSubnet && before.clusterIpSubnet === after.clusterIpSubnet) return [];
  return [
    '# Only before compute is configured:',
    `Set-HcsKubeClusterNetworkInfo -PodSubnet ${after.podSubnet} -ServiceSubnet ${after.clusterIpSubnet}`,
    'Get-HcsKubeClusterNetworkInfo',
  ];
}

function peerLines(before: DeviceComputeNetwork, after: DeviceComputeNetwork): readonly string[] {
  const same = (one: Peer, other: Peer): boolean => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
  const gone = before.bgpPeers.filter((peer) => !after.bgpPeers.some((other) => same(peer, other)));
  const added = after.bgpPeers.filter((peer) => !before.bgpPeers.some((other) => same(peer, other)));
  if (gone.length + added.length === 0) return [];
  return [
    '$switch = (Get-HcsExternalVirtualSwitch | Where-Object EnabledForCompute).Name',
    ...gone.map(({ peerAddress }) => `Remove-HcsBGPPeer -PeerAddress ${peerAddress} -SwitchName $switch`),
    ...added.map(({ peerAddress, peerAsn, selfAsn, holdTimeSeconds }) => {
      const hold = holdTimeSeconds === undefined ? '' : ` -HoldTimeInSeconds ${holdTimeSeconds}`;
      return `Set-HcsBGPPeer -PeerAddress ${peerAddress} -PeerAsn ${peerAsn} -SelfAsn ${selfAsn} -SwitchName $switch${hold}`;
    }),
    'Get-HcsBGPPeers -SwitchName $switch',
  ];
}

function sorted({ peerAddress, peerAsn, selfAsn, holdTimeSeconds }: Peer): readonly unknown[] {
  return [peerAddress, peerAsn, selfAsn, holdTimeSeconds];
}
