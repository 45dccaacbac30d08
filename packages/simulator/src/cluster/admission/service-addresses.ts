import { forbiddenField, invalidValue } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import type { AdmissionEnvironment } from '../scheme/resource-kind.ts';
import type { ServerFeatures } from '../server-version.ts';
import type { ServiceObject } from '../service-object.ts';
import type { ClusterIpAllocator } from './cluster-ip-allocator.ts';
import type { NodePortAllocator } from './node-port-allocator.ts';
import { hasClusterIp, isHeadless, needsHealthCheckPort, needsNodePorts } from './service-defaults.ts';

/** The books of what Services hold. The first allocator is the cluster's primary family. */
export interface ServiceAllocators {
  readonly clusterIps: readonly ClusterIpAllocator[];
  readonly nodePorts: NodePortAllocator;
}

/** Settles `ipFamilies`, `ipFamilyPolicy` and the number of cluster IPs of a Service (`initIPFamilyFields`). */
export function settleIpFamilies(service: ServiceObject, allocators: ServiceAllocators): FieldError[] {
  const { spec } = service;
  if (!hasClusterIp(service)) return [];
  const configured = allocators.clusterIps.map((allocator) => allocator.family);
  const [primary = 'IPv4'] = configured;
  if (isHeadless(service) && Object.keys(spec.selector ?? {}).length === 0)
    return settleSelectorlessHeadless(service, primary);
  spec.ipFamilyPolicy ??=
    (spec.clusterIPs ?? []).length === 2 || spec.ipFamilies?.length === 2 ? 'RequireDualStack' : 'SingleStack';
  const errors = (spec.ipFamilies ?? []).flatMap((family, index) =>
    configured.includes(family as 'IPv4')
      ? []
      : [invalidValue(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster')],
  );
  if (spec.ipFamilyPolicy === 'RequireDualStack' && configured.length < 2) {
    const detail = 'this cluster is not configured for dual-stack services';
    errors.push(invalidValue('spec.ipFamilyPolicy', spec.ipFamilyPolicy, detail));
  }
  const given = (spec.clusterIPs ?? [])
    .filter((address) => address !== 'None')
    .map((address) => (address.includes(':') ? 'IPv6' : 'IPv4'));
  const families = [...new Set([...(spec.ipFamilies ?? []), ...given])];
  if (families.length === 0) families.push(primary);
  if (spec.ipFamilyPolicy !== 'SingleStack')
    families.push(...configured.filter((family) => !families.includes(family)));
  spec.ipFamilies = spec.ipFamilyPolicy === 'SingleStack' ? families.slice(0, 1) : families;
  return errors;
}

function settleSelectorlessHeadless(service: ServiceObject, primary: string): FieldError[] {
  const { spec } = service;
  const families = spec.ipFamilies ?? [primary];
  if (families.length < 2 && spec.ipFamilyPolicy !== 'SingleStack')
    families.push(families[0] === 'IPv4' ? 'IPv6' : 'IPv4');
  spec.ipFamilies = families;
  spec.ipFamilyPolicy ??= families.length > 1 ? 'RequireDualStack' : 'SingleStack';
  return [];
}

/** Gives the Service the cluster IPs and node ports it needs and does not have. `before` holds what is its own already. */
export function allocateService(
  service: ServiceObject,
  before: ServiceObject | undefined,
  allocators: ServiceAllocators,
  environment: AdmissionEnvironment,
): FieldError[] {
  const { spec } = service;
  if ((spec.clusterIP ?? '') === '' && spec.clusterIPs?.[0] !== undefined) {
    return [invalidValue('spec.clusterIPs', spec.clusterIPs, 'must be empty when `clusterIP` is not specified')];
  }
  if (spec.clusterIPs?.[0] !== undefined && spec.clusterIPs[0] !== spec.clusterIP) {
    return [invalidValue('spec.clusterIPs', spec.clusterIPs, 'first value must match `clusterIP`')];
  }
  const errors = settleIpFamilies(service, allocators);
  if (errors.length > 0) return errors;
  errors.push(...allocateClusterIps(service, before, allocators, environment));
  errors.push(...allocateNodePorts(service, before, allocators, environment));
  return errors;
}

function allocateClusterIps(
  service: ServiceObject,
  before: ServiceObject | undefined,
  allocators: ServiceAllocators,
  environment: AdmissionEnvironment,
): FieldError[] {
  const { spec } = service;
  if (!hasClusterIp(service)) return [];
  if (isHeadless(service)) {
    spec.clusterIPs = ['None'];
    return [];
  }
  const own = new Set(before?.spec.clusterIPs ?? []);
  const errors: FieldError[] = [];
  const addresses = (spec.ipFamilies ?? []).map((family, index) => {
    const allocator = allocators.clusterIps.find((candidate) => candidate.family === family);
    const asked = spec.clusterIPs?.[index] ?? '';
    if (asked === '') return allocator?.next(environment.random) ?? '';
    const refusal = own.has(asked) ? undefined : allocator?.refusal(asked);
    if (refusal !== undefined)
      errors.push(invalidValue('spec.clusterIPs', [asked], `failed to allocate IP ${asked}: ${refusal}`));
    return asked;
  });
  if (addresses.includes(''))
    errors.push(forbiddenField('spec.clusterIPs', 'failed to allocate a serviceIP: range is full'));
  spec.clusterIPs = addresses;
  spec.clusterIP = addresses[0];
  return errors;
}

function allocateNodePorts(
  service: ServiceObject,
  before: ServiceObject | undefined,
  { nodePorts }: ServiceAllocators,
  environment: AdmissionEnvironment,
): FieldError[] {
  const { spec } = service;
  const own = new Set((before?.spec.ports ?? []).map((port) => `${port.nodePort ?? 0}/${port.protocol ?? ''}`));
  const fresh = new Set<number>();
  const errors: FieldError[] = [];
  const take = (): number | undefined => {
    for (let attempt = 0; attempt < 100; attempt++) {
      const port = nodePorts.next(environment.random);
      if (port === undefined || !fresh.has(port)) return port;
    }
    return undefined;
  };
  for (const [index, port] of (spec.ports ?? []).entries()) {
    const asked = port.nodePort ?? 0;
    const protocol = port.protocol ?? '';
    if (asked === 0 && needsNodePorts(service)) {
      port.nodePort = take();
      if (port.nodePort === undefined) errors.push(forbiddenField(`spec.ports[${index}].nodePort`, 'range is full'));
      else fresh.add(port.nodePort);
    } else if (asked !== 0 && !own.has(`${asked}/${protocol}`)) {
      const refusal = nodePorts.refusal(asked, protocol);
      if (refusal !== undefined) errors.push(invalidValue(`spec.ports[${index}].nodePort`, asked, refusal));
    }
  }
  if (needsHealthCheckPort(service)) spec.healthCheckNodePort ??= take();
  return errors;
}

/** Follows every stored change of a Service in the books. */
export function keepServiceBooks(
  allocators: ServiceAllocators,
  now: ServiceObject | undefined,
  before: ServiceObject | undefined,
): void {
  eachHolding(before, (address) => releaseAddress(allocators, address), (port, protocol) => allocators.nodePorts.release(port, protocol));
  eachHolding(now, (address) => takeAddress(allocators, address), (port, protocol) => allocators.nodePorts.take(port, protocol));
} // prettier-ignore

function eachHolding(
  service: ServiceObject | undefined,
  onAddress: (address: string) => void,
  onPort: (port: number, protocol: string) => void,
): void {
  for (const address of service?.spec.clusterIPs ?? []) if (address !== 'None') onAddress(address);
  for (const port of service?.spec.ports ?? [])
    if ((port.nodePort ?? 0) !== 0) onPort(port.nodePort ?? 0, port.protocol ?? '');
  if (service?.spec.healthCheckNodePort !== undefined) onPort(service.spec.healthCheckNodePort, 'TCP');
}

function takeAddress({ clusterIps }: ServiceAllocators, address: string): void {
  clusterIps.find((allocator) => (allocator.family === 'IPv6') === address.includes(':'))?.take(address);
}

function releaseAddress({ clusterIps }: ServiceAllocators, address: string): void {
  clusterIps.find((allocator) => (allocator.family === 'IPv6') === address.includes(':'))?.release(address);
}
