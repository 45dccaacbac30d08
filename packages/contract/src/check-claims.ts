import {
  formatRange,
  parseAddress,
  parseCidr,
  parseRange,
  rangeContains,
  cidrToRange,
} from '@iotedge-networking/addressing';
import type { AddressClaim, AddressPlan } from './address-plan.ts';
import type { Problem } from './problem.ts';

/**
 * Rules about what Services ask: N12 (a pinned address lies in the external service IPs, in the named pool, and has one owner unless shared by
 * MetalLB's sharing rules), Services with one sharing key can share, and a port is claimed once per Service.
 */
export function checkClaims(plan: AddressPlan): readonly Problem[] {
  return [
    ...plan.claims.flatMap((claim) => [...checkPin(claim, plan), ...checkPool(claim, plan), ...checkPorts(claim)]),
    ...checkOwners(plan.claims),
    ...checkSharing(plan.claims),
  ];
}

function checkPin(claim: AddressClaim, plan: AddressPlan): readonly Problem[] {
  const path = `${claim.path}.address`;
  const address = claim.address === undefined ? undefined : parseAddress(claim.address);
  if (claim.address === undefined || address === undefined) return [];
  if (claim.expose === 'internal')
    return [
      {
        code: 'N12',
        path,
        message: 'is an external address, but the Service is internal.',
        fix: 'Set expose: external, or leave the address out.',
      },
    ];
  const holder = plan.pools.find((pool) => pool.ranges.some((range) => holds(range.text, claim.address ?? '')));
  if (plan.pools.length === 0) return [];
  if (holder === undefined) {
    const ranges = plan.pools.flatMap((pool) => pool.ranges.map((range) => range.text)).join(', ');
    return [
      {
        code: 'N12',
        path,
        message: `${claim.address} is outside the external service IPs.`,
        fix: `Choose an address of ${ranges}.`,
      },
    ];
  }
  if (claim.pool === undefined || claim.pool === holder.name) return [];
  return [
    {
      code: 'N12',
      path,
      message: `${claim.address} is in pool ${holder.name}, but the Service names pool ${claim.pool}.`,
      fix: 'Make both agree.',
    },
  ];
}

function holds(rangeText: string, addressText: string): boolean {
  const range = parseRange(rangeText);
  const address = parseAddress(addressText);
  return range.ok && address !== undefined && rangeContains(range.range, address);
}

function checkPool(claim: AddressClaim, plan: AddressPlan): readonly Problem[] {
  if (claim.pool === undefined || plan.pools.length === 0 || plan.pools.some((pool) => pool.name === claim.pool))
    return [];
  const names = plan.pools.map((pool) => pool.name).join(', ');
  return [
    {
      code: 'N12',
      path: `${claim.path}.pool`,
      message: `Pool ${claim.pool} is not declared.`,
      fix: `Declared pools: ${names}.`,
    },
  ];
}

function checkPorts(claim: AddressClaim): readonly Problem[] {
  const seen = new Set<string>();
  return claim.ports.flatMap(({ port, protocol }) => {
    const key = `${port}/${protocol}`;
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [
      {
        code: 'duplicate-port',
        path: `${claim.path}.ports`,
        message: `${key} is listed twice.`,
        fix: 'Give each port once.',
      },
    ];
  });
}

function checkOwners(claims: readonly AddressClaim[]): readonly Problem[] {
  const owners = new Map<string, AddressClaim[]>();
  return claims.flatMap((claim) => {
    const address = claim.expose === 'external' && claim.address !== undefined ? canonical(claim.address) : undefined;
    if (address === undefined) return [];
    const before = owners.get(address) ?? [];
    owners.set(address, [...before, claim]);
    const conflict = before.map((other) => sharingConflict(other, claim)).find((text) => text !== undefined);
    return conflict === undefined ? [] : [{ code: 'N12', path: `${claim.path}.address`, ...conflict }];
  });
}

function canonical(text: string): string | undefined {
  const parsed = parseRange(text);
  return parsed.ok ? formatRange(parsed.range) : undefined;
}

/**
 * Services with one sharing key and a port in common: MetalLB would silently give them several addresses. Two with addresses of their own are looked at by
 * {@link checkOwners}.
 */
function checkSharing(claims: readonly AddressClaim[]): readonly Problem[] {
  const groups = new Map<string, AddressClaim[]>();
  return claims.flatMap((claim) => {
    if (claim.expose !== 'external' || claim.shareKey === undefined) return [];
    const before = groups.get(claim.shareKey) ?? [];
    groups.set(claim.shareKey, [...before, claim]);
    const others = before.filter(({ address }) => address === undefined || claim.address === undefined);
    const said = `shares "${claim.shareKey}" with`;
    const conflicts = others.flatMap((other) => portConflict(other, claim, `${said} ${other.owner}`) ?? []);
    return conflicts.slice(0, 1).map((conflict) => ({ code: 'N12', path: `${claim.path}.shareAddress`, ...conflict }));
  });
}

interface Conflict {
  readonly message: string;
  readonly fix: string;
}

/** Why two Services may not hold one address (MetalLB's sharing rules R14–R16), or undefined when they may. */
function sharingConflict(one: AddressClaim, other: AddressClaim): Conflict | undefined {
  const both = `${other.address ?? ''} is also asked for by ${one.owner}`;
  if (one.shareKey === undefined || one.shareKey !== other.shareKey)
    return {
      message: `${both}, and the two have no sharing key in common.`,
      fix: 'Choose another address, or give both the same shareAddress.',
    };
  const clash = portConflict(one, other, both);
  if (clash !== undefined) return clash;
  if (one.trafficPolicy !== other.trafficPolicy)
    return { message: `${both}, and their externalTrafficPolicy differs.`, fix: 'Use Cluster for both.' };
  return undefined;
}

function portConflict(one: AddressClaim, other: AddressClaim, both: string): Conflict | undefined {
  const clash = one.ports.find((a) => other.ports.some((b) => a.port === b.port && a.protocol === b.protocol));
  if (clash === undefined) return undefined;
  return {
    message: `${both}, and both use port ${clash.port}/${clash.protocol}.`,
    fix: 'Services on one address need distinct ports.',
  };
}

/** The addresses of the cluster IP subnet that the device keeps for itself: .1 (the API) and .10 (CoreDNS). */
export function reservedClusterIps(clusterIpSubnet: string): readonly bigint[] {
  const cidr = parseCidr(clusterIpSubnet);
  return cidr === undefined ? [] : [1n, 10n].map((offset) => cidrToRange(cidr).first + offset);
}
