import { twinSize } from '@iotedge-networking/contract';

/** Measures sections of twins as IoT Hub counts them, and objects that stand in several of them once. The objects must not change. */
export function twinMeasure(): (section: object) => number {
  const sections = new WeakMap<object, number>();
  const parts = new WeakMap<object, { readonly key: string; readonly bytes: number }>();
  const measurePart = (key: string, value: unknown): number => {
    if (typeof value !== 'object' || value === null) return twinSize({ [key]: value });
    const known = parts.get(value);
    if (known?.key === key) return known.bytes;
    const bytes = twinSize({ [key]: value });
    parts.set(value, { key, bytes });
    return bytes;
  };
  return (section) => {
    const known = sections.get(section);
    if (known !== undefined) return known;
    const bytes = Object.entries(section).reduce((sum, [key, value]) => sum + measurePart(key, value), 0);
    sections.set(section, bytes);
    return bytes;
  };
}
