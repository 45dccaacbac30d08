import { addressSet, parseRange } from '@iotedge-networking/addressing';
import type { Problem } from '@iotedge-networking/contract';
import { computePath, type DeviceScope } from './device-scope.ts';

interface Demand {
  readonly owner: string;
  readonly pool?: string;
  /** Claims of one key share an address. */
  readonly key: string;
}

/**
 * Rules N05 and N06: the external service IPs hold an address for every Service that wants one; Services with one sharing key count once, and the managed
 * device needs one more for edgeHub. What else runs in the cluster is not known here, so this is the least that is needed.
 */
export function checkPoolDemand(scope: DeviceScope): readonly Problem[] {
  const pools = scope.device.computeNetwork.externalServiceIps;
  const demands = demandsOf(scope);
  if (Object.keys(pools).length === 0) return undeclared(scope, demands);
  const path = computePath(scope, 'externalServiceIps');
  const whole = shortage(Object.values(pools).flat(), demands);
  if (whole !== undefined) return [problem(path, whole, '')];
  return Object.entries(pools).flatMap(([name, ranges]) => {
    const short = shortage(
      ranges,
      demands.filter((demand) => demand.pool === name),
    );
    return short === undefined ? [] : [problem(path, short, ` of pool ${name}`)];
  });
}

/** Where network.yaml describes the compute network and leaves out the range, it was probably forgotten. */
function undeclared({ device }: DeviceScope, demands: readonly Demand[]): readonly Problem[] {
  const { subnet, nodeIps } = device.computeNetwork;
  if (demands.length === 0 || (subnet === undefined && nodeIps === undefined)) return [];
  const owners = demands.map(({ owner }) => owner).join(', ');
  const message = `No Kubernetes external service IPs are declared; ${owners} ${demands.length === 1 ? 'wants an address' : 'want addresses'}.`;
  const fix = 'Declare the range of the device, to know before deployment whether it is large enough.';
  return [{ code: 'N05', path: 'computeNetwork', message, fix, level: 'warning' }];
}

function demandsOf({ network, device }: DeviceScope): readonly Demand[] {
  const apps = network.profile === 'vm' ? [] : device.apps;
  const exposed = [...apps, ...device.services].filter((entry) => entry.expose === 'external');
  const adopted = device.services.some((service) => service.adopt === 'edgehub');
  const edgeHub = network.profile === 'ase-k8s' && !adopted ? [{ owner: 'edgeHub', key: 'edgeHub' }] : [];
  return [
    ...edgeHub,
    ...exposed.map((entry) => ({
      owner: entry.name,
      pool: entry.pool,
      key: entry.shareAddress === undefined ? `own ${entry.name}` : `shared ${entry.shareAddress}`,
    })),
  ];
}

interface Shortage {
  readonly has: bigint;
  readonly needs: number;
  readonly owners: string;
}

function shortage(ranges: readonly string[], demands: readonly Demand[]): Shortage | undefined {
  const parsed = ranges.map((text) => parseRange(text)).flatMap((one) => (one.ok ? [one.range] : []));
  const has = addressSet(parsed).count;
  const needs = new Set(demands.map((demand) => demand.key)).size;
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
