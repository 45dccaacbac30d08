import { isIPv6 } from 'node:net';
import { deviceLabels } from './host-names.ts';
import type { InventoryDevice } from './inventory-device.ts';

/** One name and one address behind it. */
interface NamedAddress {
  /** `web.iotedge.store-001`, below the domain. */
  readonly name: string;
  readonly address: string;
  readonly device: InventoryDevice;
}

function namedAddresses(devices: readonly InventoryDevice[]): readonly NamedAddress[] {
  const labels = deviceLabels(devices);
  return devices.flatMap((device) =>
    device.services.flatMap(({ namespace, name, addresses }) =>
      addresses.map((address) => ({ name: `${name}.${namespace}.${labels.get(device.id) ?? ''}`, address, device })),
    ),
  );
}

/** A hosts file: the external address of every Service under its name. What may be out of date says so behind it. */
export function hostsFile(devices: readonly InventoryDevice[], domain: string): string {
  const lines = namedAddresses(devices).map(
    ({ name, address, device }) => `${address}\t${name}.${domain}${staleRemark(device, '\t# ')}`,
  );
  return [...HEAD.map((line) => `# ${line}`), ...lines, ''].join('\n');
}

const HEAD = ['External addresses of Services: SERVICE.NAMESPACE.DEVICE. Made by iotedge-net inventory.'];

const TTL = 300;

/** What a zone file needs besides the addresses. */
export interface ZoneOptions {
  readonly domain: string;
  /** Grows from one zone file to the next; at most 32 bits. */
  readonly serial: number;
}

/** A master file of the domain (RFC 1035, section 5) with one A or AAAA record per external address. */
export function dnsZone(devices: readonly InventoryDevice[], { domain, serial }: ZoneOptions): string {
  const records = namedAddresses(devices).map(
    ({ name, address, device }) =>
      `${name} IN ${isIPv6(address) ? 'AAAA' : 'A'} ${address}${staleRemark(device, ' ; ')}`,
  );
  return [
    ...HEAD.map((line) => `; ${line}`),
    `$ORIGIN ${domain}.`,
    `$TTL ${TTL}`,
    `@ IN SOA localhost. hostmaster.${domain}. ( ${serial} 3600 600 604800 ${TTL} )`,
    '@ IN NS localhost.',
    ...records,
    '',
  ].join('\n');
}

function staleRemark({ stale, lastSeen }: InventoryDevice, before: string): string {
  return stale ? `${before}stale, last seen ${lastSeen ?? 'never'}` : '';
}
