import { parseAddress, parseRange, rangeContains } from '@iotedge-networking/addressing';
import type { Problem } from './problem.ts';
import type { DeviceComputeNetwork } from './resolve-network.ts';

/** Where a field of the compute network stands, such as `computeNetwork.bgpPeers`. */
export type PathOf = (field: keyof DeviceComputeNetwork) => string;

type BgpPeer = DeviceComputeNetwork['bgpPeers'][number];

/**
 * Rule N13: AS numbers, hold time and address of every BGP peer, and whether peers and announcing mode go together. Sources: the device's BGP cmdlets (AS
 * numbers 1–65534 and 131072–4294967294), RFC 4271 section 4.2 (hold time).
 */
export function checkBgpPeers(computeNetwork: DeviceComputeNetwork, pathOf: PathOf): readonly Problem[] {
  const path = pathOf('bgpPeers');
  return [
    ...computeNetwork.bgpPeers.flatMap((peer, index) => checkPeer(peer, computeNetwork, `${path}[${index}]`)),
    ...checkMode(computeNetwork, pathOf),
  ];
}

function checkPeer(peer: BgpPeer, compute: DeviceComputeNetwork, path: string): readonly Problem[] {
  return [
    ...checkAsn(peer.peerAsn, `${path}.peerAsn`),
    ...checkAsn(peer.selfAsn, `${path}.selfAsn`),
    ...checkHoldTime(peer.holdTimeSeconds, `${path}.holdTimeSeconds`),
    ...checkAddress(peer.peerAddress, compute, `${path}.peerAddress`),
  ];
}

function checkAsn(asn: number, path: string): readonly Problem[] {
  if (asn <= 65534 || asn >= 131072) return [];
  const fix = 'Choose 1 to 65534 or 131072 to 4294967294; 64512 to 65534 are for private use.';
  return [{ code: 'N13', path, message: `The device does not take the AS number ${asn}.`, fix }];
}

function checkHoldTime(seconds: number | undefined, path: string): readonly Problem[] {
  if (seconds === undefined || seconds === 0 || (seconds >= 3 && seconds <= 65535)) return [];
  const message = `A hold time of ${seconds} s is not one of BGP.`;
  return [{ code: 'N13', path, message, fix: 'Choose 3 to 65535 seconds, or 0 to send no keepalives.' }];
}

function checkAddress(text: string, compute: DeviceComputeNetwork, path: string): readonly Problem[] {
  const address = parseAddress(text);
  if (address === undefined) return [];
  const holds = (range: string | undefined): boolean => {
    const parsed = parseRange(range ?? '');
    return parsed.ok && rangeContains(parsed.range, address);
  };
  const own = [
    { what: 'Kubernetes node IPs', is: holds(compute.nodeIps) },
    { what: 'Kubernetes external service IPs', is: Object.values(compute.externalServiceIps).flat().some(holds) },
    { what: 'pod subnet', is: holds(compute.podSubnet) },
    { what: 'cluster IP subnet', is: holds(compute.clusterIpSubnet) },
  ].find(({ is }) => is);
  if (own === undefined) return [];
  const message = `${text} is an address of the device itself, in its ${own.what}.`;
  return [{ code: 'N13', path, message, fix: 'Give the address of the router.' }];
}

function checkMode({ announce, bgpPeers }: DeviceComputeNetwork, pathOf: PathOf): readonly Problem[] {
  if (announce === 'bgp' && bgpPeers.length === 0)
    return [
      {
        code: 'N13',
        path: pathOf('announce'),
        message: 'BGP is asked for without a peer; MetalLB then announces by layer 2.',
        fix: 'List bgpPeers, or leave announce out.',
        level: 'warning',
      },
    ];
  if (announce === 'bgp' || bgpPeers.length === 0) return [];
  return [
    {
      code: 'N13',
      path: pathOf('bgpPeers'),
      message: 'The device has peers, so it announces by BGP.',
      fix: 'Add announce: bgp.',
      level: 'warning',
    },
  ];
}
