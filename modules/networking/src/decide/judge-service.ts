import type { Reason } from '@iotedge-networking/contract';
import type { ClusterService, ClusterSlice, LoadBalancerView, WriteFailure } from '../gather/snapshot.ts';
import { asksTwice } from './address-fields.ts';
import type { AddressModel, Announcement, Refusal } from './address-model.ts';
import type { WantedService } from './wanted-service.ts';

/** How a Service is doing: a state, a reason and, where something is wrong, one sentence. */
export interface Verdict {
  readonly state: 'Ready' | 'Pending' | 'Failing';
  readonly reason: Reason | '';
  readonly message: string;
  /** Nodes that announce the address, comma-separated; empty when unknown. */
  readonly node: string;
  /** Set where the address is announced by BGP. */
  readonly bgp?: true;
}

/** Ready and all endpoints of a Service. */
export interface EndpointCount {
  readonly ready: number;
  readonly total: number;
}

/** What judging one Service needs. */
export interface ServiceCase {
  /** Absent when a desired Service does not exist. */
  readonly service?: ClusterService;
  readonly wanted?: WantedService;
  /** Undefined when endpoints may not be read. */
  readonly endpoints?: EndpointCount;
  /** A wish that was not written, to keep the address that works. */
  readonly refusal?: Refusal;
  /** Why a desired Service is not made. */
  readonly obstacle?: Refusal;
  readonly failure?: WriteFailure;
  readonly loadBalancer: LoadBalancerView;
  /** What probes found wrong. */
  readonly probed?: Refusal;
}

/** Counts the endpoints of a Service over its slices. */
export function countEndpoints(slices: readonly ClusterSlice[]): EndpointCount {
  return slices.reduce<EndpointCount>(
    (sum, { ready, total }) => ({ ready: sum.ready + ready, total: sum.total + total }),
    {
      ready: 0,
      total: 0,
    },
  );
}

/** Says how a Service is doing; the first thing on the way from the wish to the client that is wrong is named. */
export function judgeService(one: ServiceCase, model: AddressModel): Verdict {
  const { service, obstacle, failure } = one;
  if (obstacle !== undefined) return failing(obstacle);
  if (failure !== undefined) return failing(failure);
  if (service === undefined) return pending('WaitingForAddress', 'The Service is being made.');
  if (one.refusal !== undefined) return keepsAddress(service, one.refusal);
  const trouble = addressTrouble(one, service, model) ?? endpointTrouble(one, service);
  if (trouble !== undefined) return trouble;
  const announcement = service.type === 'LoadBalancer' ? model.announcement(service) : undefined;
  return announced(announcement, one.probed);
}

function keepsAddress(service: ClusterService, { reason, message }: Refusal): Verdict {
  return failing({ reason, message: `Keeps ${service.ingress.join(', ')}: ${message}` });
}

function addressTrouble(
  { wanted, loadBalancer }: ServiceCase,
  service: ClusterService,
  model: AddressModel,
): Verdict | undefined {
  if (service.type !== 'LoadBalancer') {
    if (wanted?.external !== true || wanted.mode === 'make') return undefined;
    return pending(
      'WaitingForAddress',
      `The Service is of type ${service.type}; an external address needs type LoadBalancer.`,
    );
  }
  if (service.ingress.length > 0) return undefined;
  if (loadBalancer.kind === 'none')
    return pending('LoadBalancerMissing', 'Nothing in the cluster assigns addresses to LoadBalancer Services.');
  if (asksTwice(service))
    return pending(
      'RequestConflict',
      'Both spec.loadBalancerIP and the annotation loadBalancerIPs ask for an address.',
    );
  const refusal = model.pending(service);
  return refusal === undefined
    ? pending('WaitingForAddress', 'An address was asked for and has not been assigned yet.')
    : pending(refusal.reason, refusal.message);
}

function endpointTrouble({ wanted, endpoints }: ServiceCase, service: ClusterService): Verdict | undefined {
  if (endpoints === undefined || service.type === 'ExternalName' || endpoints.ready > 0) return undefined;
  if (endpoints.total > 0)
    return failing({ reason: 'NoReadyEndpoints', message: `None of ${endpoints.total} endpoints is ready.` });
  return failing({ reason: 'NoMatchingPods', message: `No pod matches ${backendsText(wanted, service)}.` });
}

function backendsText(wanted: WantedService | undefined, { selector = {} }: ClusterService): string {
  if (wanted?.backends?.kind === 'modules') return `the modules ${wanted.backends.modules.join(', ')}`;
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  return labels.length === 0 ? 'the backends of the Service' : `the selector ${labels.join(',')}`;
}

/** Probes come last: what is found before them explains more. */
function announced(announcement: Announcement | undefined, probed: Refusal | undefined): Verdict {
  if (announcement?.ok === false) return failing(announcement.refusal);
  const reach = { node: announcement?.node ?? '', ...(announcement?.bgp === true ? { bgp: true as const } : {}) };
  if (probed !== undefined) return { ...failing(probed), ...reach };
  return { state: 'Ready', reason: '', message: '', ...reach };
}

function pending(reason: Reason, message: string): Verdict {
  return { state: 'Pending', reason, message, node: '' };
}

function failing({ reason, message }: Refusal): Verdict {
  return { state: 'Failing', reason, message, node: '' };
}
