import { NEW_PREFIX, OLD_PREFIX, type LoadBalancerModel } from '@iotedge-networking/metallb';
import type { PlannedPool } from './device-plan.ts';
import { finalService, wantsAddress, type ServiceIntent } from './service-intent.ts';

/** Supply and demand of every pool of the model; rule N06 is about `unserved`. */
export function plannedPools(model: LoadBalancerModel, intents: readonly ServiceIntent[]): readonly PlannedPool[] {
  const unserved = intents.filter((intent) => {
    const state = model.service(intent.key);
    return wantsAddress(finalService(intent)) && state?.addresses.length === 0;
  });
  return model.pools().map(({ name, config }) => {
    const counters = model.counters(name);
    const used = (counters?.assignedIPv4 ?? 0) + (counters?.assignedIPv6 ?? 0);
    const free = (counters?.availableIPv4 ?? 0) + (counters?.availableIPv6 ?? 0);
    const waiting = unserved.filter((intent) => [undefined, name].includes(namedPool(intent)));
    return {
      ...{ name, ranges: config.addresses, total: used + free, used, free },
      unserved: waiting.map(({ key }) => key).sort(),
    };
  });
}

function namedPool(intent: ServiceIntent): string | undefined {
  const { annotations = {} } = finalService(intent);
  return annotations[`${NEW_PREFIX}/address-pool`] ?? annotations[`${OLD_PREFIX}/address-pool`];
}
