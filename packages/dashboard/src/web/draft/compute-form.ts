import type { DeviceComputeNetwork } from '@iotedge-networking/contract';

/** A pool as it is typed: its ranges in one text, separated by commas. */
export interface PoolText {
  readonly name: string;
  readonly ranges: string;
}

/** A BGP peer as it is typed. */
export interface PeerText {
  readonly peerAddress: string;
  readonly peerAsn: string;
  readonly selfAsn: string;
  readonly holdTimeSeconds: string;
}

/** The Compute network as it is typed: texts, so that nothing is lost while it is half written. */
export interface ComputeForm {
  readonly deviceNodes: string;
  readonly subnet: string;
  readonly gateway: string;
  readonly nodeIps: string;
  readonly pools: readonly PoolText[];
  readonly podSubnet: string;
  readonly clusterIpSubnet: string;
  readonly announce: 'layer2' | 'bgp';
  readonly peers: readonly PeerText[];
  readonly managePools: boolean;
  /** What has no field on the page stays as it is. */
  readonly kept: Pick<DeviceComputeNetwork, 'kubernetes' | 'otherAddresses' | 'routes'>;
}

/** A peer that nothing was typed for yet. */
export const NEW_PEER: PeerText = { peerAddress: '', peerAsn: '64512', selfAsn: '64513', holdTimeSeconds: '' };

/** The texts of a Compute network. */
export function formOf(compute: DeviceComputeNetwork): ComputeForm {
  const pools = Object.entries(compute.externalServiceIps).map(([name, ranges]) => ({
    name,
    ranges: ranges.join(', '),
  }));
  return {
    deviceNodes: String(compute.deviceNodes),
    subnet: compute.subnet ?? '',
    gateway: compute.gateway ?? '',
    nodeIps: compute.nodeIps ?? '',
    pools: pools.length > 0 ? pools : [{ name: 'default', ranges: '' }],
    podSubnet: compute.podSubnet,
    clusterIpSubnet: compute.clusterIpSubnet,
    announce: compute.announce,
    peers: compute.bgpPeers.map((peer) => ({
      peerAddress: peer.peerAddress,
      peerAsn: String(peer.peerAsn),
      selfAsn: String(peer.selfAsn),
      holdTimeSeconds: peer.holdTimeSeconds === undefined ? '' : String(peer.holdTimeSeconds),
    })),
    managePools: compute.managePools,
    kept: keptOf(compute),
  };
}

/** What the texts say. Empty optional fields are absent, pools without a range too; a number that is none becomes 0, which no rule takes. */
export function computeOf(form: ComputeForm): DeviceComputeNetwork {
  return {
    subnet: optional(form.subnet),
    gateway: optional(form.gateway),
    deviceNodes: numberOf(form.deviceNodes),
    nodeIps: optional(form.nodeIps),
    externalServiceIps: poolsOf(form.pools),
    podSubnet: form.podSubnet.trim(),
    clusterIpSubnet: form.clusterIpSubnet.trim(),
    announce: form.announce,
    bgpPeers: form.peers.map((peer) => ({
      peerAddress: peer.peerAddress.trim(),
      peerAsn: numberOf(peer.peerAsn),
      selfAsn: numberOf(peer.selfAsn),
      ...(peer.holdTimeSeconds.trim() === '' ? {} : { holdTimeSeconds: numberOf(peer.holdTimeSeconds) }),
    })),
    managePools: form.managePools,
    ...form.kept,
  };
}

function keptOf({ kubernetes, otherAddresses, routes }: DeviceComputeNetwork): ComputeForm['kept'] {
  return {
    ...(kubernetes === undefined ? {} : { kubernetes }),
    ...(otherAddresses === undefined ? {} : { otherAddresses }),
    ...(routes === undefined ? {} : { routes }),
  };
}

function poolsOf(pools: readonly PoolText[]): Readonly<Record<string, readonly string[]>> {
  const named = pools.flatMap(({ name, ranges }) => {
    const texts = rangesOf(ranges);
    return texts.length === 0 ? [] : [[name.trim() === '' ? 'default' : name.trim(), texts] as const];
  });
  const result: Record<string, readonly string[]> = {};
  for (const [name, texts] of named) result[name] = [...(result[name] ?? []), ...texts];
  return result;
}

/** The ranges in a text that separates them by commas or line ends. */
export function rangesOf(text: string): readonly string[] {
  return text
    .split(/[,;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function optional(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed === '' ? undefined : trimmed;
}

function numberOf(text: string): number {
  return /^\d{1,10}$/.test(text.trim()) ? Number(text) : 0;
}

/** How many fields say something else than before; a pool or a peer more or less counts as one. */
export function changedFields(before: DeviceComputeNetwork, now: DeviceComputeNetwork): readonly string[] {
  const names = Object.keys({ ...before, ...now }) as (keyof DeviceComputeNetwork)[];
  return names.filter((name) => canonical(before[name]) !== canonical(now[name]));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
