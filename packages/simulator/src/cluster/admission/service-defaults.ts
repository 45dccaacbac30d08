import type { ServerFeatures } from '../server-version.ts';
import type { ServiceObject } from '../service-object.ts';

/** Fills in what a client may leave out of a Service (kubernetes `SetDefaults_Service`). */
export function serviceDefaults(service: ServiceObject, features: ServerFeatures): void {
  const { spec } = service;
  spec.sessionAffinity ??= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP') {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: 10_800, ...spec.sessionAffinityConfig?.clientIP } };
  }
  spec.type ??= 'ClusterIP';
  for (const port of spec.ports ?? []) {
    port.protocol ??= 'TCP';
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port;
  }
  const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  if (external) spec.externalTrafficPolicy ??= 'Cluster';
  if (features.internalTrafficPolicy && (external || spec.type === 'ClusterIP'))
    spec.internalTrafficPolicy ??= 'Cluster';
  if (features.allocateLoadBalancerNodePorts && spec.type === 'LoadBalancer')
    spec.allocateLoadBalancerNodePorts ??= true;
  service.status ??= { loadBalancer: {} };
  service.status.loadBalancer ??= {};
  for (const ingress of features.ingressIpMode ? (service.status.loadBalancer.ingress ?? []) : []) {
    if (ingress.ip !== undefined) ingress.ipMode ??= 'VIP';
  }
}

/** Leaves out the fields that a server of this version does not know. */
export function dropUnknownServiceFields(service: ServiceObject, features: ServerFeatures): void {
  const { spec } = service;
  if (!features.dualStackFields) {
    delete spec.ipFamilies;
    delete spec.ipFamilyPolicy;
  }
  if (!features.internalTrafficPolicy) delete spec.internalTrafficPolicy;
  if (!features.allocateLoadBalancerNodePorts) delete spec.allocateLoadBalancerNodePorts;
  if (!features.loadBalancerClass) delete spec.loadBalancerClass;
}

/** A client that names, or changes, only one of clusterIP and clusterIPs means both (`NormalizeClusterIPs`). */
export function normalizeClusterIps({ spec }: ServiceObject, before: ServiceObject | undefined): void {
  const { clusterIP = '', clusterIPs = [] } = spec;
  if (before === undefined) {
    if (clusterIP !== '' && clusterIPs.length === 0) spec.clusterIPs = [clusterIP];
    return;
  }
  const untouched = clusterIPs.length > 0 && clusterIPs[0] === before.spec.clusterIPs?.[0];
  if (clusterIP !== before.spec.clusterIP && untouched)
    spec.clusterIPs = clusterIP === '' ? undefined : [clusterIP, ...clusterIPs.slice(1)];
  else if (clusterIP !== '' && clusterIPs.length === 0) spec.clusterIPs = [clusterIP];
}

/** Takes over from the stored Service what an update left out although it is allocated for good (`patchAllocatedValues`). */
export function keepAllocatedValues(service: ServiceObject, before: ServiceObject): void {
  const { spec } = service;
  if (hasClusterIp(service) && hasClusterIp(before)) {
    if ((spec.clusterIP ?? '') === '') spec.clusterIP = before.spec.clusterIP;
    const unsetList = (spec.clusterIPs ?? []).length === 0;
    if (unsetList && spec.clusterIP === before.spec.clusterIP) spec.clusterIPs = before.spec.clusterIPs;
    spec.ipFamilies ??= before.spec.ipFamilies;
    spec.ipFamilyPolicy ??= before.spec.ipFamilyPolicy;
  }
  if (needsNodePorts(service) && needsNodePorts(before)) {
    const used = new Set((spec.ports ?? []).map((port) => port.nodePort ?? 0));
    for (const port of spec.ports ?? []) {
      const same = before.spec.ports?.find((old) => old.port === port.port && old.protocol === port.protocol);
      const nodePort = same?.nodePort ?? 0;
      if ((port.nodePort ?? 0) === 0 && nodePort !== 0 && !used.has(nodePort)) port.nodePort = nodePort;
    }
  }
  if (needsHealthCheckPort(service) && needsHealthCheckPort(before)) {
    spec.healthCheckNodePort ??= before.spec.healthCheckNodePort;
  }
}

/** Clears what belongs to the former type of a Service, unless the client set it anew (`dropTypeDependentFields`). */
export function dropFormerTypeFields(service: ServiceObject, before: ServiceObject, features: ServerFeatures): void {
  const { spec } = service;
  const old = before.spec;
  if (spec.type === 'ExternalName' && hasClusterIp(before) && spec.clusterIP === old.clusterIP) {
    for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const) delete spec[field];
  }
  if (needsNodePorts(before) && !needsNodePorts(service)) {
    const ports = new Map((old.ports ?? []).map((port) => [`${port.port}/${port.protocol ?? ''}`, port.nodePort]));
    for (const port of spec.ports ?? []) {
      if (port.nodePort === ports.get(`${port.port}/${port.protocol ?? ''}`)) delete port.nodePort;
    }
  }
  if (!needsHealthCheckPort(service) && spec.healthCheckNodePort === old.healthCheckNodePort)
    delete spec.healthCheckNodePort;
  if (spec.type !== 'LoadBalancer' && old.type === 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts === old.allocateLoadBalancerNodePorts)
      delete spec.allocateLoadBalancerNodePorts;
    if (spec.loadBalancerClass === old.loadBalancerClass) delete spec.loadBalancerClass;
    if (features.statusOnlyOnLoadBalancer) service.status = { loadBalancer: {} };
  }
  if (!isExternal(service) && isExternal(before) && spec.externalTrafficPolicy === old.externalTrafficPolicy) {
    delete spec.externalTrafficPolicy;
  }
}

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
