import type { Family } from '@iotedge-networking/addressing';
import type { AddressRequest, RequestFamily } from './address-request.ts';
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

/** Sets of families to try, best first. */
export type FamilyOrder = readonly (readonly Family[])[];

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
      const [choice, ...others] = choicesIn(group, families, first, behaviour);
      if (choice !== undefined) return [choice, ...others];
    }
  }
  return undefined;
}

function choicesIn(
  group: readonly Pool[],
  families: readonly Family[],
  first: FirstAddress,
  behaviour: Behaviour,
): readonly Choice[] {
  const choices: Choice[] = [];
  for (const pool of group) {
    const ips = addressesIn(pool, families, first);
    if (ips !== undefined) choices.push({ pool, ips: behaviour.prefersDualStack ? ips : inOrderWritten(pool, ips) });
  }
  return choices;
}

const ipv4Only: FamilyOrder = [[4]];
const ipv6Only: FamilyOrder = [[6]];

/** Which sets of families a Service may be given, best first (R22, R23). */
export function familyOrder(
  family: RequestFamily,
  { policy, prefersIpv6 }: Pick<AddressRequest, 'policy' | 'prefersIpv6'>,
  behaviour: Behaviour,
): FamilyOrder {
  if (family === 'ipv4') return ipv4Only;
  if (family === 'ipv6') return ipv6Only;
  if (!behaviour.prefersDualStack || policy === 'RequireDualStack') return [[4, 6]];
  if (policy !== 'PreferDualStack') return [];
  return prefersIpv6 ? [[4, 6], [6], [4]] : [[4, 6], [4], [6]];
}

function addressesIn(pool: Pool, families: readonly Family[], first: FirstAddress): Ip[] | undefined {
  const ips: Ip[] = [];
  for (const family of families) {
    const ip = first(pool, family);
    if (ip === undefined) return undefined;
    ips.push(ip);
  }
  return ips;
}

/** Before 0.14.9 a pair came in the order of the pool's entries, afterwards IPv4 first (R24). */
function inOrderWritten(pool: Pool, ips: readonly Ip[]): readonly Ip[] {
  const place = (ip: Ip): number =>
    pool.networks.findIndex(({ first, last }) => typeof first === typeof ip && first <= ip && ip <= last);
  return [...ips].sort((a, b) => place(a) - place(b));
}
