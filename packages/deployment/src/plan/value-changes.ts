import { formatPath, type PathStep } from '@iotedge-networking/edge-agent';
import { isJsonObject } from '../generate/sorted-json.ts';

/** One plain value that differs; arrays count as plain values, for twins replace them whole. */
export interface ValueDifference {
  readonly at: readonly PathStep[];
  readonly path: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** Every plain value in which two documents differ, in order of path. */
export function valueDifferences(from: unknown, to: unknown, at: readonly PathStep[] = []): readonly ValueDifference[] {
  if (isObjectOrAbsent(from) && isObjectOrAbsent(to) && (from !== undefined || to !== undefined)) {
    const keys = [...new Set([...Object.keys(from ?? {}), ...Object.keys(to ?? {})])].sort();
    return keys.flatMap((key) => valueDifferences(from?.[key], to?.[key], [...at, key]));
  }
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  const path = formatPath(at);
  return [{ at, path, ...present('from', from), ...present('to', to) }];
}

function isObjectOrAbsent(value: unknown): value is Readonly<Record<string, unknown>> | undefined {
  return value === undefined || isJsonObject(value);
}

function present<K extends string>(key: K, value: unknown): Partial<Record<K, unknown>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, unknown>);
}
