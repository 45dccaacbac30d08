import { finding } from './finding.ts';
import type { Finding, PathStep } from './finding.ts';
import { isRecord, recordOf } from './module-input.ts';

type Json = Readonly<Record<string, unknown>>;

/** One property of a desired section, with its place; in layers a property can have a key of its own. */
export interface Placed<T = unknown> {
  readonly at: readonly PathStep[];
  readonly value: T;
}

/** The desired properties of one module twin, put together from `properties.desired` and `properties.desired.<path>`. */
export interface DesiredSection {
  readonly at: readonly PathStep[];
  readonly layered: boolean;
  readonly desired: Json;
  /** First-level properties and, in layers, deeper ones, by dotted path (`modules.web`). */
  readonly parts: ReadonlyMap<string, Placed>;
}

/** One entry under `modules` or `systemModules`. */
export interface ManifestModule {
  readonly name: string;
  readonly system: boolean;
  readonly at: readonly PathStep[];
  readonly entry: Json;
}

/** What the content is for: modules with their twins, or a single twin of a module or device. */
export type ContentKind = 'deployment' | 'module-twin' | 'device-twin';

/** A manifest taken apart. */
export interface ManifestShape {
  readonly at: readonly PathStep[];
  readonly kind: ContentKind;
  /** A template of VS Code: create options may be objects, values placeholders. */
  readonly template: boolean;
  readonly agent: DesiredSection | undefined;
  readonly hub: DesiredSection | undefined;
  /** Twins of all modules, `$edgeAgent` and `$edgeHub` included; of a single twin its own, without a name. */
  readonly sections: ReadonlyMap<string, DesiredSection>;
  readonly modules: readonly ManifestModule[];
  readonly findings: readonly Finding[];
}

const DESIRED = 'properties.desired';

/** The keys that content can stand under; the first that is there counts. */
export const CONTENT_KEYS = ['modulesContent', 'moduleContent', 'deviceContent'] as const;

/**
 * Takes a deployment manifest apart: `{modulesContent}`, `{content: {modulesContent}}` or the older `{moduleContent}`; standard, layered, or a template of
 * VS Code (iot-hub-and-iot-edge.md 5.1, 5.7, 6.2). An automatic module or device configuration (`moduleContent` or `deviceContent` with the keys of a
 * twin, 3.5) and a patch of a module twin hold one twin and no modules. Undefined when there is nothing of the kind.
 */
export function readManifest(manifest: unknown): ManifestShape | undefined {
  const found = findContent(manifest);
  if (found === undefined) return readPatch(recordOf(manifest));
  const { at, kind } = found;
  const twins = kind === 'deployment' ? Object.entries(found.value) : [['', found.value] as const];
  const sections = new Map<string, DesiredSection>();
  const findings: Finding[] = [];
  for (const [name, twin] of twins) {
    const place = name === '' ? at : [...at, name];
    sections.set(name, readSection(recordOf(twin), place));
    findings.push(...notObjects(twin, place), ...refusedKeys(recordOf(twin), place));
  }
  const agent = sections.get('$edgeAgent');
  const modules = agent === undefined ? [] : readModules(agent);
  const template = Object.hasOwn(recordOf(manifest), '$schema-template');
  return { at, kind, template, agent, hub: sections.get('$edgeHub'), sections, modules, findings };
}

interface Content extends Placed<Json> {
  readonly kind: ContentKind;
}

function findContent(manifest: unknown): Content | undefined {
  const root = recordOf(manifest);
  const outer = isRecord(root['content']) ? { at: ['content'], value: root['content'] } : { at: [], value: root };
  for (const key of CONTENT_KEYS) {
    const value = outer.value[key];
    if (isRecord(value)) return { at: [...outer.at, key], value, kind: kindOf(key, value) };
  }
  return undefined;
}

/** Under `moduleContent` older manifests have their modules, and module configurations the keys of a twin. */
function kindOf(key: (typeof CONTENT_KEYS)[number], value: Json): ContentKind {
  if (key === 'deviceContent') return 'device-twin';
  return key === 'moduleContent' && Object.keys(value).some(isTwinKey) ? 'module-twin' : 'deployment';
}

/** Desired properties for a twin as `az iot hub module-twin update` takes them: alone, or under `properties.desired`. */
function readPatch(root: Json): ManifestShape | undefined {
  const inner = recordOf(root['properties'])['desired'];
  const desired = isRecord(inner) ? inner : root;
  if (!isRecord(inner) && !isRecord(root['computeNetwork'])) return undefined;
  const at = isRecord(inner) ? ['properties', 'desired'] : [];
  const parts = new Map(Object.entries(desired).map(([key, value]) => [key, { at: [...at, key], value }]));
  const section: DesiredSection = { at, layered: true, desired, parts };
  const none = { template: false, agent: undefined, hub: undefined, modules: [], findings: [] };
  return { at, kind: 'module-twin', sections: new Map([['', section]]), ...none };
}

const isTwinKey = (key: string): boolean => key === DESIRED || key.startsWith(`${DESIRED}.`);

function readSection(twin: Json, at: readonly PathStep[]): DesiredSection {
  const parts = new Map<string, Placed>();
  const desired: Record<string, unknown> = { ...recordOf(twin[DESIRED]) };
  for (const [key, value] of Object.entries(desired)) parts.set(key, { at: [...at, DESIRED, key], value });
  for (const [key, value] of Object.entries(twin)) {
    if (!key.startsWith(`${DESIRED}.`)) continue;
    const path = key.slice(DESIRED.length + 1);
    parts.set(path, { at: [...at, key], value });
    setPath(desired, path.split('.'), value);
  }
  return { at: [...at, DESIRED], layered: !Object.hasOwn(twin, DESIRED), desired, parts };
}

function setPath(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first = '', ...rest] = path;
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  const inner = { ...recordOf(target[first]) };
  setPath(inner, rest, value);
  target[first] = inner;
}

function notObjects(twin: unknown, at: readonly PathStep[]): readonly Finding[] {
  if (!isRecord(twin)) return [finding('section-not-an-object', at, 'The twin is not an object.')];
  if (!Object.hasOwn(twin, DESIRED) || isRecord(twin[DESIRED])) return [];
  return [finding('section-not-an-object', [...at, DESIRED], 'The desired properties are not an object.')];
}

function refusedKeys(twin: Json, at: readonly PathStep[]): readonly Finding[] {
  const wrong = Object.keys(twin).filter((key) => !isTwinKey(key));
  return wrong.map((key) => {
    const message = `${JSON.stringify(key)} is no key of a module twin in a deployment.`;
    return finding('section-key-refused', [...at, key], message);
  });
}

/** A first-level property of a section, or undefined in its place. */
export function partOf(section: DesiredSection, name: string): Placed {
  return section.parts.get(name) ?? { at: [...section.at, name], value: undefined };
}

function readModules(agent: DesiredSection): readonly ManifestModule[] {
  const groups = [
    { group: 'systemModules', system: true },
    { group: 'modules', system: false },
  ];
  return groups.flatMap(({ group, system }) => {
    const whole = partOf(agent, group);
    const inside = Object.entries(recordOf(whole.value)).map(([name, entry]) => ({
      name,
      system,
      at: [...whole.at, name],
      entry: recordOf(entry),
    }));
    return [...inside, ...layeredModules(agent, group, system)];
  });
}

function layeredModules(agent: DesiredSection, group: string, system: boolean): readonly ManifestModule[] {
  return [...agent.parts].flatMap(([path, { at, value }]) => {
    const [first, name, ...rest] = path.split('.');
    if (first !== group || name === undefined || rest.length > 0) return [];
    return [{ name, system, at, entry: recordOf(value) }];
  });
}
