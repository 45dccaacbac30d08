import {
  addressAt,
  formatAddress,
  formatRange,
  parseAddress,
  parseRange,
  rangeContains,
  rangeIntersection,
  rangeSize,
  rangesOverlap,
  type Address,
  type AddressRange,
} from '@iotedge-networking/addressing';
import type { AddressPlan, DeclaredRange } from './address-plan.ts';
import { checkClaims } from './check-claims.ts';
import type { Problem } from './problem.ts';

/** A declared range that was understood. */
interface Known extends DeclaredRange {
  readonly range: AddressRange;
  readonly label: string;
}

/**
 * Checks the address rules N02–N04, N07, N08 and N12 (reference: device network rules) over one device's plan.
 * Texts that are no ranges are left to the schema; every other rule still answers.
 */
export function checkAddressPlan(plan: AddressPlan): readonly Problem[] {
  const nodeIps = known(plan.nodeIps, 'Kubernetes node IPs');
  const pools = plan.pools.flatMap((pool) =>
    pool.ranges.flatMap((range) => known(range, `external service IPs (pool ${pool.name})`)),
  );
  const inside = [known(plan.podSubnet, 'pod subnet'), known(plan.clusterIpSubnet, 'cluster IP subnet')].flat();
  const subnet = known(plan.subnet, 'subnet');
  return [
    ...nodeIps.flatMap((range) => checkNodeCount(range, plan)),
    ...checkDisjoint([...nodeIps, ...pools], 'N03'),
    ...[...nodeIps, ...pools].flatMap((range) => checkInSubnet(range, subnet[0], plan)),
    ...[...inside].flatMap((range) => checkHidden(range, plan)),
    ...checkDisjoint([...inside, ...subnet], 'N07'),
    ...(subnet.length > 0
      ? []
      : inside.flatMap((one) => [...nodeIps, ...pools].flatMap((other) => overlap(one, other, 'N07')))),
    ...[...inside, ...subnet].flatMap(checkHostBits),
    ...checkClaims(plan),
  ];
}

function known(declared: DeclaredRange | undefined, label: string): readonly Known[] {
  if (declared === undefined) return [];
  const parsed = parseRange(declared.text);
  return parsed.ok ? [{ ...declared, range: parsed.range, label }] : [];
}

/**
 * How many node IPs a device takes: one a node and one for the cluster, or six and seven for Azure Kubernetes Service (two for the management cluster,
 * two and one a node for the target cluster, one for updates).
 */
export function neededNodeIps(deviceNodes: number, kubernetes: AddressPlan['kubernetes']): number {
  return kubernetes === 'aks' ? deviceNodes + 5 : deviceNodes + 1;
}

function checkNodeCount(nodeIps: Known, { deviceNodes = 1, kubernetes }: AddressPlan): readonly Problem[] {
  const needed = BigInt(neededNodeIps(deviceNodes, kubernetes));
  const size = rangeSize(nodeIps.range);
  if (size >= needed) return [];
  const end = addressAt(nodeIps.range.family, nodeIps.range.first + needed - 1n);
  return [
    {
      code: 'N02',
      path: nodeIps.path,
      message: `holds ${size} address${size === 1n ? '' : 'es'}; a device of ${deviceNodes} node${deviceNodes === 1 ? '' : 's'}${kubernetes === 'aks' ? ' with AKS' : ''} needs ${needed}.`,
      fix: `Extend it, for example to ${formatRange({ ...nodeIps.range, last: end.value })}.`,
    },
  ];
}

function checkDisjoint(ranges: readonly Known[], code: string): readonly Problem[] {
  return ranges.flatMap((one, index) => ranges.slice(index + 1).flatMap((other) => overlap(one, other, code)));
}

function overlap(one: Known, other: Known, code: string): readonly Problem[] {
  const common = rangeIntersection(one.range, other.range);
  if (common === undefined) return [];
  const message = `overlaps the ${one.label} at ${formatRange(common)}.`;
  return [{ code, path: other.path, message, fix: `Choose ranges that share no address (${one.label}: ${one.text}).` }];
}

function checkInSubnet(range: Known, subnet: Known | undefined, plan: AddressPlan): readonly Problem[] {
  const reserved = [...reservedAddresses(subnet, plan.gateway), ...takenAddresses(plan)].filter(({ address }) =>
    rangeContains(range.range, address),
  );
  const problems = reserved.map(({ address, what }) => ({
    code: 'N04',
    path: range.path,
    message: `holds ${formatAddress(address)}, the ${what}.`,
    fix: 'Leave that address out.',
  }));
  if (subnet === undefined || rangeContains(subnet.range, range.range)) return problems;
  const partly = rangesOverlap(subnet.range, range.range) ? 'partly outside' : 'outside';
  return [
    {
      code: 'N04',
      path: range.path,
      message: `is ${partly} the subnet ${subnet.text}.`,
      fix: `Choose addresses of ${subnet.text}.`,
    },
    ...problems,
  ];
}

function reservedAddresses(
  subnet: Known | undefined,
  gateway: DeclaredRange | undefined,
): readonly { address: Address; what: string }[] {
  const gatewayAddress = gateway === undefined ? undefined : parseAddress(gateway.text);
  const edges =
    subnet?.range.family === 4 && rangeSize(subnet.range) > 2n
      ? [
          { address: addressAt(4, subnet.range.first), what: 'network address of the subnet' },
          { address: addressAt(4, subnet.range.last), what: 'broadcast address of the subnet' },
        ]
      : [];
  return gatewayAddress === undefined ? edges : [...edges, { address: gatewayAddress, what: 'gateway' }];
}

function takenAddresses({ otherAddresses = [] }: AddressPlan): readonly { address: Address; what: string }[] {
  return otherAddresses.flatMap(({ name, text }) => {
    const address = parseAddress(text);
    return address === undefined ? [] : [{ address, what: `address of ${name}` }];
  });
}

/** Pods reach nothing that lies in their own subnets: the device answers itself. */
function checkHidden(range: Known, plan: AddressPlan): readonly Problem[] {
  const taken = takenAddresses(plan).filter(({ address }) => rangeContains(range.range, address));
  const hidden = (plan.routes ?? [])
    .flatMap((route) => known(route, 'route'))
    .filter((route) => rangesOverlap(range.range, route.range));
  const fix = `Choose another ${range.label}, before compute is configured.`;
  return [
    ...taken.map(({ address, what }) => `holds ${formatAddress(address)}, the ${what}, which pods could not reach.`),
    ...hidden.map(({ text }) => `overlaps the route to ${text}, which pods could not reach.`),
  ].map((message) => ({ code: 'N07', path: range.path, message, fix }));
}

function checkHostBits(range: Known): readonly Problem[] {
  const parsed = parseRange(range.text);
  if (!parsed.ok || parsed.hostBits !== true) return [];
  const message = `has host bits set; it is read as ${formatRange(parsed.range)}.`;
  return [{ code: 'N08', path: range.path, message, level: 'warning' }];
}
