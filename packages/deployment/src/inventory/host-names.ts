import { createHash } from 'node:crypto';
import type { InventoryDevice } from './inventory-device.ts';

/** Octets of a label. Source: RFC 1035, 2.3.4. */
const LABEL = 63;

/** Digits that tell apart devices whose ids make the same label. */
const DIGITS = 6;

/**
 * A DNS label for every device: its id in lower case, with hyphens for what a host name may not hold. Ids that differ only in such signs are told apart
 * by a few digits of their hash, so that a name never leads to another device, whichever devices are listed beside it.
 */
export function deviceLabels(devices: readonly InventoryDevice[]): ReadonlyMap<string, string> {
  return new Map(devices.map(({ id }) => [id, deviceLabel(id)]));
}

function deviceLabel(id: string): string {
  const label = id
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  if (label === id && label.length <= LABEL) return label;
  const digits = createHash('sha256').update(id).digest('hex').slice(0, DIGITS);
  return `${label.slice(0, LABEL - DIGITS - 1)}-${digits}`.replace(/^-/, '');
}
