import { objectKey, type ClusterService } from '../gather/snapshot.ts';
import { askOf, styleOf } from './address-fields.ts';
import type { AddressModel, Refusal } from './address-model.ts';

const UNREADABLE: Refusal = {
  reason: 'Forbidden',
  message: 'The configuration of MetalLB cannot be read, so a change of address cannot be checked.',
};

/** MetalLB whose configuration cannot be read: no change to a Service that holds an address counts as safe. */
export function unreadableModel(): AddressModel {
  return silent((service) => (service.ingress.length > 0 ? UNREADABLE : undefined));
}

/**
 * Nothing assigns addresses now, but what is written will be read by whatever is installed later, and then in any order: a Service that has an address must not ask
 * for the one of another.
 */
export function absentModel(services: Iterable<ClusterService>): AddressModel {
  const holders = new Map<string, ClusterService[]>();
  for (const service of services)
    for (const ip of service.ingress) holders.set(ip, [...(holders.get(ip) ?? []), service]);
  return silent((service) => {
    if (service.ingress.length === 0) return undefined;
    const { ips, sharingKey } = askOf(service, STYLE);
    for (const ip of ips === '' ? [] : ips.split(','))
      for (const holder of holders.get(ip) ?? []) {
        const shares = sharingKey !== '' && askOf(holder, STYLE).sharingKey === sharingKey;
        if (!shares && objectKey(holder) !== objectKey(service)) return inUse(ip, holder);
      }
    return undefined;
  });
}

const STYLE = styleOf({ kind: 'none' });

function inUse(ip: string, holder: ClusterService): Refusal {
  return { reason: 'AddressInUse', message: `${ip} is held by ${objectKey(holder)}` };
}

function silent(refusalOf: (service: ClusterService) => Refusal | undefined): AddressModel {
  return {
    pools: [],
    verdict: (service) => ({ refusal: refusalOf(service), loses: [] }),
    book: () => undefined,
    spare: () => undefined,
    pending: () => undefined,
    poolOf: () => '',
    announcement: () => undefined,
  };
}
