import { utf8Length } from './utf8-length.ts';

// eslint-disable-next-line no-control-regex -- control characters are exactly what the hub does not count.
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

const textSize = (text: string): number => utf8Length(text.replace(CONTROL, ''));

/**
 * Bytes of a twin section as IoT Hub counts them: keys and strings in UTF-8 without control characters, numbers 8, booleans 4,
 * objects and arrays by their content; `$version` and `$metadata` at the root are free.
 * Source: IoT Hub device-twin developer guide, "Device twin size".
 */
export function twinSize(section: unknown): number {
  if (typeof section !== 'object' || section === null || Array.isArray(section)) return valueSize(section);
  const counted = Object.entries(section).filter(([key]) => key !== '$version' && key !== '$metadata');
  return entriesSize(counted);
}

function entriesSize(entries: readonly (readonly [string, unknown])[]): number {
  return entries.reduce((sum, [key, value]) => sum + textSize(key) + valueSize(value), 0);
}

function valueSize(value: unknown): number {
  if (typeof value === 'string') return textSize(value);
  if (typeof value === 'number') return 8;
  if (typeof value === 'boolean') return 4;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + valueSize(item), 0);
  if (typeof value === 'object' && value !== null) return entriesSize(Object.entries(value));
  return 0;
}
