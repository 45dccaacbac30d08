import { isIP } from 'node:net';
import { parseCidr } from '@iotedge-networking/addressing';
import { forbiddenField, invalidValue, invalidValues, notSupported, required } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import type { ServerFeatures } from '../server-version.ts';
import type { ServiceObject } from '../service-object.ts';
import { dnsSubdomain, qualifiedName } from './names.ts';
import { usableAddressErrors } from './special-addresses.ts';
import { hasClusterIp, isExternal, isHeadless, needsHealthCheckPort } from './service-type.ts';
import { validateServicePorts } from './validate-service-ports.ts';
import { labelErrors } from './validate-metadata.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const policies = ['Cluster', 'Local'];

/** The rules of a Service (kubernetes `ValidateService`), metadata aside. */
export function validateService(service: ServiceObject, features: ServerFeatures): FieldError[] {
  const { spec } = service;
  const errors = [...validateServicePorts(service), ...labelErrors(spec.selector, 'spec.selector')];
  if (!types.includes(spec.type ?? '')) errors.push(notSupported('spec.type', spec.type, types));
  if (!['ClientIP', 'None'].includes(spec.sessionAffinity ?? '')) {
    errors.push(notSupported('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']));
  }
  errors.push(...externalNameErrors(service), ...addressErrors(service), ...loadBalancerErrors(service, features));
  errors.push(...policyErrors(service), ...affinityErrors(service));
  return errors;
}

const LONGEST_AFFINITY_SECONDS = 86_400;

function affinityErrors({ spec }: ServiceObject): FieldError[] {
  const seconds =
    spec.sessionAffinity === 'ClientIP' ? spec.sessionAffinityConfig?.clientIP?.timeoutSeconds : undefined;
  if (seconds === undefined || (seconds > 0 && seconds <= LONGEST_AFFINITY_SECONDS)) return [];
  const detail = `must be greater than 0 and less than ${LONGEST_AFFINITY_SECONDS}`;
  return [invalidValue('spec.sessionAffinityConfig.clientIP.timeoutSeconds', seconds, detail)];
}

function externalNameErrors(service: ServiceObject): FieldError[] {
  const { spec } = service;
  if (spec.type !== 'ExternalName') return [];
  const errors: FieldError[] = [];
  if ((spec.clusterIP ?? '') !== '' || (spec.clusterIPs ?? []).length > 0) {
    errors.push(forbiddenField('spec.clusterIPs', "may not be set when type is 'ExternalName'"));
  }
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  if (name === '') errors.push(required('spec.externalName'));
  else errors.push(...dnsSubdomain(name).map((message) => invalidValue('spec.externalName', name, message)));
  return errors;
}

function addressErrors(service: ServiceObject): FieldError[] {
  const { spec } = service;
  const errors: FieldError[] = [];
  if (spec.type === 'LoadBalancer' || spec.type === 'NodePort') {
    if (isHeadless(service)) {
      errors.push(invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`));
    }
  }
  const clusterIps = spec.clusterIPs ?? [];
  clusterIps.forEach((address, index) => {
    if (address === 'None' && index === 0) return;
    if (isIP(address) === 0) {
      errors.push(
        invalidValue(
          `spec.clusterIPs[${index}]`,
          address,
          'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        ),
      );
    }
  });
  (spec.externalIPs ?? []).forEach((address, index) => {
    errors.push(...usableAddressErrors(address, `spec.externalIPs[${index}]`, { allowLoopback: false }));
  });
  return errors;
}

function loadBalancerErrors(service: ServiceObject, features: ServerFeatures): FieldError[] {
  const { spec } = service;
  if (spec.type !== 'LoadBalancer') return onlyOnLoadBalancer(service);
  const { ports = [], loadBalancerClass, loadBalancerSourceRanges = [] } = spec;
  const kubelet = 'may not expose port 10250 externally since it is used by kubelet';
  const ranges = 'must be a list of IP ranges. For example, 10.240.0.0/24,10.250.0.0/24';
  const mixed = !features.mixedProtocolLoadBalancer && new Set(ports.map(({ protocol }) => protocol)).size > 1;
  return [
    ...ports.flatMap(({ port }, index) =>
      port === 10_250 && features.minor <= 32 ? [invalidValue(`spec.ports[${index}].port`, port, kubelet)] : [],
    ),
    ...loadBalancerSourceRanges
      .filter((range) => parseCidr(range.trim()) === undefined)
      .map(() => invalidValue('spec.LoadBalancerSourceRanges', loadBalancerSourceRanges, ranges)),
    ...(mixed
      ? [invalidValue('spec.ports', ports, "may not contain more than 1 protocol when type is 'LoadBalancer'")]
      : []),
    ...(loadBalancerClass === undefined
      ? []
      : invalidValues('spec.loadBalancerClass', loadBalancerClass, qualifiedName(loadBalancerClass))),
  ];
}

function onlyOnLoadBalancer({ spec }: ServiceObject): FieldError[] {
  const fields = {
    allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts,
    loadBalancerClass: spec.loadBalancerClass,
    LoadBalancerSourceRanges: spec.loadBalancerSourceRanges,
  };
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => forbiddenField(`spec.${name}`, "may only be used when `type` is 'LoadBalancer'"));
}

function policyErrors(service: ServiceObject): FieldError[] {
  const { internalTrafficPolicy, healthCheckNodePort = 0 } = service.spec;
  const errors = externalPolicyErrors(service);
  if (internalTrafficPolicy !== undefined && !policies.includes(internalTrafficPolicy)) {
    errors.push(notSupported('spec.internalTrafficPolicy', internalTrafficPolicy, policies));
  }
  if (healthCheckNodePort !== 0 && !needsHealthCheckPort(service)) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalidValue('spec.healthCheckNodePort', healthCheckNodePort, detail));
  }
  return errors;
}

function externalPolicyErrors(service: ServiceObject): FieldError[] {
  const { externalTrafficPolicy, externalIPs = [] } = service.spec;
  const field = 'spec.externalTrafficPolicy';
  if (isExternal(service)) {
    if (policies.includes(externalTrafficPolicy ?? '')) return [];
    return [invalidValue(field, externalTrafficPolicy, 'ExternalTrafficPolicy must be empty, Cluster or Local')];
  }
  if (externalTrafficPolicy === undefined || externalIPs.length > 0) return [];
  return [invalidValue(field, externalTrafficPolicy, 'may only be set for externally-accessible services')];
}

/** The rules of a change to a Service. */
export function validateServiceUpdate(service: ServiceObject, before: ServiceObject): FieldError[] {
  const errors: FieldError[] = [];
  const { clusterIPs = [], loadBalancerClass } = service.spec;
  const [old] = before.spec.clusterIPs ?? [];
  if (hasClusterIp(service) && hasClusterIp(before) && old !== undefined && clusterIPs[0] !== old) {
    const detail = clusterIPs.length === 0 ? 'primary clusterIP can not be unset' : 'may not change once set';
    errors.push(invalidValue('spec.clusterIPs[0]', clusterIPs, detail));
  }
  const sameType = service.spec.type === 'LoadBalancer' && before.spec.type === 'LoadBalancer';
  if (sameType && loadBalancerClass !== before.spec.loadBalancerClass) {
    errors.push(invalidValue('spec.loadBalancerClass', loadBalancerClass, 'may not change once set'));
  }
  return [...errors, ...healthCheckPortErrors(service, before)];
}

function healthCheckPortErrors(service: ServiceObject, before: ServiceObject): FieldError[] {
  if (!needsHealthCheckPort(service) || !needsHealthCheckPort(before)) return [];
  const [port, old] = [service.spec.healthCheckNodePort, before.spec.healthCheckNodePort ?? 0];
  if (old === 0 || port === old) return [];
  const detail = 'cannot change healthCheckNodePort on loadBalancer service with externalTraffic=Local during update';
  return [invalidValue('spec.healthCheckNodePort', port ?? 0, detail)];
}

/** The rules of a Service's status. */
export function validateServiceStatus(service: ServiceObject, features: ServerFeatures): FieldError[] {
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  const errors: FieldError[] = [];
  if (features.statusOnlyOnLoadBalancer && service.spec.type !== 'LoadBalancer' && ingress.length > 0) {
    const detail = 'may only be used when `spec.type` is "LoadBalancer"';
    errors.push(forbiddenField('status.loadBalancer.ingress', detail));
  }
  ingress.forEach(({ ip, hostname }, index) => {
    const field = `status.loadBalancer.ingress[${index}]`;
    if (ip !== undefined && isIP(ip) === 0) {
      errors.push(invalidValue(`${field}.ip`, ip, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'));
    }
    if (hostname === undefined) return;
    errors.push(...dnsSubdomain(hostname).map((message) => invalidValue(`${field}.hostname`, hostname, message)));
    if (isIP(hostname) !== 0)
      errors.push(invalidValue(`${field}.hostname`, hostname, 'must be a DNS name, not an IP address'));
  });
  return errors;
}
