import type { Family } from '@iotedge-networking/addressing';
import type { AddressRequest, RequestFamily } from './address-request.ts';
import { ipFamily } from './ip-number.ts';
import type { Ip } from './ip-number.ts';
import type { Behaviour } from './metallb-version.ts';
import type { Pool } from './pool-table.ts';

/** One way to serve a request. */
export interface Choice {
  readonly pool: Pool;
  readonly ips: readonly Ip[];
}

/** At least one choice; the first is the one this model takes, the others are what MetalLB might as well take. */
export type Choices = readonly [Choice, ...Choice[]];

/** Gives the first address of a pool's family that the request may have. */
export type FirstAddress = (pool: Pool, family: Family) => Ip | undefined;

/** Families that one pool has to give together, and those it gives as well when it can. */
export interface FamilySet {
  readonly required: readonly Family[];
  readonly optional?: readonly Family[];
}

/** Sets of families to try, best first. */
export type FamilyOrder = readonly FamilySet[];

/**
 * Every choice MetalLB may make among these pools; groups are tried in order, pools inside a group in random order, so that
 * more than one choice means MetalLB rolls dice. Undefined when there is none.
 * Source: MetalLB internal/allocator findBestPoolForService and, before 0.14.9, AllocateFromPool.
 */
export function choicesAmong(
  groups: readonly (readonly Pool[])[],
  order: FamilyOrder,
  first: FirstAddress,
  behaviour: Behaviour,
): Choices | undefined {
  for (const families of order) {
    for (const group of groups) {
      const choices = choicesIn(group, families, first, behaviour);
      if (choices !== undefined) return choices;
    }
  }
  return undefined;
}

function choicesIn(
  group: readonly Pool[],
  families: FamilySet,
  first: FirstAddress,
  behaviour: Behaviour,
): Choices | undefined {
  let choices: [Choice, ...Choice[]] | undefined;
  for (const pool of group) {
    const ips = addressesIn(pool, families, first);
    if (ips === undefined) continue;
    const choice = { pool, ips: behaviour.prefersDualStack ? ips : inOrderWritten(pool, ips) };
    if (choices === undefined) choices = [choice];
    else choices.push(choice);
  }
  return choices;
}

const ipv4Only: FamilyOrder = [{ required: [4] }];
const ipv6Only: FamilyOrder = [{ required: [6] }];
const pairOnly: FamilyOrder = [{ required: [4, 6] }];

/** Which sets of families a Service may be given, best first (R22, R23). */
export function familyOrder(
  family: RequestFamily,
  request: Pick<AddressRequest, 'policy' | 'prefersIpv6'>,
  behaviour: Behaviour,
): FamilyOrder {
  const isByPolicy = behaviour.prefersDualStack && !behaviour.alignsWithClusterIps && request.policy !== 'SingleStack';
  if (family === 'dual') return pairOrder(request, behaviour);
  if (isByPolicy) return policyOrder(family, request.policy);
  return family === 'ipv4' ? ipv4Only : ipv6Only;
}

function pairOrder(
  { policy, prefersIpv6 }: Pick<AddressRequest, 'policy' | 'prefersIpv6'>,
  behaviour: Behaviour,
): FamilyOrder {
  if (!behaviour.prefersDualStack || policy === 'RequireDualStack') return pairOnly;
  if (policy !== 'PreferDualStack') return [];
  return prefersIpv6 ? [...pairOnly, ...ipv6Only, ...ipv4Only] : [...pairOnly, ...ipv4Only, ...ipv6Only];
}

/** In 0.14.9 the policy alone decided, even with one cluster IP: such a Service gets a pair where the pool has one. */
function policyOrder(family: 'ipv4' | 'ipv6', policy: string): FamilyOrder {
  if (policy === 'RequireDualStack') return pairOnly;
  return family === 'ipv4' ? [{ required: [4], optional: [6] }] : [{ required: [6], optional: [4] }];
}

function addressesIn(pool: Pool, families: FamilySet, first: FirstAddress): readonly Ip[] | undefined {
  const [family] = families.required;
  if (family === undefined || families.required.length > 1 || families.optional !== undefined) {
    return manyAddressesIn(pool, families, first);
  }
  const ip = first(pool, family);
  return ip === undefined ? undefined : [ip];
}

function manyAddressesIn(pool: Pool, { required, optional = [] }: FamilySet, first: FirstAddress): Ip[] | undefined {
  const given = required.map((family) => first(pool, family));
  const ips = given.filter((ip) => ip !== undefined);
  if (ips.length < given.length) return undefined;
  const extra = optional.map((family) => first(pool, family)).filter((ip) => ip !== undefined);
  return extra.length === 0 ? ips : [...ips, ...extra].sort((a, b) => ipFamily(a) - ipFamily(b));
}

/** Before 0.14.9 a pair came in the order of the pool's entries, afterwards IPv4 first (R24). */
function inOrderWritten(pool: Pool, ips: readonly Ip[]): readonly Ip[] {
  if (ips.length < 2) return ips;
  const place = (ip: Ip): number =>
    pool.networks.findIndex(({ first, last }) => typeof first === typeof ip && first <= ip && ip <= last);
  return [...ips].sort((a, b) => place(a) - place(b));
}
