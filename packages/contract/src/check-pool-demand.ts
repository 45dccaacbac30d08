import { addressSet, parseRange } from '@iotedge-networking/addressing';
import type { Problem } from './problem.ts';
import type { DeviceComputeNetwork } from './resolve-network.ts';

/** One Service that wants an external address. */
export interface AddressDemand {
  readonly owner: string;
  readonly pool?: string;
  /** Demands of one key share an address. */
  readonly key: string;
}

/** How many addresses there are, and how many are needed at least. */
export interface PoolBalance {
  readonly has: bigint;
  readonly needs: number;
}

/** Supply and demand over some ranges: addresses counted once, demands of one key counted once. Texts that are no ranges count nothing. */
export function poolBalance(ranges: readonly string[], demands: readonly AddressDemand[]): PoolBalance {
  const parsed = ranges.map((text) => parseRange(text)).flatMap((one) => (one.ok ? [one.range] : []));
  return { has: addressSet(parsed).count, needs: new Set(demands.map((demand) => demand.key)).size };
}

/** Where the external service IPs and the compute network stand in the document that was read. */
export interface DemandPaths {
  readonly pools: string;
  readonly computeNetwork: string;
}

/**
 * Rules N05 and N06: the external service IPs hold an address for every Service that wants one. What else runs in the cluster is not known here, so this is
 * the least that is needed.
 */
export function checkPoolDemand(
  compute: Pick<DeviceComputeNetwork, 'externalServiceIps' | 'subnet' | 'nodeIps'>,
  demands: readonly AddressDemand[],
  paths: DemandPaths,
): readonly Problem[] {
  const pools = compute.externalServiceIps;
  if (Object.keys(pools).length === 0) return undeclared(compute, demands, paths.computeNetwork);
  const whole = shortage(Object.values(pools).flat(), demands);
  if (whole !== undefined) return [problem(paths.pools, whole, '')];
  return Object.entries(pools).flatMap(([name, ranges]) => {
    const own = demands.filter((demand) => demand.pool === name);
    const short = shortage(ranges, own);
    return short === undefined ? [] : [problem(paths.pools, short, ` of pool ${name}`)];
  });
}

/** Where the compute network is described and the range left out, it was probably forgotten. */
function undeclared(
  { subnet, nodeIps }: Pick<DeviceComputeNetwork, 'subnet' | 'nodeIps'>,
  demands: readonly AddressDemand[],
  path: string,
): readonly Problem[] {
  if (demands.length === 0 || (subnet === undefined && nodeIps === undefined)) return [];
  const owners = demands.map(({ owner }) => owner).join(', ');
  const message = `No Kubernetes external service IPs are declared; ${owners} ${demands.length === 1 ? 'wants an address' : 'want addresses'}.`;
  const fix = 'Declare the range of the device, to know before deployment whether it is large enough.';
  return [{ code: 'N05', path, message, fix, level: 'warning' }];
}

interface Shortage extends PoolBalance {
  readonly owners: string;
}

function shortage(ranges: readonly string[], demands: readonly AddressDemand[]): Shortage | undefined {
  const { has, needs } = poolBalance(ranges, demands);
  if (has >= BigInt(needs)) return undefined;
  return { has, needs, owners: demands.map((demand) => demand.owner).join(', ') };
}

function problem(path: string, { has, needs, owners }: Shortage, where: string): Problem {
  const addresses = (count: bigint | number): string => `${count} address${BigInt(count) === 1n ? '' : 'es'}`;
  return {
    code: 'N06',
    path,
    message: `holds ${addresses(has)}${where}; ${addresses(needs)} are needed, for ${owners}.`,
    fix: 'Extend the range, expose fewer applications, or let some share an address (shareAddress).',
  };
}
