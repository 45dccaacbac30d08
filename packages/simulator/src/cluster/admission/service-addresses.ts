import { forbiddenField, invalidValue } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import type { ServiceObject, ServicePort } from '../service-object.ts';
import type { ClusterIpAllocator } from './cluster-ip-allocator.ts';
import type { NodePortAllocator } from './node-port-allocator.ts';
import { settleIpFamilies } from './service-ip-families.ts';
import { hasClusterIp, isHeadless, needsHealthCheckPort, needsNodePorts } from './service-type.ts';

/** The books of what Services hold. The first allocator is the cluster's primary family. */
export interface ServiceAllocators {
  readonly clusterIps: readonly ClusterIpAllocator[];
  readonly nodePorts: NodePortAllocator;
}

interface Allocation {
  readonly service: ServiceObject;
  /** What is stored: its addresses and ports are the Service's own already. */
  readonly before: ServiceObject | undefined;
  readonly allocators: ServiceAllocators;
  readonly random: () => number;
}

/** Gives the Service the cluster IPs and node ports it needs and does not have. */
export function allocateService(allocation: Allocation): FieldError[] {
  const { service, allocators } = allocation;
  const { clusterIP = '', clusterIPs = [] } = service.spec;
  const [first] = clusterIPs;
  if (first !== undefined && clusterIP === '') {
    return [invalidValue('spec.clusterIPs', clusterIPs, 'must be empty when `clusterIP` is not specified')];
  }
  if (first !== undefined && first !== clusterIP) {
    return [invalidValue('spec.clusterIPs', clusterIPs, 'first value must match `clusterIP`')];
  }
  const configured = allocators.clusterIps.map(({ family }) => family);
  const errors = settleIpFamilies(service, configured);
  return errors.length > 0 ? errors : [...allocateClusterIps(allocation), ...allocateNodePorts(allocation)];
}

function allocateClusterIps({ service, before, allocators, random }: Allocation): FieldError[] {
  const { spec } = service;
  if (!hasClusterIp(service)) return [];
  if (isHeadless(service)) {
    spec.clusterIPs = ['None'];
    return [];
  }
  const own = new Set(before?.spec.clusterIPs);
  const errors: FieldError[] = [];
  const addresses = (spec.ipFamilies ?? []).map((family, index) => {
    const allocator = allocators.clusterIps.find((candidate) => candidate.family === family);
    const asked = spec.clusterIPs?.[index] ?? '';
    if (asked === '') return allocator?.next(random) ?? '';
    const refusal = own.has(asked) ? undefined : allocator?.refusal(asked);
    if (refusal !== undefined) {
      errors.push(invalidValue('spec.clusterIPs', [asked], `failed to allocate IP ${asked}: ${refusal}`));
    }
    return asked;
  });
  if (addresses.includes('')) {
    errors.push(forbiddenField('spec.clusterIPs', 'failed to allocate a serviceIP: range is full'));
  }
  spec.clusterIPs = addresses;
  spec.clusterIP = addresses[0];
  return errors;
}

function allocateNodePorts({ service, before, allocators, random }: Allocation): FieldError[] {
  const { spec } = service;
  const own = new Set((before?.spec.ports ?? []).map(nodePortKey));
  const take = freshPorts(allocators.nodePorts, random);
  const errors = (spec.ports ?? []).flatMap((port, index): FieldError[] => {
    const { nodePort = 0, protocol = '' } = port;
    const field = `spec.ports[${index}].nodePort`;
    if (nodePort === 0) {
      if (needsNodePorts(service)) port.nodePort = take();
      return needsNodePorts(service) && port.nodePort === undefined ? [forbiddenField(field, 'range is full')] : [];
    }
    const refusal = own.has(nodePortKey(port)) ? undefined : allocators.nodePorts.refusal(nodePort, protocol);
    return refusal === undefined ? [] : [invalidValue(field, nodePort, refusal)];
  });
  if (needsHealthCheckPort(service)) spec.healthCheckNodePort ??= take();
  return errors;
}

const attempts = 100;

/** Picks ports that differ from each other: the books do not know of them before the Service is stored. */
function freshPorts(nodePorts: NodePortAllocator, random: () => number): () => number | undefined {
  const fresh = new Set<number | undefined>();
  return () => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const port = nodePorts.next(random);
      if (fresh.has(port)) continue;
      fresh.add(port);
      return port;
    }
    return undefined;
  };
}

function nodePortKey({ nodePort = 0, protocol = '' }: ServicePort): string {
  return `${nodePort}/${protocol}`;
}

/** Follows every stored change of a Service in the books. */
export function keepServiceBooks(
  { clusterIps, nodePorts }: ServiceAllocators,
  now: ServiceObject | undefined,
  before: ServiceObject | undefined,
): void {
  const bookOf = (address: string): ClusterIpAllocator | undefined =>
    clusterIps.find(({ family }) => (family === 'IPv6') === address.includes(':'));
  for (const address of heldAddresses(before)) bookOf(address)?.release(address);
  for (const { port, protocol } of heldPorts(before)) nodePorts.release(port, protocol);
  for (const address of heldAddresses(now)) bookOf(address)?.take(address);
  for (const { port, protocol } of heldPorts(now)) nodePorts.take(port, protocol);
}

function heldAddresses(service: ServiceObject | undefined): readonly string[] {
  return (service?.spec.clusterIPs ?? []).filter((address) => address !== 'None');
}

function heldPorts(service: ServiceObject | undefined): readonly { port: number; protocol: string }[] {
  const ports = (service?.spec.ports ?? []).map(({ nodePort = 0, protocol = '' }) => ({ port: nodePort, protocol }));
  const healthCheck = { port: service?.spec.healthCheckNodePort ?? 0, protocol: 'TCP' };
  return [...ports, healthCheck].filter(({ port }) => port !== 0);
}
