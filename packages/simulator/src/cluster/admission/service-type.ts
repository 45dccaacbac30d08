import type { ServiceObject } from '../service-object.ts';

/** Whether Services of this type have a cluster IP (or `None`). */
export function hasClusterIp(service: ServiceObject): boolean {
  return service.spec.type !== 'ExternalName';
}

/** Whether the Service has no address of its own. */
export function isHeadless(service: ServiceObject): boolean {
  return service.spec.clusterIP === 'None' || service.spec.clusterIPs?.[0] === 'None';
}

/** Whether each port of the Service gets a node port. */
export function needsNodePorts(service: ServiceObject): boolean {
  const { type, allocateLoadBalancerNodePorts } = service.spec;
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
}

/** Whether the Service gets a health check node port. */
export function needsHealthCheckPort(service: ServiceObject): boolean {
  return service.spec.type === 'LoadBalancer' && service.spec.externalTrafficPolicy === 'Local';
}

/** Whether the Service is meant to be reached from outside. */
export function isExternal(service: ServiceObject): boolean {
  return service.spec.type === 'NodePort' || service.spec.type === 'LoadBalancer';
}
