import { invalidValue } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import type { ServiceObject } from '../service-object.ts';
import { hasClusterIp, isHeadless } from './service-type.ts';

/** Settles `ipFamilies` and `ipFamilyPolicy` of a Service (`initIPFamilyFields`). The first configured family is the cluster's primary one. */
export function settleIpFamilies(service: ServiceObject, configured: readonly string[]): FieldError[] {
  if (!hasClusterIp(service)) return [];
  const [primary = 'IPv4'] = configured;
  if (isSelectorlessHeadless(service)) {
    settleSelectorlessHeadless(service, primary);
    return [];
  }
  const { spec } = service;
  const asked = askedFamilies(service);
  spec.ipFamilyPolicy ??= asked.length === 2 ? 'RequireDualStack' : 'SingleStack';
  const errors = familyErrors(service, configured);
  const families = asked.length === 0 ? [primary] : asked;
  const single = spec.ipFamilyPolicy === 'SingleStack';
  const missing = configured.filter((family) => !families.includes(family));
  spec.ipFamilies = single ? families.slice(0, 1) : [...families, ...missing];
  return errors;
}

function isSelectorlessHeadless(service: ServiceObject): boolean {
  return isHeadless(service) && Object.keys(service.spec.selector ?? {}).length === 0;
}

function askedFamilies({ spec: { ipFamilies = [], clusterIPs = [] } }: ServiceObject): string[] {
  const given = clusterIPs.filter((address) => address !== 'None');
  return [...new Set([...ipFamilies, ...given.map((address) => (address.includes(':') ? 'IPv6' : 'IPv4'))])];
}

function familyErrors({ spec }: ServiceObject, configured: readonly string[]): FieldError[] {
  const errors = (spec.ipFamilies ?? []).flatMap((family, index) => {
    if (configured.includes(family)) return [];
    return [invalidValue(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster')];
  });
  if (spec.ipFamilyPolicy === 'RequireDualStack' && configured.length < 2) {
    const detail = 'this cluster is not configured for dual-stack services';
    errors.push(invalidValue('spec.ipFamilyPolicy', spec.ipFamilyPolicy, detail));
  }
  return errors;
}

// Whoever writes the endpoints of such a Service may use both families, whatever the cluster has.
function settleSelectorlessHeadless({ spec }: ServiceObject, primary: string): void {
  const families = [...(spec.ipFamilies ?? [primary])];
  if (families.length < 2 && spec.ipFamilyPolicy !== 'SingleStack') {
    families.push(families[0] === 'IPv4' ? 'IPv6' : 'IPv4');
  }
  spec.ipFamilies = families;
  spec.ipFamilyPolicy ??= families.length > 1 ? 'RequireDualStack' : 'SingleStack';
}
