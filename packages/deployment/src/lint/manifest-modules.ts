import { moduleFromManifest, type ModuleInput } from '@iotedge-networking/edge-agent';
import { isJsonObject, type JsonObject } from '../generate/sorted-json.ts';

const DESIRED = 'properties.desired';

/** The modules that a manifest of any shape asks for, the system modules first; a layer has those that it adds. */
export function manifestModules(manifest: unknown): readonly ModuleInput[] {
  return modulesOf(agentDesired(manifest));
}

/** The modules of desired properties of $edgeAgent, in the order in which edgeAgent looks at them: system modules first. */
export function modulesOf(agent: JsonObject): readonly ModuleInput[] {
  return (['systemModules', 'modules'] as const).flatMap((group) =>
    Object.entries(objectOf(agent[group])).map(([name, entry]) =>
      moduleFromManifest(name, entry, group === 'systemModules'),
    ),
  );
}

/** The desired properties of $edgeAgent; in a layer, whose keys are paths such as `properties.desired.modules.web`, put together. */
function agentDesired(manifest: unknown): JsonObject {
  const root = objectOf(manifest);
  const outer = isJsonObject(root.content) ? root.content : root;
  const content = isJsonObject(outer.modulesContent) ? outer.modulesContent : objectOf(outer.moduleContent);
  const twin = objectOf(content.$edgeAgent);
  return Object.entries(twin).reduce<JsonObject>((desired, [key, value]) => {
    if (!key.startsWith(`${DESIRED}.`)) return desired;
    return withPath(desired, key.slice(DESIRED.length + 1).split('.'), value);
  }, objectOf(twin[DESIRED]));
}

function withPath(object: JsonObject, [first = '', ...rest]: readonly string[], value: unknown): JsonObject {
  return { ...object, [first]: rest.length === 0 ? value : withPath(objectOf(object[first]), rest, value) };
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
