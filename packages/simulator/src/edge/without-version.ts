import type { TwinObject } from '@iotedge-networking/contract';

/** A section of a twin without `$version`: what its author wrote. */
export function withoutVersion(section: TwinObject): TwinObject {
  return Object.fromEntries(Object.entries(section).filter(([key]) => key !== '$version'));
}
