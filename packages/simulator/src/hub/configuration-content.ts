import { isTwinObject, type TwinObject } from '@iotedge-networking/contract';
import { HubError, type HubErrorName } from './hub-error.ts';
import { optionalObject, requireObject } from './json-input.ts';

const SECTION = 'properties.desired';

/** What a deployment does to one desired section: puts a document in its place, then sets single paths in it. */
export interface SectionContent {
  readonly replacement?: TwinObject | undefined;
  /** Values by path below `properties.desired`, in the order in which they are set. */
  readonly paths: readonly (readonly [path: string, value: unknown])[];
}

/** Content of a deployment by module name. */
export type ModulesContent = ReadonlyMap<string, SectionContent>;

/** Reads `modulesContent`: per module the keys `properties.desired` and `properties.desired.<path>`. */
export function readModulesContent(input: unknown, error: HubErrorName): ModulesContent {
  const modules = asContent(input, 'modulesContent', error);
  return new Map(Object.entries(modules).map(([name, content]) => [name, readSectionContent(content, name, error)]));
}

/** Reads the content for one twin. */
export function readSectionContent(input: unknown, what: string, error: HubErrorName): SectionContent {
  const paths: [string, unknown][] = [];
  let replacement: TwinObject | undefined;
  for (const [key, value] of Object.entries(asContent(input, what, error))) {
    if (key === SECTION) replacement = asContent(value, `${what}.${key}`, error);
    else if (key.startsWith(`${SECTION}.`)) paths.push([key.slice(SECTION.length + 1), value]);
    else throw new HubError(error, `${what}.${key}: expected the key ${SECTION} or ${SECTION}.<path>`);
  }
  return { replacement, paths };
}

function asContent(value: unknown, what: string, error: HubErrorName): TwinObject {
  if (isTwinObject(value)) return value;
  throw new HubError(error, `${what} must be a JSON object`);
}

/** Puts `upper` on top of `lower`: a replacement covers everything below it, single paths add to it. */
export function stackContent(lower: SectionContent | undefined, upper: SectionContent): SectionContent {
  if (lower === undefined || upper.replacement !== undefined) return upper;
  return { replacement: lower.replacement, paths: [...lower.paths, ...upper.paths] };
}

/** {@link stackContent} for every module of two deployments. */
export function stackModules(lower: ModulesContent, upper: ModulesContent): ModulesContent {
  const stacked = new Map(lower);
  for (const [name, content] of upper) stacked.set(name, stackContent(lower.get(name), content));
  return stacked;
}

/** The desired section after the content was written onto `current`. */
export function desiredAfter(current: TwinObject, { replacement, paths }: SectionContent): TwinObject {
  return paths.reduce((section, [path, value]) => setPath(section, path.split('.'), value), replacement ?? current);
}

function setPath(object: TwinObject, [name = '', ...rest]: readonly string[], value: unknown): TwinObject {
  const before = Object.hasOwn(object, name) ? object[name] : undefined;
  const after = rest.length === 0 ? value : setPath(isTwinObject(before) ? before : {}, rest, value);
  return Object.fromEntries([...Object.entries(object).filter(([key]) => key !== name), [name, after]]);
}

/** The three kinds of content a configuration may have; exactly one. */
export type ConfigurationContent =
  | { readonly kind: 'edge'; readonly modules: ModulesContent; readonly layered: boolean }
  | { readonly kind: 'device' | 'module'; readonly section: SectionContent };

/** Reads `content` of a configuration. A deployment without `properties.desired` for `$edgeAgent` is a layer. */
export function readConfigurationContent(input: unknown): ConfigurationContent {
  const error = 'InvalidConfigurationContent';
  const given = Object.entries(requireObject(input, 'content')).filter(([, value]) => !isAbsent(value));
  const [first, ...others] = given;
  if (first === undefined || others.length > 0)
    throw new HubError(error, 'content must hold exactly one of modulesContent, deviceContent, moduleContent');
  const [key, value] = first;
  if (key === 'deviceContent') return { kind: 'device', section: readSectionContent(value, key, error) };
  if (key === 'moduleContent') return { kind: 'module', section: readSectionContent(value, key, error) };
  if (key !== 'modulesContent') throw new HubError(error, `content.${key} is not known`);
  const modules = readModulesContent(value, error);
  const agent = modules.get('$edgeAgent');
  if (agent === undefined) throw new HubError(error, 'modulesContent must hold $edgeAgent, if only as an empty object');
  return { kind: 'edge', modules, layered: agent.replacement === undefined };
}

function isAbsent(value: unknown): boolean {
  return value === null || (isTwinObject(value) && Object.keys(value).length === 0);
}

/** Names of the user modules that a `$edgeAgent` section asks for. */
export function listedModules(agentDesired: TwinObject): readonly string[] {
  return Object.keys(optionalObject(agentDesired['modules'], '$edgeAgent modules') ?? {});
}
