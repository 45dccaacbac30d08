import { TWIN_LIMITS, twinSize } from '@iotedge-networking/contract';
import type { Manifest } from './manifest.ts';
import { isJsonObject } from './sorted-json.ts';

/** How much of a twin's desired properties a deployment uses, as IoT Hub counts. */
export interface TwinBudget {
  /** Module whose twin it is: `$edgeAgent`, `$edgeHub` or the networking module. */
  readonly twin: string;
  readonly bytes: number;
  readonly limit: number;
  /** What it is made of, the largest first: modules, or Services. */
  readonly parts: readonly TwinPart[];
}

/** One part of a twin and its size. */
export interface TwinPart {
  readonly name: string;
  readonly bytes: number;
}

/** The budget of every twin that a deployment writes. */
export function twinBudgets(manifest: Manifest): readonly TwinBudget[] {
  return Object.entries(manifest.modulesContent).map(([twin, content]) => {
    const section: unknown = content['properties.desired'];
    return { twin, bytes: twinSize(section), limit: TWIN_LIMITS.sectionBytes, parts: partsOf(section) };
  });
}

function partsOf(section: unknown): readonly TwinPart[] {
  if (!isJsonObject(section)) return [];
  const modules = isJsonObject(section.modules) ? Object.entries(section.modules) : [];
  const services = isJsonObject(section.services)
    ? Object.entries(section.services).flatMap(([namespace, inner]) =>
        isJsonObject(inner)
          ? Object.entries(inner).map(([name, entry]) => [`${namespace}/${name}`, entry] as const)
          : [],
      )
    : [];
  return [...modules, ...services]
    .map(([name, content]) => ({ name, bytes: twinSize({ [name]: content }) }))
    .sort((one, other) => other.bytes - one.bytes);
}
