import { textTable } from '../text-table.ts';
import type { InventoryDevice, InventoryService } from './inventory-device.ts';

const COLUMNS = [
  ...['device', 'service', 'type', 'addresses', 'ports', 'cluster ip', 'dns', 'state', 'reason', 'stale', 'last seen'],
] as const;

interface Row {
  readonly device: InventoryDevice;
  readonly service: InventoryService;
}

function rowsOf(devices: readonly InventoryDevice[]): readonly Row[] {
  return devices.flatMap((device) => device.services.map((service) => ({ device, service })));
}

function cellsOf({ device, service }: Row, separator: string): readonly string[] {
  const { id, stale, lastSeen = '' } = device;
  const ports = service.ports.map(({ port, protocol }) => `${port}/${protocol}`);
  return [
    ...[id, `${service.namespace}/${service.name}`, service.type],
    ...[service.addresses.join(separator), ports.join(separator), service.clusterIp ?? '', service.dns ?? ''],
    ...[service.state, service.reason, stale ? 'stale' : '', lastSeen],
  ];
}

/** Columns that a table shows; the rest would make it too wide. */
const SHOWN = [0, 1, 2, 3, 4, 7, 8, 9];

/** The inventory as a table for people: one row per Service. */
export function inventoryTable(devices: readonly InventoryDevice[]): string {
  const rows = rowsOf(devices).map((row) => cellsOf(row, ','));
  if (rows.length === 0) return 'No Services.\n';
  const heading = COLUMNS.map((name) => name.toUpperCase());
  const cells = [heading, ...rows].map((row) => SHOWN.map((index) => row[index] || '-'));
  return `${textTable(cells).join('\n')}\n`;
}

/** The inventory as CSV (RFC 4180): one row per Service, several addresses or ports separated by spaces. */
export function inventoryCsv(devices: readonly InventoryDevice[]): string {
  const heading = COLUMNS.map((name) => name.replaceAll(' ', '_'));
  const lines = [heading, ...rowsOf(devices).map((row) => cellsOf(row, ' '))];
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
