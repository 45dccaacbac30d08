import type { ServerFeatures } from '../server-version.ts';
import type { ServiceObject, ServicePort } from '../service-object.ts';
import { hasClusterIp, isExternal, needsHealthCheckPort, needsNodePorts } from './service-type.ts';

/** A client that names, or changes, only one of clusterIP and clusterIPs means both (`NormalizeClusterIPs`). */
export function normalizeClusterIps({ spec }: ServiceObject, before: ServiceObject | undefined): void {
  const { clusterIP = '', clusterIPs = [] } = spec;
  if (clusterIPs.length === 0) {
    if (clusterIP !== '') spec.clusterIPs = [clusterIP];
    return;
  }
  const untouched = before !== undefined && clusterIPs[0] === before.spec.clusterIPs?.[0];
  if (!untouched || clusterIP === before.spec.clusterIP) return;
  spec.clusterIPs = clusterIP === '' ? undefined : [clusterIP, ...clusterIPs.slice(1)];
}

/** Takes over from the stored Service what an update left out although it is allocated for good (`patchAllocatedValues`). */
export function keepAllocatedValues(service: ServiceObject, before: ServiceObject): void {
  if (hasClusterIp(service) && hasClusterIp(before)) keepClusterIps(service, before);
  if (needsNodePorts(service) && needsNodePorts(before)) keepNodePorts(service, before);
  if (needsHealthCheckPort(service) && needsHealthCheckPort(before)) {
    service.spec.healthCheckNodePort ??= before.spec.healthCheckNodePort;
  }
}

function keepClusterIps({ spec }: ServiceObject, { spec: old }: ServiceObject): void {
  if ((spec.clusterIP ?? '') === '') spec.clusterIP = old.clusterIP;
  if ((spec.clusterIPs ?? []).length === 0 && spec.clusterIP === old.clusterIP) spec.clusterIPs = old.clusterIPs;
  spec.ipFamilies ??= old.ipFamilies;
  spec.ipFamilyPolicy ??= old.ipFamilyPolicy;
}

function keepNodePorts({ spec }: ServiceObject, { spec: old }: ServiceObject): void {
  const used = new Set((spec.ports ?? []).map(({ nodePort = 0 }) => nodePort));
  const former = new Map((old.ports ?? []).map((port) => [portKey(port), port.nodePort ?? 0]));
  for (const port of spec.ports ?? []) {
    const nodePort = former.get(portKey(port)) ?? 0;
    if ((port.nodePort ?? 0) === 0 && nodePort !== 0 && !used.has(nodePort)) port.nodePort = nodePort;
  }
}

function portKey({ port, protocol = '' }: ServicePort): string {
  return `${port}/${protocol}`;
}

/** Clears what belongs to the former type of a Service, unless the client set it anew (`dropTypeDependentFields`). */
export function dropFormerTypeFields(service: ServiceObject, before: ServiceObject, features: ServerFeatures): void {
  const { spec } = service;
  const old = before.spec;
  if (!hasClusterIp(service) && hasClusterIp(before) && spec.clusterIP === old.clusterIP) dropClusterIps(service);
  if (needsNodePorts(before) && !needsNodePorts(service)) dropNodePorts(service, before);
  if (!needsHealthCheckPort(service) && spec.healthCheckNodePort === old.healthCheckNodePort) {
    delete spec.healthCheckNodePort;
  }
  if (!isExternal(service) && isExternal(before)) dropExternalPolicy(service, before);
  if (spec.type !== 'LoadBalancer' && old.type === 'LoadBalancer') dropBalancerFields(service, before, features);
}

function dropExternalPolicy({ spec }: ServiceObject, { spec: old }: ServiceObject): void {
  if (spec.externalTrafficPolicy === old.externalTrafficPolicy) delete spec.externalTrafficPolicy;
}

function dropClusterIps({ spec }: ServiceObject): void {
  delete spec.clusterIP;
  delete spec.clusterIPs;
  delete spec.ipFamilies;
  delete spec.ipFamilyPolicy;
}

function dropNodePorts({ spec }: ServiceObject, before: ServiceObject): void {
  const former = new Map((before.spec.ports ?? []).map((port) => [portKey(port), port.nodePort]));
  for (const port of spec.ports ?? []) if (port.nodePort === former.get(portKey(port))) delete port.nodePort;
}

function dropBalancerFields(service: ServiceObject, { spec: old }: ServiceObject, features: ServerFeatures): void {
  const { spec } = service;
  if (spec.allocateLoadBalancerNodePorts === old.allocateLoadBalancerNodePorts) {
    delete spec.allocateLoadBalancerNodePorts;
  }
  if (spec.loadBalancerClass === old.loadBalancerClass) delete spec.loadBalancerClass;
  if (features.statusOnlyOnLoadBalancer) service.status = { loadBalancer: {} };
}
