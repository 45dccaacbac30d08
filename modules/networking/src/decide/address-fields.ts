import { compareVersions, NEW_PREFIX, OLD_PREFIX } from '@iotedge-networking/metallb';
import { PREFIXES } from '../gather/address-annotations.ts';
import type { ClusterService, LoadBalancerView } from '../gather/snapshot.ts';

/** What a Service asks of the load balancer, whichever way it is written. */
export interface AddressAsk {
  /** Requested addresses, comma-separated; empty for any. */
  readonly ips: string;
  readonly pool: string;
  readonly sharingKey: string;
}

/** How requests are written: the field of the Service, or annotations with a prefix. */
export interface AddressStyle {
  /** `spec.loadBalancerIP`, or the annotation `loadBalancerIPs`. Never both (MetalLB refuses that, R10). */
  readonly requestBy: 'field' | 'annotation';
  readonly prefix: string;
}

/** Annotations and field as they have to stand on a Service; null means absent. */
export interface AddressFields {
  readonly annotations: Readonly<Record<string, string | null>>;
  readonly loadBalancerIp: string | null;
}

const REQUEST = 'loadBalancerIPs';
const POOL = 'address-pool';
const SHARING = 'allow-shared-ip';

/**
 * The way of writing requests that the installed load balancer reads: the field up to 0.12, the annotation from 0.13, its prefix by release (0.14.9
 * reads `metallb.io`, older ones only `metallb.universe.tf`).
 */
export function styleOf(loadBalancer: LoadBalancerView): AddressStyle {
  if (loadBalancer.kind === 'none') return { requestBy: 'field', prefix: OLD_PREFIX };
  const prefix = compareVersions(loadBalancer.version, '0.14.9') >= 0 ? NEW_PREFIX : OLD_PREFIX;
  return { requestBy: loadBalancer.dialect === 'configmap' ? 'field' : 'annotation', prefix };
}

/** The style in which this Service already asks: what edgeAgent or a person began is kept, so that field and annotation never meet. */
export function styleFor(service: ClusterService | undefined, style: AddressStyle): AddressStyle {
  if (service === undefined) return style;
  const hasField = service.loadBalancerIp !== '';
  const prefix = PREFIXES.find((one) => (service.annotations[`${one}/${REQUEST}`] ?? '') !== '');
  if (hasField === (prefix !== undefined)) return style;
  return hasField ? { ...style, requestBy: 'field' } : { requestBy: 'annotation', prefix: prefix ?? style.prefix };
}

/** What a Service asks for now. */
export function askOf(service: ClusterService, style: AddressStyle): AddressAsk {
  const request = annotation(service, REQUEST, style) || service.loadBalancerIp;
  return {
    ips: request
      .split(',')
      .map((ip) => ip.trim())
      .join(','),
    pool: annotation(service, POOL, style),
    sharingKey: annotation(service, SHARING, style),
  };
}

/** Whether a Service asks for certain addresses, in whichever way. */
export function requestsAddress(service: ClusterService): boolean {
  return (
    service.loadBalancerIp !== '' || PREFIXES.some((one) => (service.annotations[`${one}/${REQUEST}`] ?? '') !== '')
  );
}

/** Whether a Service asks by field and annotation at once, which MetalLB refuses. */
export function asksTwice(service: ClusterService): boolean {
  return (
    service.loadBalancerIp !== '' && PREFIXES.some((one) => (service.annotations[`${one}/${REQUEST}`] ?? '') !== '')
  );
}

function annotation(service: ClusterService, name: string, style: AddressStyle): string {
  const others = PREFIXES.filter((prefix) => prefix !== style.prefix);
  for (const prefix of [style.prefix, ...others]) {
    const value = service.annotations[`${prefix}/${name}`];
    if (value !== undefined) return value;
  }
  return '';
}

/**
 * Annotations and field that say exactly `ask` in `style`, with every other way of saying it absent. A pair of addresses needs the annotation: the
 * field holds one.
 */
export function fieldsOf(ask: AddressAsk, style: AddressStyle): AddressFields {
  const byField = style.requestBy === 'field' && !ask.ips.includes(',');
  const values: Record<string, string> = {
    [REQUEST]: byField ? '' : ask.ips,
    [POOL]: ask.pool,
    [SHARING]: ask.sharingKey,
  };
  const annotations: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(values)) {
    for (const prefix of PREFIXES)
      annotations[`${prefix}/${name}`] = prefix === style.prefix && value !== '' ? value : null;
  }
  return { annotations, loadBalancerIp: byField && ask.ips !== '' ? ask.ips : null };
}
