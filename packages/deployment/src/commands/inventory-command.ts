import { selectFleet, type FleetOptions } from '../inventory/fleet-selection.ts';
import { inventoryDevice, type InventoryDevice } from '../inventory/inventory-device.ts';
import { inventoryCsv, inventoryTable } from '../inventory/inventory-rows.ts';
import { dnsZone, hostsFile } from '../inventory/name-files.ts';
import { ansibleInventory, prometheusTargets } from '../inventory/tool-files.ts';
import { EXIT, UsageError, type CommandIo, type ExitCode } from './command-io.ts';
import { deviceStatus } from './device-status.ts';
import { plural, writeText } from './load-network.ts';

/** What `inventory` writes. */
export const INVENTORY_FORMATS = ['table', 'json', 'csv', 'hosts', 'dns', 'prometheus', 'ansible'] as const;

/** Names that stay inside: the public DNS never has a top-level domain `internal`. */
const DEFAULT_DOMAIN = 'edge.internal';

/** Options of `inventory`. */
export interface InventoryOptions extends FleetOptions {
  readonly format: (typeof INVENTORY_FORMATS)[number];
  /** Domain below which names stand in a hosts file or zone. */
  readonly domain?: string;
  /** Only Services that have an external address. */
  readonly external: boolean;
  readonly output?: string;
}

/**
 * Writes which device exposes what at which address, as the networking modules last reported. Devices that have reported nothing are not in it and are
 * counted on standard error, as are those whose report may be out of date.
 */
export async function inventoryCommand(io: CommandIo, options: InventoryOptions): Promise<ExitCode> {
  const domain = options.domain ?? DEFAULT_DOMAIN;
  checkDomain(domain);
  const fleet = await selectFleet(io, options);
  if (fleet === undefined) return EXIT.problems;
  const [members, known] = await Promise.all([fleet.read(), fleet.readDevices()]);
  const statuses = members.map(deviceStatus);
  const devices = statuses
    .filter(({ reported }) => reported !== undefined)
    .map((status) => inventoryDevice(status, known.get(status.id)?.tags))
    .map((device) => (options.external ? externalOnly(device) : device));
  const text = render(devices, options.json ? 'json' : options.format, { domain, now: io.clock.now() });
  if (options.output === undefined) io.stdout.write(text);
  else {
    await writeText(io, options.output, text);
    io.stderr.write(`${options.output}\n`);
  }
  const silent = statuses.length - devices.length;
  const stale = devices.filter((device) => device.stale).length;
  if (silent > 0) io.stderr.write(`${plural(silent, 'device')} left out: nothing that can be read was reported.\n`);
  if (stale > 0)
    io.stderr.write(`${plural(stale, 'device')} marked stale: unreachable, or behind its desired version.\n`);
  return EXIT.ok;
}

function checkDomain(domain: string): void {
  const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
  if (domain.length <= 200 && domain.split('.').every((part) => label.test(part))) return;
  throw new UsageError(`--domain "${domain}" is no domain name. Give one such as stores.example.com, in lower case.`);
}

function externalOnly(device: InventoryDevice): InventoryDevice {
  return { ...device, services: device.services.filter(({ addresses }) => addresses.length > 0) };
}

function render(
  devices: readonly InventoryDevice[],
  format: InventoryOptions['format'],
  { domain, now }: { readonly domain: string; readonly now: number },
): string {
  switch (format) {
    case 'table':
      return inventoryTable(devices);
    case 'json':
      return json({ ok: true, schema: 'iotedge-networking/inventory/v1', devices });
    case 'csv':
      return inventoryCsv(devices);
    case 'hosts':
      return hostsFile(devices, domain);
    case 'dns':
      return dnsZone(devices, { domain, serial: Math.floor(now / 1000) });
    case 'prometheus':
      return json(prometheusTargets(devices));
    case 'ansible':
      return json(ansibleInventory(devices));
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
