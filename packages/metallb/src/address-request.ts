import { ipFamily, ipText, parseIp } from './ip-number.ts';
import type { Ip } from './ip-number.ts';
import { labelSetText } from './label-selector.ts';
import type { Labels } from './label-selector.ts';
import type { Behaviour } from './metallb-version.ts';
import type { LoadBalancerService } from './service.ts';
import type { Holder, Sharer } from './tenancy.ts';

/** The annotation prefix since 0.14.9, and the only one before. */
export const NEW_PREFIX = 'metallb.io';
/** The annotation prefix of releases before 0.14.9, still read afterwards. */
export const OLD_PREFIX = 'metallb.universe.tf';

/** IPv4, IPv6, or one of each. */
export type RequestFamily = 'ipv4' | 'ipv6' | 'dual';

/** The addresses a Service asks for: none, some, or something MetalLB cannot make sense of. */
export type DesiredAddresses =
  | { readonly ok: true; readonly addresses: readonly Ip[]; readonly family: RequestFamily | 'none' }
  | { readonly ok: false; readonly problem: string; readonly kind: 'conflict' | 'unreadable' };

/** A Service as the allocator sees it, read once so that every later pass is cheap. */
export interface AddressRequest extends Sharer {
  readonly holder: Holder;
  readonly namespace: string;
  readonly labels: Labels;
  readonly isLoadBalancer: boolean;
  readonly clusterIPs: readonly string[];
  /** The family of the cluster IPs, or why there is none. */
  readonly family: RequestFamily | { readonly problem: string };
  readonly policy: string;
  readonly prefersIpv6: boolean;
  readonly pool: string;
  readonly desired: DesiredAddresses;
  readonly deprecatedAnnotations: readonly string[];
}

/** Reads what a Service asks for, the way this release does (R6, R10, R11, R14–R16). */
export function readRequest(
  key: string,
  service: LoadBalancerService,
  behaviour: Behaviour,
  holder: Holder,
): AddressRequest {
  const { annotations = noLabels, labels = noLabels, selector = noLabels } = service;
  const isLocal = service.externalTrafficPolicy === 'Local';
  return {
    key,
    holder,
    namespace: service.namespace,
    labels,
    isLoadBalancer: service.type === undefined || service.type === 'LoadBalancer',
    clusterIPs: service.clusterIPs,
    family: familyOf(service.clusterIPs),
    policy: service.ipFamilyPolicy ?? 'SingleStack',
    prefersIpv6: service.ipFamilies?.[0] === 'IPv6',
    ports: portTexts(service.ports),
    sharingKey: annotationValue(annotations, 'allow-shared-ip', behaviour),
    backendKey: isLocal ? labelSetText(selector) : '',
    pool: annotationValue(annotations, 'address-pool', behaviour),
    desired: desiredAddresses(annotationValue(annotations, 'loadBalancerIPs', behaviour), service, behaviour),
    deprecatedAnnotations: annotations === noLabels ? noTexts : Object.keys(annotations).filter(isDeprecated),
  };
}

const noLabels: Labels = {};
const noTexts: readonly string[] = [];

/** The texts of Services with one TCP port, of which there are many alike. */
const singlePorts = new Map<number, readonly string[]>();

function portTexts(ports: LoadBalancerService['ports']): readonly string[] {
  const [first] = ports;
  if (ports.length !== 1 || first === undefined || (first.protocol ?? 'TCP') !== 'TCP') return distinctTexts(ports);
  const known = singlePorts.get(first.port) ?? distinctTexts(ports);
  singlePorts.set(first.port, known);
  return known;
}

function distinctTexts(ports: LoadBalancerService['ports']): readonly string[] {
  const texts = ports.map(({ protocol = 'TCP', port }) => `${protocol}/${port}`);
  return texts.length > 1 ? [...new Set(texts)] : texts;
}

function isDeprecated(name: string): boolean {
  return name.startsWith(OLD_PREFIX);
}

/** The annotation that MetalLB writes beside the status. */
export function poolAnnotationName(behaviour: Behaviour): string {
  return `${behaviour.readsNewPrefix ? NEW_PREFIX : OLD_PREFIX}/ip-allocated-from-pool`;
}

/** The annotation that a request has to use so that this release reads it without complaint. */
export function requestAnnotationName(behaviour: Behaviour): string {
  return `${behaviour.readsNewPrefix ? NEW_PREFIX : OLD_PREFIX}/loadBalancerIPs`;
}

/** A value under the new prefix wins even when it is empty. */
function annotationValue(annotations: Labels, name: string, behaviour: Behaviour): string {
  if (annotations === noLabels) return '';
  const fresh = behaviour.readsNewPrefix ? annotations[`${NEW_PREFIX}/${name}`] : undefined;
  return fresh ?? annotations[`${OLD_PREFIX}/${name}`] ?? '';
}

/** The family of one address or a pair. Source: MetalLB internal/ipfamily ForAddresses. */
export function familyOf(texts: readonly string[]): RequestFamily | { problem: string } {
  const [first = '', second = ''] = texts;
  if (texts.length === 1) return singleFamily(first) ?? invalidAddress(texts);
  if (texts.length !== 2)
    return { problem: `IPFamilyForAddresses: invalid ips length ${texts.length} ${goList(texts)}` };
  const [one, other] = [singleFamily(first), singleFamily(second)];
  if (one === undefined || other === undefined) return invalidAddress(texts);
  return one === other ? { problem: `IPFamilyForAddresses: same address family ${goList(texts)}` } : 'dual';
}

function singleFamily(text: string): RequestFamily | undefined {
  const ip = parseIp(text);
  if (ip === undefined) return undefined;
  return typeof ip === 'number' ? 'ipv4' : 'ipv6';
}

function invalidAddress(texts: readonly string[]): { problem: string } {
  return { problem: `IPFamilyForAddresses: Invalid address ${goList(texts)}` };
}

/** A list as Go prints it with %q. */
export function goList(texts: readonly string[]): string {
  return `[${texts.map((text) => `"${text}"`).join(' ')}]`;
}

const noAddresses: DesiredAddresses = { ok: true, addresses: [], family: 'none' };

function desiredAddresses(
  annotation: string,
  { loadBalancerIP: field = '' }: LoadBalancerService,
  behaviour: Behaviour,
): DesiredAddresses {
  if (annotation === '' && field === '') return noAddresses;
  const name = requestAnnotationName(behaviour);
  if (annotation !== '' && field !== '') {
    return { ok: false, kind: 'conflict', problem: `service can not have both ${name} and svc.Spec.LoadBalancerIP` };
  }
  if (annotation !== '') return listedAddresses(annotation, name);
  const address = parseIp(field);
  if (address === undefined)
    return { ok: false, kind: 'unreadable', problem: `invalid spec.loadBalancerIP "${field}"` };
  return { ok: true, addresses: [address], family: ipFamily(address) === 4 ? 'ipv4' : 'ipv6' };
}

function listedAddresses(annotation: string, name: string): DesiredAddresses {
  const addresses: Ip[] = [];
  for (const part of annotation.split(',')) {
    const address = parseIp(part.trim());
    if (address === undefined) return { ok: false, kind: 'unreadable', problem: `invalid ${name}: "${annotation}"` };
    addresses.push(address);
  }
  const family = familyOf(addresses.map(ipText));
  if (typeof family === 'object') return { ok: false, kind: 'unreadable', problem: family.problem };
  return { ok: true, addresses, family };
}
