import type { ServerFeatures } from '../server-version.ts';
import type { ServiceObject } from '../service-object.ts';
import { isExternal } from './service-type.ts';

/** Fills in what a client may leave out of a Service (kubernetes `SetDefaults_Service`). */
export function serviceDefaults(service: ServiceObject, features: ServerFeatures): void {
  service.spec.type ??= 'ClusterIP';
  affinityDefaults(service);
  portDefaults(service);
  policyDefaults(service, features);
  statusDefaults(service, features);
}

function affinityDefaults({ spec }: ServiceObject): void {
  spec.sessionAffinity ??= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP') {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: 10_800, ...spec.sessionAffinityConfig?.clientIP } };
  }
}

function portDefaults({ spec }: ServiceObject): void {
  for (const port of spec.ports ?? []) {
    port.protocol ??= 'TCP';
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port;
  }
}

function policyDefaults(service: ServiceObject, features: ServerFeatures): void {
  const { spec } = service;
  const external = isExternal(service);
  if (external) spec.externalTrafficPolicy ??= 'Cluster';
  if (features.internalTrafficPolicy && (external || spec.type === 'ClusterIP')) {
    spec.internalTrafficPolicy ??= 'Cluster';
  }
  if (features.allocateLoadBalancerNodePorts && spec.type === 'LoadBalancer') {
    spec.allocateLoadBalancerNodePorts ??= true;
  }
}

function statusDefaults(service: ServiceObject, features: ServerFeatures): void {
  service.status ??= {};
  service.status.loadBalancer ??= {};
  if (!features.ingressIpMode) return;
  for (const ingress of service.status.loadBalancer.ingress ?? []) {
    if (ingress.ip !== undefined) ingress.ipMode ??= 'VIP';
  }
}

/** Leaves out the fields that a server of this version does not know. */
export function dropUnknownServiceFields({ spec }: ServiceObject, features: ServerFeatures): void {
  if (!features.dualStackFields) {
    delete spec.ipFamilies;
    delete spec.ipFamilyPolicy;
  }
  if (!features.internalTrafficPolicy) delete spec.internalTrafficPolicy;
  if (!features.allocateLoadBalancerNodePorts) delete spec.allocateLoadBalancerNodePorts;
  if (!features.loadBalancerClass) delete spec.loadBalancerClass;
}
