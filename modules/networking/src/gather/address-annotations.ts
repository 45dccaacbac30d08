import { NEW_PREFIX, OLD_PREFIX } from '@iotedge-networking/metallb';

/** The annotation prefixes of MetalLB, the one that wins first. */
export const PREFIXES: readonly string[] = [NEW_PREFIX, OLD_PREFIX];

/** Whether Services and MetalLB talk about addresses by this annotation. */
export function isAddressAnnotation(key: string): boolean {
  return PREFIXES.some((prefix) => key.startsWith(`${prefix}/`));
}

/** Whether the annotation asks for certain addresses or a certain pool. */
export function isRequestAnnotation(key: string): boolean {
  return PREFIXES.some((prefix) => key === `${prefix}/loadBalancerIPs` || key === `${prefix}/address-pool`);
}
