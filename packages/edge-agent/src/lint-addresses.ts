import { finding } from './finding.ts';
import type { Finding, PathStep } from './finding.ts';
import type { ServiceOutline } from './service-outline.ts';
import type { ModuleTranslation } from './translate-module.ts';

const SHARING = ['metallb.universe.tf/allow-shared-ip', 'metallb.io/allow-shared-ip'];
const WANTED = ['metallb.universe.tf/loadBalancerIPs', 'metallb.io/loadBalancerIPs'];

interface Claim {
  readonly at: readonly PathStep[];
  readonly module: string;
  readonly service: ServiceOutline;
  readonly address: string | null;
  readonly sharing: string | null;
}

/** Checks who asks for which external address: two modules share one only with one sharing key and different ports. */
export function lintAddresses(
  modules: readonly { readonly at: readonly PathStep[]; readonly translation: ModuleTranslation }[],
): readonly Finding[] {
  const claims = modules.flatMap(({ at, translation: { service, module } }) =>
    service?.type === 'LoadBalancer' ? [claimOf(service, module, at)] : [],
  );
  return claims.flatMap((claim, index) => [
    ...twice(claim),
    ...claims.slice(0, index).flatMap((other) => conflict(claim, other)),
  ]);
}

function claimOf(service: ServiceOutline, module: string, at: readonly PathStep[]): Claim {
  const annotation = (keys: readonly string[]): string | null =>
    keys.map((key) => service.annotations[key]).find((value) => typeof value === 'string') ?? null;
  const pinned = service.loadBalancerIP === '' ? null : service.loadBalancerIP;
  return { at, module, service, address: pinned ?? annotation(WANTED), sharing: annotation(SHARING) };
}

function twice({ at, service }: Claim): readonly Finding[] {
  const { loadBalancerIP, annotations } = service;
  const key = WANTED.find((name) => Object.hasOwn(annotations, name));
  if (loadBalancerIP === null || loadBalancerIP === '' || key === undefined) return [];
  const place = [...at, 'settings', 'createOptions', 'Labels', key];
  return [finding('address-given-twice', place, 'MetalLB refuses loadBalancerIP together with this annotation.')];
}

function conflict(claim: Claim, other: Claim): readonly Finding[] {
  const shares = claim.sharing !== null && claim.sharing === other.sharing;
  const place = [...claim.at, 'settings', 'createOptions'];
  if (!shares) {
    if (claim.address === null || claim.address !== other.address) return [];
    const message = `Module ${other.module} asks for the address ${claim.address} too.`;
    return [finding('address-claimed-twice', place, message)];
  }
  const apart = claim.address !== null && other.address !== null && claim.address !== other.address;
  const both = claim.service.ports.filter(({ port, protocol }) =>
    other.service.ports.some((one) => one.port === port && one.protocol === protocol),
  );
  return apart
    ? []
    : both.map(({ port, protocol }) => {
        const message = `Module ${other.module} has port ${port}/${protocol} on the shared address too.`;
        return finding('shared-address-port-conflict', place, message);
      });
}
