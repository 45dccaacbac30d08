import { readManifest } from './manifest-shape.ts';
import { moduleFromManifest, recordOf } from './module-input.ts';
import type { ModuleInput } from './module-input.ts';

/** The modules that a manifest of any shape asks for, the system modules first; a layer has those that it adds, a configuration of twins none. */
export function manifestModules(manifest: unknown): readonly ModuleInput[] {
  return agentModules(readManifest(manifest)?.agent?.desired ?? {});
}

/** The modules of desired properties of $edgeAgent, in the order in which edgeAgent looks at them: system modules first. */
export function agentModules(desired: Readonly<Record<string, unknown>>): readonly ModuleInput[] {
  return ['systemModules', 'modules'].flatMap((group) =>
    Object.entries(recordOf(desired[group])).map(([name, entry]) =>
      moduleFromManifest(name, entry, group === 'systemModules'),
    ),
  );
}
