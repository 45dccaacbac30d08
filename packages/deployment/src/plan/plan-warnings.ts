import type { Problem } from '@iotedge-networking/contract';
import { LoadBalancerModel, type ModelOptions } from '@iotedge-networking/metallb';
import type { PlannedService } from './device-plan.ts';
import { playIntents } from './play-intents.ts';
import { wantsAddress, type ServiceIntent } from './service-intent.ts';

const POOLS_PATH = 'computeNetwork.externalServiceIps';

/** Without declared external service IPs nobody can say which addresses the Services get. */
export function poolsUndeclared(intents: readonly ServiceIntent[]): readonly Problem[] {
  const wanting = intents.filter(({ created }) => wantsAddress(created)).map(({ key }) => key);
  if (wanting.length === 0) return [];
  const message = `No Kubernetes external service IPs are declared, so the addresses of ${wanting.join(', ')} cannot be foreseen.`;
  const fix = 'Declare the range of the device, at least one address per Service.';
  return [{ code: 'addresses-unknown', path: POOLS_PATH, message, fix, level: 'warning' }];
}

/**
 * Services that ask for a certain address and lose the race when MetalLB sees the others first: edgeAgent creates its Services all at once, so the assumed order
 * is only one of many.
 */
export function addressRaces(
  options: ModelOptions,
  intents: readonly ServiceIntent[],
  assumed: LoadBalancerModel,
): readonly Problem[] {
  if (!intents.some(({ maker, explicitAddress }) => maker === 'edgeAgent' && explicitAddress)) return [];
  const unlucky = new LoadBalancerModel(options);
  playIntents(unlucky, unpinnedFirst(intents));
  return intents.flatMap(({ key, explicitAddress }) => {
    const has = assumed.service(key)?.addresses ?? [];
    const lost = explicitAddress && has.length > 0 && (unlucky.service(key)?.addresses ?? []).join() !== has.join();
    if (!lost) return [];
    const [holder = 'another Service'] = has.flatMap((address) => unlucky.holders(address));
    const message = `${key} asks for ${has.join(', ')}, but ${holder} may take it first: they are created at the same time.`;
    const fix = 'Pin an address further up in the range, which is handed out from its beginning.';
    return [{ code: 'address-race', path: 'apps', message, fix, level: 'warning' as const }];
  });
}

/** Keeps the makers in their order, and lets those of one maker that ask for nothing in particular come first. */
function unpinnedFirst(intents: readonly ServiceIntent[]): readonly ServiceIntent[] {
  const makers = ['existing', 'edgeAgent', 'networking'];
  const rank = ({ maker, created }: ServiceIntent): number =>
    makers.indexOf(maker) * 2 + Number(maker === 'edgeAgent' && (created.loadBalancerIP ?? '') !== '');
  return [...intents].sort((one, other) => rank(one) - rank(other));
}

/** Services whose pool MetalLB chooses at random (R7). */
export function chosenAtRandom(services: readonly PlannedService[]): readonly Problem[] {
  return services.flatMap(({ service, alternatives = [] }) => {
    if (alternatives.length < 2) return [];
    const sets = alternatives.map((addresses) => addresses.join('+')).join(' or ');
    const message = `${service} gets ${sets}: MetalLB picks among several pools at random.`;
    const fix = 'Name a pool or an address.';
    return [{ code: 'address-by-chance', path: 'apps', message, fix, level: 'warning' as const }];
  });
}
