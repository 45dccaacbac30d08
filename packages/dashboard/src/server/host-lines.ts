import type { DeviceView, ServiceView } from '../view/device-view.ts';

/** Lines for a hosts file: `address name name`, one per external address, with the short and the cluster name of its Services. */
export function hostLines({ id, services }: DeviceView): string {
  const byAddress = new Map<string, string[]>();
  for (const service of services)
    for (const ip of service.ips) byAddress.set(ip, [...(byAddress.get(ip) ?? []), ...namesOf(service, id)]);
  const lines = [...byAddress].map(([ip, names]) => `${ip}\t${[...new Set(names)].join(' ')}`);
  return [`# External addresses of ${id}`, ...lines, ''].join('\n');
}

function namesOf({ name, namespace }: ServiceView, id: string): readonly string[] {
  const device = label(id);
  return [`${label(name)}.${label(namespace)}.${device}`, `${label(name)}.${device}`];
}

/** A text as one label of a host name (RFC 1123). */
export function label(text: string): string {
  const cleaned = text
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63);
  return cleaned === '' ? 'x' : cleaned;
}
