import type { DeviceView } from '../view/device-view.ts';
import { label } from './host-lines.ts';

/** Records of a DNS zone (RFC 1035 master file) with an A or AAAA for every external address, relative to the origin the operator loads it under. */
export function zoneRecords({ id, services }: DeviceView): string {
  const lines = services.flatMap(({ name, namespace, ips }) =>
    ips.map((ip) => `${label(name)}.${label(namespace)}\tIN\t${ip.includes(':') ? 'AAAA' : 'A'}\t${ip}`),
  );
  return [`; External addresses of ${id}`, '$TTL 60', ...new Set(lines), ''].join('\n');
}
