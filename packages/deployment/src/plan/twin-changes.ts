import { applyTwinPatch } from '@iotedge-networking/contract';
import { joinCreateOptions } from '@iotedge-networking/edge-agent';
import { rememberPair } from '../generate/remember.ts';
import { isJsonObject, isSameContent, withoutEmptyObjects, type JsonObject } from '../generate/sorted-json.ts';
import type { PlanChange } from './plan-change.ts';
import { valueDifferences, type ValueDifference } from './value-changes.ts';

/** Desired properties by twin name. */
export type DesiredByTwin = Readonly<Record<string, JsonObject | undefined>>;

/** What is sent: modules and desired properties that differ from what the hub holds. Nothing exactly when `apply` sends nothing. */
export function twinChanges(before: DesiredByTwin, after: DesiredByTwin): readonly PlanChange[] {
  return twinChangesMaker()(before, after);
}

/** {@link twinChanges} for many devices: of modules and routes, which devices share, the same two documents are compared once. */
export function twinChangesMaker(): (before: DesiredByTwin, after: DesiredByTwin) => readonly PlanChange[] {
  const agent = rememberPair((found: JsonObject, wanted: JsonObject) => changesOf('$edgeAgent', found, wanted));
  const hub = rememberPair((found: JsonObject, wanted: JsonObject) => changesOf('$edgeHub', found, wanted));
  return (before, after) =>
    Object.entries(after).flatMap(([twin, wanted = {}]) => {
      const found = before[twin] ?? {};
      if (twin === '$edgeAgent') return agent(found, wanted);
      return twin === '$edgeHub' ? hub(found, wanted) : changesOf(twin, found, wanted);
    });
}

function changesOf(twin: string, before: JsonObject, after: JsonObject): readonly PlanChange[] {
  if (isSameContent(before, after)) return [];
  const found = withoutEmptyObjects(before);
  const wanted = withoutEmptyObjects(after);
  return twin === '$edgeAgent' ? agentChanges(found, wanted) : desiredChanges(twin, found, wanted);
}

/** Tags of network.yaml that the device does not have so; others are left alone. */
export function tagChanges(found: JsonObject, wanted: JsonObject): readonly PlanChange[] {
  return valueDifferences(found, applyTwinPatch(found, wanted)).map(({ path, from, to }) => ({
    ...{ kind: 'tag-changed' as const, path, from, to },
  }));
}

function desiredChanges(twin: string, found: JsonObject, wanted: JsonObject): readonly PlanChange[] {
  return valueDifferences(found, wanted).map((difference) => ({
    ...{ kind: 'desired-changed' as const, twin, ...shown(difference) },
  }));
}

const GROUPS = ['systemModules', 'modules'] as const;

function agentChanges(found: JsonObject, wanted: JsonObject): readonly PlanChange[] {
  const modules = GROUPS.flatMap((group) => moduleChanges(objectOf(found[group]), objectOf(wanted[group])));
  return [...modules, ...desiredChanges('$edgeAgent', withoutModules(found), withoutModules(wanted))];
}

function withoutModules(agent: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(agent).filter(([key]) => !GROUPS.some((group) => group === key)));
}

function moduleChanges(found: JsonObject, wanted: JsonObject): readonly PlanChange[] {
  const names = [...new Set([...Object.keys(found), ...Object.keys(wanted)])].sort();
  return names.flatMap((module): readonly PlanChange[] => {
    const [before, after] = [found[module], wanted[module]];
    if (after === undefined) return [{ kind: 'module-removed', module }];
    if (before === undefined) return [{ kind: 'module-added', module, image: imageOf(after) }];
    return entryChanges(module, objectOf(before), objectOf(after));
  });
}

/** createOptions are compared by what they say; edgeAgent compares their text, so a difference in spelling is one too. */
function entryChanges(module: string, before: JsonObject, after: JsonObject): readonly PlanChange[] {
  const changes = valueDifferences(readable(before), readable(after)).map((one) => moduleChange(module, one));
  if (changes.length > 0 || JSON.stringify(before) === JSON.stringify(after)) return changes;
  if (valueDifferences(before, after).length === 0) return [];
  return [{ kind: 'module-changed', module, path: 'settings.createOptions', hidden: true }];
}

function moduleChange(module: string, difference: ValueDifference): PlanChange {
  return { kind: 'module-changed', module, ...shown(difference) };
}

const SECRET = /password|secret|token|credential|sharedaccess/i;

/** Values of environment variables and what looks like a secret are never told: a plan is read by many. */
function shown({ at, path, from, to }: ValueDifference): Pick<PlannedValue, 'path' | 'from' | 'to' | 'hidden'> {
  const isEnvironment = at[0] === 'env' || at.includes('Env');
  return isEnvironment || SECRET.test(path) ? { path, hidden: true } : { path, from, to };
}

type PlannedValue = Extract<PlanChange, { readonly kind: 'desired-changed' }>;

function readable(entry: JsonObject): JsonObject {
  const settings = objectOf(entry.settings);
  const joined = joinCreateOptions(settings);
  const others = Object.entries(settings).filter(([key]) => !/createoptions/i.test(key));
  const options = joined.ok ? parseJson(joined.text) : undefined;
  if (options === undefined) return entry;
  return { ...entry, settings: withoutEmptyObjects({ ...Object.fromEntries(others), createOptions: options }) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function imageOf(entry: unknown): string {
  const { image } = objectOf(objectOf(entry).settings);
  return typeof image === 'string' ? image : '';
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
