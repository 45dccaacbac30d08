import { LoadBalancerModel, type LoadBalancerService, type MetalLbConfig } from '@iotedge-networking/metallb';
import { isRequestAnnotation } from '../gather/address-annotations.ts';
import type { ClusterService, LoadBalancerView, Snapshot } from '../gather/snapshot.ts';

/** A model of MetalLB that has been told of everything that stands in the cluster; `served` where the caller has it already. */
export function toldByCluster(
  snapshot: Snapshot,
  { version, loadBalancerClass }: Extract<LoadBalancerView, { readonly kind: 'metallb' }>,
  config: MetalLbConfig,
  served = servedBy(snapshot),
): LoadBalancerModel {
  const namespaces = [...(snapshot.namespaces?.values() ?? [])];
  return toldModel(new LoadBalancerModel({ version, config, namespaces, loadBalancerClass }), served);
}

/** By name, not in the order in which the watch happened to bring them: who waits longest for an address must not depend on when this module was started. */
export function servedBy({ services }: Snapshot): readonly ClusterService[] {
  const named = [...services].filter(([, { type }]) => type === 'LoadBalancer');
  return named.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, service]) => service);
}

/**
 * Tells the model first who holds what, then what everybody asks for: MetalLB knows the holders from before, and a Service whose new wish it has not seen yet
 * must not be foreseen to take what another holds.
 */
function toldModel(model: LoadBalancerModel, services: readonly ClusterService[]): LoadBalancerModel {
  for (const service of services) if (service.ingress.length > 0) model.apply(modelService(withoutRequest(service)));
  for (const service of services)
    if (service.ingress.length === 0 || asksAnything(service)) model.apply(modelService(service));
  return model;
}

function withoutRequest(service: ClusterService): ClusterService {
  const sharing = Object.entries(service.annotations).filter(([key]) => !isRequestAnnotation(key));
  return { ...service, annotations: Object.fromEntries(sharing), loadBalancerIp: '' };
}

function asksAnything({ annotations, loadBalancerIp }: ClusterService): boolean {
  return loadBalancerIp !== '' || Object.keys(annotations).some(isRequestAnnotation);
}

/** A Service of the cluster in the model's terms. */
export function modelService(service: ClusterService): LoadBalancerService {
  return {
    ...service,
    clusterIPs: service.clusterIps,
    loadBalancerIP: service.loadBalancerIp,
    status: service.ingress,
  };
}
