import { announcer } from './announcer.ts';
import type { Announcement, Surroundings } from './announcer.ts';
import type { LoadBalancerModel } from './load-balancer-model.ts';
import type { ServiceState } from './model-types.ts';
import type { ExplainReason, Refusal } from './refusal.ts';

/** Why a Service has, or has not, a working external address. */
export interface Explanation {
  readonly reason: ExplainReason;
  /** One sentence. */
  readonly message: string;
  /** What to do; empty when nothing is to be done. */
  readonly fix: string;
}

/** What is known of the nodes and endpoints; the configuration and version are the model's. */
export type ExplainSurroundings = Omit<Surroundings, 'config' | 'version'>;

/**
 * Explains one Service, by `namespace/name`: first whether it has its address, then, when the surroundings are given, whether
 * somebody answers for it. The first thing found broken is what is told.
 */
export function explain(model: LoadBalancerModel, key: string, surroundings?: ExplainSurroundings): Explanation {
  const state = model.service(key);
  if (state === undefined) {
    return tell('ServiceNotFound', `MetalLB has not seen a Service ${key}`, 'Create the Service, or check its name.');
  }
  const { type = 'LoadBalancer' } = state.service;
  if (type !== 'LoadBalancer') return tell('Ready', `${key} is of type ${type} and asks for no external address`);
  return explainAddress(model, key, state) ?? explainAnnouncement(model, key, state, surroundings);
}

function explainAddress(model: LoadBalancerModel, key: string, state: ServiceState): Explanation | undefined {
  const refused = model.whyUntouched(state.service) ?? state.refusal;
  if (refused === undefined) return undefined;
  const kept = state.addresses.length > 0 ? ` (it keeps ${state.addresses.join(', ')})` : '';
  const message = `${key} does not get what it asks for${kept}: ${refused.message}`;
  return tell(refused.reason, message, fixFor(refused, model, state));
}

function explainAnnouncement(
  model: LoadBalancerModel,
  key: string,
  { service, addresses }: ServiceState,
  surroundings: ExplainSurroundings | undefined,
): Explanation {
  const given = `${key} has ${addresses.join(', ')}`;
  if (surroundings === undefined || model.config === undefined) return tell('Ready', given);
  const announced = announcer(
    { ...service, addresses },
    { ...surroundings, config: model.config, version: model.version },
  );
  if (!announced.announced) {
    return tell(
      announced.reason,
      `${given}, but nobody answers for it: ${announced.message}`,
      announcementFix(announced),
    );
  }
  const who = announced.protocol === 'layer2' ? `node ${announced.node} answers for it` : announcedBy(announced.nodes);
  return tell('Ready', `${given} and ${who}`);
}

function announcedBy(nodes: readonly string[]): string {
  return `${nodes.join(', ')} announce it by BGP`;
}

function announcementFix({ reason, message }: Extract<Announcement, { announced: false }>): string {
  if (reason === 'NodeExcluded') return 'Take the label off one node, or run the speakers with --ignore-exclude-lb.';
  if (reason === 'NoReadyEndpoints') return 'See why the pods behind the Service are not ready.';
  if (message.startsWith('sharedIP'))
    return 'Drop allow-shared-ip from the Service or serviceSelectors from the advertisement.';
  if (message.startsWith('the interfaces')) return 'Name interfaces that the node has, or none.';
  return 'Add an L2Advertisement that selects the pool and a node with a live speaker.';
}

function fixFor({ reason, message }: Refusal, model: LoadBalancerModel, { service }: ServiceState): string {
  const pools = model.pools().map(({ name, config }) => `${name} (${config.addresses.join(', ')})`);
  switch (reason) {
    case 'PoolExhausted':
      return 'Extend a pool, free an address, or let Services share one (allow-shared-ip).';
    case 'AddressOutsidePools':
      return `Ask for an address of a pool that serves this Service: ${pools.join('; ')}.`;
    case 'AddressInUse':
      return 'Ask for another address, or give both Services the same allow-shared-ip key.';
    case 'SharingConflict':
      return 'Use one allow-shared-ip key, ports that differ, and the same externalTrafficPolicy.';
    case 'PoolNotFound':
      return `Name one of the pools there are: ${pools.join('; ')}.`;
    case 'LoadBalancerMissing':
      return message.includes('class') ? classFix(service.loadBalancerClass) : 'Give MetalLB a valid configuration.';
    case 'FamilyMismatch':
      return 'Ask for addresses of the families that the Service has cluster IPs of.';
    default:
      return 'Keep one request: spec.loadBalancerIP or the annotation, and a pool that holds it.';
  }
}

function classFix(asked: string | undefined): string {
  return asked === undefined
    ? 'Set spec.loadBalancerClass to the class of the controller.'
    : 'Leave spec.loadBalancerClass out.';
}

function tell(reason: ExplainReason, message: string, fix = ''): Explanation {
  return { reason, message: `${message}.`, fix };
}
