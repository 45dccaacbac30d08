import { formatAddress, parseAddress, parseRange, rangeContains } from '@iotedge-networking/addressing';
import {
  checkAddressPlan,
  checkBgpPeers,
  checkPoolDemand,
  checkRebuild,
  planOfCompute,
  poolBalance,
  type AddressClaim,
  type AddressDemand,
  type ComputePath,
  type DeviceComputeNetwork,
  type PoolBalance,
  type Problem,
} from '@iotedge-networking/contract';
import type { DeviceView } from './device-view.ts';
import { malformedTexts } from './malformed-texts.ts';

/** What the rules have to know of the device. */
export type DraftContext = Pick<
  DeviceView,
  'profile' | 'hasCluster' | 'computeNetwork' | 'claims' | 'nodes' | 'services'
>;

/**
 * Answers the rules of the Compute network over a draft: N01 (texts that are no ranges), N02–N05, N07, N08, N12, N14 (address plan), N06 (supply and demand), N09 (what
 * cannot change while the cluster stands), N10 (addresses that are in use and would leave the ranges, a warning here: the preview names each loser) and N13 (BGP).
 * Paths are fields of the draft: `nodeIps`, `externalServiceIps.default[0]`, `bgpPeers[0].peerAsn`; problems of what is exposed keep the path of the claim.
 * Fast enough to run on every key press.
 */
export function checkDraft(draft: DeviceComputeNetwork, context: DraftContext): readonly Problem[] {
  const malformed = malformedTexts(draft);
  const others = [
    ...checkAddressPlan(planOfCompute(draft, context.claims, draftPath)),
    ...checkPoolDemand(draft, demandsOf(context), {
      pools: 'externalServiceIps',
      computeNetwork: 'externalServiceIps',
    }),
    ...checkBgpPeers(draft, (field) => field),
    ...lockedFields(draft, context),
    ...addressesLeft(draft, context),
  ];
  // What cannot be read cannot be judged either: its field, and what is said of all ranges together, wait.
  return unique([
    ...malformed,
    ...others.filter(({ path }) => !malformed.some((known) => known.path.startsWith(path))),
  ]);
}

/** Demand against supply of the external service IPs: what the draft holds, and what is needed at least. */
export function draftBalance(draft: DeviceComputeNetwork, context: DraftContext): PoolBalance {
  return poolBalance(Object.values(draft.externalServiceIps).flat(), demandsOf(context));
}

/** One address each, one for all Services of a sharing key; the managed device needs one more for edgeHub. */
function demandsOf({ profile, claims, services }: DraftContext): readonly AddressDemand[] {
  const wished = claims.filter(({ expose }) => expose === 'external').map(demandOf);
  const known = new Set(wished.map(({ owner }) => owner));
  const holding = services.filter(
    ({ namespace, name, ips, type }) =>
      !known.has(`${namespace}/${name}`) && (type === 'LoadBalancer' || ips.length > 0),
  );
  const others = holding.map(({ namespace, name, ips }) => {
    const owner = `${namespace}/${name}`;
    return { owner, key: ips.length === 0 ? `own ${owner}` : `address ${ips.join(',')}` };
  });
  const hasEdgeHub = [...known, ...others.map(({ owner }) => owner)].some((owner) => owner.endsWith('/edgehub'));
  const edgeHub = profile === 'ase-k8s' && !hasEdgeHub ? [{ owner: 'edgeHub', key: 'edgeHub' }] : [];
  return [...edgeHub, ...wished, ...others];
}

function demandOf({ owner, pool, shareKey }: AddressClaim): AddressDemand {
  return { owner, pool, key: shareKey === undefined ? `own ${owner}` : `shared ${shareKey}` };
}

/** `externalServiceIps.default[0]`, `otherAddresses.DNS`, `routes[1]`. */
const draftPath: ComputePath = (field, ...inside) =>
  inside.reduce<string>((path, step) => (typeof step === 'number' ? `${path}[${step}]` : `${path}.${step}`), field);

const LOCKED = ['podSubnet', 'clusterIpSubnet', 'nodeIps', 'deviceNodes'] as const;

/** N09: what the cluster has says best what cannot be; where it does not tell, any change of a locked field is one too many. */
function lockedFields(draft: DeviceComputeNetwork, context: DraftContext): readonly Problem[] {
  if (!context.hasCluster) return [];
  const nodeIps = context.nodes.map(({ ip }) => ip);
  const clusterIps = context.services.flatMap(({ clusterIp = '' }) => clusterIp.split(','));
  const strangers = checkRebuild(draft, { nodeIps, clusterIps }, (field) => field);
  const changed = LOCKED.filter((field) => {
    const [before, now] = [context.computeNetwork[field], draft[field]];
    return before !== undefined && before !== now && !strangers.some(({ path }) => path === field);
  });
  return [
    ...strangers,
    ...changed.map((field) => ({
      code: 'N09',
      path: field,
      message: 'cannot change while the cluster stands.',
      fix: `Write what the device has (${String(context.computeNetwork[field])}). To change it, remove the compute role and configure it again: its modules and Services are lost.`,
      ...(field === 'nodeIps' ? { level: 'warning' as const } : {}),
    })),
  ];
}

/** N10: external addresses that Services have and that no range of the draft holds any more. */
function addressesLeft(draft: DeviceComputeNetwork, { services, computeNetwork }: DraftContext): readonly Problem[] {
  const next = rangesOf(draft);
  const before = rangesOf(computeNetwork);
  const left = services.flatMap(({ namespace, name, ips }) =>
    ips.flatMap((text) => {
      const address = parseAddress(text);
      const inside = (ranges: typeof next): boolean =>
        address !== undefined && ranges.some((range) => rangeContains(range, address));
      return address !== undefined && inside(before) && !inside(next)
        ? [`${formatAddress(address)} of ${namespace}/${name}`]
        : [];
    }),
  );
  if (left.length === 0) return [];
  const shown = left.slice(0, 5).join(', ') + (left.length > 5 ? ` and ${left.length - 5} more` : '');
  return [
    {
      code: 'N10',
      path: 'externalServiceIps',
      message: `no longer holds ${shown}.`,
      fix: 'Keep these addresses in a range, or apply knowing that the Services lose or change them.',
      level: 'warning',
    },
  ];
}

function rangesOf(compute: DeviceComputeNetwork) {
  return Object.values(compute.externalServiceIps)
    .flat()
    .flatMap((text) => {
      const parsed = parseRange(text);
      return parsed.ok ? [parsed.range] : [];
    });
}

function unique(problems: readonly Problem[]): readonly Problem[] {
  return [
    ...new Map(problems.map((problem) => [`${problem.code} ${problem.path} ${problem.message}`, problem])).values(),
  ];
}
