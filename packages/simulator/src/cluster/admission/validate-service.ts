import { isIP } from 'node:net';
import { parseCidr } from '@iotedge-networking/addressing';
import { duplicate, forbiddenField, invalidValue, notSupported, required } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import type { ServerFeatures } from '../server-version.ts';
import type { ServiceObject, ServicePort } from '../service-object.ts';
import { dnsLabel, dnsSubdomain, portName, portNumberErrors, qualifiedName } from './names.ts';
import { usableAddressErrors } from './special-addresses.ts';
import { hasClusterIp, isExternal, isHeadless } from './service-defaults.ts';
import { labelErrors } from './validate-metadata.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const protocols = ['SCTP', 'TCP', 'UDP'];
const policies = ['Cluster', 'Local'];

/** The rules of a Service (kubernetes `ValidateService`), metadata aside. */
export function validateService(service: ServiceObject, features: ServerFeatures): FieldError[] {
  const { spec } = service;
  const errors = [...portListErrors(service), ...labelErrors(spec.selector, 'spec.selector')];
  if (!types.includes(spec.type ?? '')) errors.push(notSupported('spec.type', spec.type, types));
  if (!['ClientIP', 'None'].includes(spec.sessionAffinity ?? '')) {
    errors.push(notSupported('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']));
  }
  errors.push(...externalNameErrors(service), ...addressErrors(service), ...loadBalancerErrors(service, features));
  errors.push(...policyErrors(service));
  return errors;
}

function portListErrors(service: ServiceObject): FieldError[] {
  const ports = service.spec.ports ?? [];
  if (ports.length === 0) {
    return hasClusterIp(service) && !isHeadless(service) ? [required('spec.ports')] : [];
  }
  const errors = ports.flatMap((port, index) => portErrors(port, `spec.ports[${index}]`, service));
  const seen = { names: new Set<string>(), ports: new Set<string>(), nodePorts: new Set<string>() };
  ports.forEach((port, index) => {
    const field = `spec.ports[${index}]`;
    const { name = '', protocol = '' } = port;
    if (name !== '' && seen.names.has(name)) errors.push(duplicate(`${field}.name`, name));
    if (ports.length > 1 && name === '') errors.push(required(`${field}.name`));
    seen.names.add(name);
    const key = `${port.port}/${protocol}`;
    if (seen.ports.has(key)) errors.push(duplicate(field, { port: port.port, protocol }));
    seen.ports.add(key);
    const nodeKey = `${port.nodePort ?? 0}/${protocol}`;
    if ((port.nodePort ?? 0) !== 0 && seen.nodePorts.has(nodeKey)) errors.push(duplicate(`${field}.nodePort`, port.nodePort));
    seen.nodePorts.add(nodeKey);
  });
  return errors;
}

function portErrors(port: ServicePort, field: string, service: ServiceObject): FieldError[] {
  const errors: FieldError[] = [];
  const { name = '', protocol = '', targetPort } = port;
  if (name !== '') errors.push(...dnsLabel(name).map((message) => invalidValue(`${field}.name`, name, message)));
  errors.push(...portNumberErrors(port.port).map((message) => invalidValue(`${field}.port`, port.port, message)));
  if (protocol === '') errors.push(required(`${field}.protocol`));
  else if (!protocols.includes(protocol)) errors.push(notSupported(`${field}.protocol`, protocol, protocols));
  const target = typeof targetPort === 'number' ? portNumberErrors(targetPort) : portName(targetPort ?? '');
  errors.push(...target.map((message) => invalidValue(`${field}.targetPort`, targetPort, message)));
  if (port.appProtocol !== undefined) {
    errors.push(...qualifiedName(port.appProtocol).map((message) => invalidValue(`${field}.appProtocol`, port.appProtocol, message)));
  }
  if (!isExternal(service) && (port.nodePort ?? 0) !== 0) {
    errors.push(forbiddenField(`${field}.nodePort`, `may not be used when \`type\` is '${service.spec.type ?? ''}'`));
  }
  return errors;
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
      errors.push(invalidValue(`spec.clusterIPs[${index}]`, address, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'));
    }
  });
  (spec.externalIPs ?? []).forEach((address, index) => {
    errors.push(...usableAddressErrors(address, `spec.externalIPs[${index}]`, { allowLoopback: false }));
  });
  return errors;
}

function loadBalancerErrors(service: ServiceObject, features: ServerFeatures): FieldError[] {
  const { spec } = service;
  const errors: FieldError[] = [];
  const isLoadBalancer = spec.type === 'LoadBalancer';
  if (!isLoadBalancer) {
    for (const field of ['allocateLoadBalancerNodePorts', 'loadBalancerClass', 'loadBalancerSourceRanges'] as const) {
      const name = field === 'loadBalancerSourceRanges' ? 'LoadBalancerSourceRanges' : field;
      if (spec[field] !== undefined) errors.push(forbiddenField(`spec.${name}`, "may only be used when `type` is 'LoadBalancer'"));
    }
    return errors;
  }
  (spec.ports ?? []).forEach((port, index) => {
    if (port.port !== 10_250 || features.minor > 32) return;
    const detail = 'may not expose port 10250 externally since it is used by kubelet';
    errors.push(invalidValue(`spec.ports[${index}].port`, port.port, detail));
  });
  for (const range of spec.loadBalancerSourceRanges ?? []) {
    if (parseCidr(range.trim()) !== undefined) continue;
    const detail = 'must be a list of IP ranges. For example, 10.240.0.0/24,10.250.0.0/24';
    errors.push(invalidValue('spec.loadBalancerSourceRanges', spec.loadBalancerSourceRanges, detail));
  }
  const used = new Set((spec.ports ?? []).map((port) => port.protocol));
  if (!features.mixedProtocolLoadBalancer && used.size > 1) {
    errors.push(invalidValue('spec.ports', spec.ports, "may not contain more than 1 protocol when type is 'LoadBalancer'"));
  }
  if (spec.loadBalancerClass !== undefined) {
    const messages = qualifiedName(spec.loadBalancerClass);
    errors.push(...messages.map((message) => invalidValue('spec.loadBalancerClass', spec.loadBalancerClass, message)));
  }
  return errors;
}

function policyErrors(service: ServiceObject): FieldError[] {
  const { spec } = service;
  const errors: FieldError[] = [];
  if (isExternal(service)) {
    if (!policies.includes(spec.externalTrafficPolicy ?? '')) {
      const detail = 'ExternalTrafficPolicy must be empty, Cluster or Local';
      errors.push(invalidValue('spec.externalTrafficPolicy', spec.externalTrafficPolicy, detail));
    }
  } else if (spec.externalTrafficPolicy !== undefined && (spec.externalIPs ?? []).length === 0) {
    const detail = 'may only be set for externally-accessible services';
    errors.push(invalidValue('spec.externalTrafficPolicy', spec.externalTrafficPolicy, detail));
  }
  if (spec.internalTrafficPolicy !== undefined && !policies.includes(spec.internalTrafficPolicy)) {
    errors.push(notSupported('spec.internalTrafficPolicy', spec.internalTrafficPolicy, policies));
  }
  const local = spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
  if ((spec.healthCheckNodePort ?? 0) !== 0 && !local) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalidValue('spec.healthCheckNodePort', spec.healthCheckNodePort, detail));
  }
  return errors;
}

/** The rules of a change to a Service. */
export function validateServiceUpdate(service: ServiceObject, before: ServiceObject): FieldError[] {
  const errors: FieldError[] = [];
  const kept = hasClusterIp(service) && hasClusterIp(before);
  const [now, old] = [service.spec.clusterIPs?.[0], before.spec.clusterIPs?.[0]];
  if (kept && old !== undefined && now === undefined) {
    errors.push(invalidValue('spec.clusterIPs[0]', null, 'primary clusterIP can not be unset'));
  } else if (kept && old !== undefined && now !== old) {
    errors.push(invalidValue('spec.clusterIPs[0]', service.spec.clusterIPs ?? null, 'may not change once set'));
  }
  const { loadBalancerClass } = service.spec;
  const sameType = service.spec.type === 'LoadBalancer' && before.spec.type === 'LoadBalancer';
  if (sameType && loadBalancerClass !== before.spec.loadBalancerClass) {
    errors.push(invalidValue('spec.loadBalancerClass', loadBalancerClass, 'may not change once set'));
  }
  return errors;
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
    if (isIP(hostname) !== 0) errors.push(invalidValue(`${field}.hostname`, hostname, 'must be a DNS name, not an IP address'));
  });
  return errors;
}
