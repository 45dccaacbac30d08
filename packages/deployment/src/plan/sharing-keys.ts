import { NEW_PREFIX, OLD_PREFIX, serviceKey, type LoadBalancerService } from '@iotedge-networking/metallb';

const SHARING = 'allow-shared-ip';

/**
 * Gives Services on one address a sharing key in common. Services of others are reported without their annotations, but MetalLB would not have put them there without a
 * key; where one of them is known to have one, it is that.
 */
export function withSharingKeys(services: readonly LoadBalancerService[]): readonly LoadBalancerService[] {
  const tenants = new Map<string, LoadBalancerService[]>();
  for (const service of services)
    for (const address of service.status ?? []) tenants.set(address, [...(tenants.get(address) ?? []), service]);
  const keys = new Map<string, string>();
  for (const [address, sharing] of tenants) {
    if (sharing.length < 2) continue;
    const known = sharing.map(sharingKeyOf).find((key) => key !== undefined);
    for (const service of sharing) keys.set(serviceKey(service), known ?? `shared-${address}`);
  }
  return services.map((service) => {
    const key = keys.get(serviceKey(service));
    if (key === undefined || sharingKeyOf(service) !== undefined) return service;
    return { ...service, annotations: { ...service.annotations, [`${OLD_PREFIX}/${SHARING}`]: key } };
  });
}

function sharingKeyOf({ annotations = {} }: LoadBalancerService): string | undefined {
  return annotations[`${NEW_PREFIX}/${SHARING}`] ?? annotations[`${OLD_PREFIX}/${SHARING}`];
}
