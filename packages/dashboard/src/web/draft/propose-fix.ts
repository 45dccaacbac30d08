import {
  addressAt,
  formatAddress,
  formatCidr,
  parseAddress,
  parseCidr,
  parseRange,
  cidrToRange,
} from '@iotedge-networking/addressing';
import { neededNodeIps, type DeviceComputeNetwork, type PoolBalance, type Problem } from '@iotedge-networking/contract';
import { computeOf, formOf, rangesOf, type ComputeForm, type PeerText } from './compute-form.ts';
import { freeRange, largestPart, sizeOf } from './free-range.ts';

/** A change of the form that mends a problem. */
export interface Fix {
  /** `set`: another value. `back`: the value the device has. `bgp`, `layer2`: how addresses are announced. */
  readonly kind: 'set' | 'back' | 'bgp' | 'layer2';
  readonly value: string;
  readonly form: ComputeForm;
}

/** What a fix is looked for with. */
export interface FixContext {
  readonly form: ComputeForm;
  /** The Compute network that the device has. */
  readonly base: DeviceComputeNetwork;
  readonly balance: PoolBalance;
}

/** A change that mends the problem, or undefined when only a person can know. */
export function proposeFix(problem: Problem, context: FixContext): Fix | undefined {
  const fix = FIXES[problem.code]?.(problem, context);
  return fix === undefined || fix.form === context.form ? undefined : fix;
}

type Propose = (problem: Problem, context: FixContext) => Fix | undefined;

const FIXES: Readonly<Record<string, Propose | undefined>> = {
  N01: malformed,
  N02: tooFewNodeIps,
  N03: overlapping,
  N04: outsideSubnet,
  N05: tooSmallPool,
  N06: tooSmallPool,
  N07: clashingSubnet,
  N08: hostBits,
  N09: putBack,
  N10: putBack,
  N12: (_problem, context) => back('externalServiceIps', context),
  N13: bgp,
};

type TextField = 'subnet' | 'gateway' | 'nodeIps' | 'podSubnet' | 'clusterIpSubnet';

const isTextField = (path: string): path is TextField =>
  ['subnet', 'gateway', 'nodeIps', 'podSubnet', 'clusterIpSubnet'].includes(path);

function set(form: ComputeForm, path: string, value: string | undefined): Fix | undefined {
  if (value === undefined || value === '') return undefined;
  if (isTextField(path)) return { kind: 'set', value, form: { ...form, [path]: value } };
  const place = poolPlace(path);
  if (place === undefined) return undefined;
  if (form.pools.length === 0)
    return { kind: 'set', value, form: { ...form, pools: [{ name: place.name, ranges: value }] } };
  const pools = form.pools.map((pool) => {
    if (pool.name !== place.name) return pool;
    const ranges = rangesOf(pool.ranges);
    return { ...pool, ranges: (ranges.length === 0 ? [value] : ranges.with(place.index, value)).join(', ') };
  });
  return { kind: 'set', value, form: { ...form, pools } };
}

function textAt(form: ComputeForm, path: string): string {
  if (isTextField(path)) return form[path].trim();
  const place = poolPlace(path);
  const pool = form.pools.find(({ name }) => name === place?.name);
  return rangesOf(pool?.ranges ?? '')[place?.index ?? 0] ?? '';
}

function poolPlace(path: string): { readonly name: string; readonly index: number } | undefined {
  const match = /^externalServiceIps\.(.+)\[(\d+)\]$/.exec(path);
  return match === null ? undefined : { name: match[1] ?? '', index: Number(match[2]) };
}

/** Every range but the one at `path`, and what no range may hold. */
function others(form: ComputeForm, path: string): readonly string[] {
  const compute = computeOf(form);
  const pools = Object.entries(compute.externalServiceIps).flatMap(([name, ranges]) =>
    ranges.map((text, index) => ({ text, path: `externalServiceIps.${name}[${index}]` })),
  );
  const all = [{ text: compute.nodeIps ?? '', path: 'nodeIps' }, ...pools];
  return [...all.filter((one) => one.path !== path).map(({ text }) => text), ...reserved(form)];
}

/** The gateway, and the first and last address of the subnet. */
function reserved({ gateway, subnet }: ComputeForm): readonly string[] {
  const cidr = parseCidr(subnet.trim());
  const edges = cidr === undefined ? [] : [cidrToRange(cidr).first, cidrToRange(cidr).last];
  return [gateway.trim(), ...edges.map((value) => formatAddress(addressAt(cidr?.family ?? 4, value)))];
}

function malformed({ path }: Problem, { form, base }: FixContext): Fix | undefined {
  const [first = '', last = '', ...rest] = textAt(form, path)
    .split('-')
    .map((part) => part.trim());
  const isTurned = rest.length === 0 && parseAddress(first) !== undefined && parseAddress(last) !== undefined;
  if (isTurned && parseRange(`${last}-${first}`).ok) return set(form, path, `${last}-${first}`);
  return back(path, { form, base });
}

function tooFewNodeIps({ path }: Problem, { form }: FixContext): Fix | undefined {
  const size = nodeIpsFor(form);
  const near = textAt(form, path);
  return set(form, path, freeRange({ within: spaceOf(form, near), avoid: others(form, path), size, near }));
}

/** Where there is no subnet, the neighbourhood of the range. */
function spaceOf({ subnet }: ComputeForm, near: string): string {
  if (parseCidr(subnet.trim()) !== undefined) return subnet.trim();
  const [address = ''] = near.split(/[-/]/);
  return `${address.trim()}/24`;
}

function overlapping({ path }: Problem, { form }: FixContext): Fix | undefined {
  const text = textAt(form, path);
  const avoid = others(form, path);
  const left = largestPart(text, undefined, avoid);
  if (left !== undefined && sizeOf(left) >= leastSize(form, path)) return set(form, path, left);
  return set(form, path, freeRange({ within: spaceOf(form, text), avoid, size: sizeOf(text), near: text }));
}

/** As rule N02 counts them. */
function nodeIpsFor({ deviceNodes, kept }: ComputeForm): number {
  return neededNodeIps(Number(deviceNodes), kept.kubernetes);
}

function leastSize(form: ComputeForm, path: string): number {
  return path === 'nodeIps' ? nodeIpsFor(form) : 1;
}

function outsideSubnet({ path }: Problem, { form }: FixContext): Fix | undefined {
  const text = textAt(form, path);
  const space = spaceOf(form, text);
  const avoid = others(form, path);
  const left = largestPart(text, space, avoid);
  if (left !== undefined && sizeOf(left) >= leastSize(form, path)) return set(form, path, left);
  const size = Math.max(leastSize(form, path), Math.min(sizeOf(text), sizeOf(space)));
  return set(form, path, freeRange({ within: space, avoid, size, near: text }));
}

/** Lengthens the last range of the last pool by what is missing. */
function tooSmallPool(_problem: Problem, { form, balance }: FixContext): Fix | undefined {
  const pool = form.pools.at(-1);
  const ranges = rangesOf(pool?.ranges ?? '');
  const path = `externalServiceIps.${pool?.name ?? 'default'}[${Math.max(0, ranges.length - 1)}]`;
  const near = ranges.at(-1) ?? textAt(form, 'nodeIps');
  const missing = Math.max(1, balance.needs - Number(balance.has));
  const size = sizeOf(ranges.at(-1) ?? '') + missing;
  return set(form, path, freeRange({ within: spaceOf(form, near), avoid: others(form, path), size, near }));
}

const INSIDE = ['172.27.0.0/16', '172.28.0.0/16', '172.29.0.0/16', '172.30.0.0/16', '10.244.0.0/16', '10.245.0.0/16'];

/** The subnets inside the cluster can move; the network outside is what it is. */
function clashingSubnet({ path }: Problem, { form, base }: FixContext): Fix | undefined {
  const inside = path === 'podSubnet' || path === 'clusterIpSubnet' ? path : 'clusterIpSubnet';
  const other = inside === 'podSubnet' ? form.clusterIpSubnet : form.podSubnet;
  const avoid = [other, form.subnet, ...others(form, '')];
  const fits = (text: string): boolean => largestPart(text, undefined, avoid) === normalised(text);
  const own = base[inside];
  return set(form, inside, fits(own) ? own : INSIDE.find(fits));
}

function normalised(text: string): string | undefined {
  return largestPart(text, undefined, []);
}

function hostBits({ path }: Problem, { form }: FixContext): Fix | undefined {
  const cidr = parseCidr(textAt(form, path));
  return set(form, path, cidr === undefined ? undefined : formatCidr(cidr));
}

function putBack({ path }: Problem, { form, base }: FixContext): Fix | undefined {
  return back(path, { form, base });
}

function back(path: string, { form, base }: Pick<FixContext, 'form' | 'base'>): Fix | undefined {
  const before = formOf(base);
  if (path.startsWith('externalServiceIps')) {
    const value = before.pools.map(({ ranges }) => ranges).join(', ');
    return value === '' || JSON.stringify(before.pools) === JSON.stringify(form.pools)
      ? undefined
      : { kind: 'back', value, form: { ...form, pools: before.pools } };
  }
  if (path === 'deviceNodes')
    return { kind: 'back', value: before.deviceNodes, form: { ...form, deviceNodes: before.deviceNodes } };
  if (!isTextField(path) || before[path] === '') return undefined;
  return { kind: 'back', value: before[path], form: { ...form, [path]: before[path] } };
}

const PEER_VALUES: Readonly<Partial<Record<string, (form: ComputeForm) => string>>> = {
  peerAsn: () => '64512',
  selfAsn: () => '64513',
  holdTimeSeconds: () => '15',
  peerAddress: ({ gateway }) => gateway,
};

function bgp({ path }: Problem, { form }: FixContext): Fix | undefined {
  if (path === 'announce') return { kind: 'layer2', value: '', form: { ...form, announce: 'layer2' } };
  if (path === 'bgpPeers') return { kind: 'bgp', value: '', form: { ...form, announce: 'bgp' } };
  const match = /^bgpPeers\[(\d+)\]\.(\w+)$/.exec(path);
  const index = Number(match?.[1]);
  const peer = form.peers[index];
  const field = (match?.[2] ?? '') as keyof PeerText;
  const value = PEER_VALUES[field]?.(form) ?? '';
  if (peer === undefined || value === '') return undefined;
  return { kind: 'set', value, form: { ...form, peers: form.peers.with(index, { ...peer, [field]: value }) } };
}
