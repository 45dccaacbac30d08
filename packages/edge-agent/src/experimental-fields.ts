import { failed, made } from './agent-failure.ts';
import type { AgentFailure, Attempt } from './agent-failure.ts';
import { tokenText } from './dotnet-text.ts';
import { finding } from './finding.ts';
import type { PathStep } from './finding.ts';
import { entriesOf, jsonFromNode } from './json-node.ts';
import type { JsonEntry, JsonNode } from './json-node.ts';
import { NO_SERVICE_OPTIONS, readServiceOptions } from './service-options.ts';
import type { ServiceOptions } from './service-options.ts';

/** A Kubernetes volume with its mounts, as the author wrote them; null where the list holds null. */
export type ExtraVolume = { readonly volume: unknown; readonly volumeMounts: readonly unknown[] } | null;

/** The `k8s-experimental` section; null where a key is absent. Kubernetes' own structures are passed on as they stand. */
export interface ExperimentalOptions {
  readonly serviceOptions: ServiceOptions;
  readonly strategy: Readonly<Record<string, unknown>> | null;
  readonly nodeSelector: Readonly<Record<string, string | null>> | null;
  readonly resources: unknown;
  readonly securityContext: unknown;
  readonly volumes: readonly ExtraVolume[];
}

export const NO_EXPERIMENTAL_OPTIONS: ExperimentalOptions = {
  serviceOptions: NO_SERVICE_OPTIONS,
  strategy: null,
  nodeSelector: null,
  resources: null,
  securityContext: null,
  volumes: [],
};

interface Reading {
  readonly section: ReadonlyMap<string, JsonEntry>;
  readonly at: readonly PathStep[];
  wrong: AgentFailure | undefined;
}

/** Reads the known keys of the section, given by lower-case name; a wrong type is a failure of stage combine (rule 15). */
export function readExperimentalFields(
  section: ReadonlyMap<string, JsonEntry>,
  at: readonly PathStep[],
): Attempt<ExperimentalOptions> {
  const reading: Reading = { section, at, wrong: undefined };
  const services = objectAt(reading, 'serviceoptions');
  const value = {
    strategy: readStrategy(reading),
    nodeSelector: readTextMap(reading, 'nodeselector'),
    resources: plainObject(objectAt(reading, 'resources')),
    securityContext: plainObject(objectAt(reading, 'securitycontext')),
    volumes: readVolumes(reading),
  };
  const options =
    services === null ? made(NO_SERVICE_OPTIONS) : readServiceOptions(services, pathOf(reading, 'serviceoptions'));
  if (reading.wrong !== undefined) return failed(reading.wrong);
  if (!options.ok) return options;
  return made({ ...value, serviceOptions: options.value }, [...options.findings, ...emptyServiceOptions(reading)]);
}

function pathOf(reading: Reading, name: string): readonly PathStep[] {
  return [...reading.at, reading.section.get(name)?.key ?? name];
}

function emptyServiceOptions(reading: Reading): readonly ReturnType<typeof finding>[] {
  const value = reading.section.get('serviceoptions')?.value;
  if (value?.kind !== 'string') return [];
  return [
    finding('serviceoptions-empty-ignored', pathOf(reading, 'serviceoptions'), 'The empty text counts as absent.'),
  ];
}

function isAbsent(node: JsonNode | undefined): node is undefined {
  return node === undefined || node.kind === 'null' || (node.kind === 'string' && node.value === '');
}

function note(reading: Reading, at: readonly PathStep[], expected: string): null {
  const message = `The value has the wrong type, expected ${expected}.`;
  reading.wrong ??= { code: 'experimental-wrong-type', stage: 'combine', at, message };
  return null;
}

function objectAt(reading: Reading, name: string): JsonNode | null {
  const node = reading.section.get(name)?.value;
  return objectOrNull(reading, node, pathOf(reading, name));
}

function objectOrNull(reading: Reading, node: JsonNode | undefined, at: readonly PathStep[]): JsonNode | null {
  if (isAbsent(node)) return null;
  return node.kind === 'object' ? node : note(reading, at, 'an object');
}

function listOrEmpty(reading: Reading, node: JsonNode | undefined, at: readonly PathStep[]): readonly JsonNode[] {
  if (isAbsent(node)) return [];
  if (node.kind !== 'array') note(reading, at, 'a list');
  return node.kind === 'array' ? node.items : [];
}

function plainObject(node: JsonNode | null): unknown {
  return node === null ? null : jsonFromNode(node);
}

/** The value of a key in any case; the later spelling wins (rule 16). */
function ignoringCase(node: JsonNode, name: string): JsonNode | undefined {
  return entriesOf(node).findLast(({ key }) => key.toLowerCase() === name.toLowerCase())?.value;
}

function readTextMap(reading: Reading, name: string): Readonly<Record<string, string | null>> | null {
  const node = objectAt(reading, name);
  if (node === null) return null;
  const texts = entriesOf(node).map(({ key, value }) => {
    const text = tokenText(value);
    if (text === undefined) note(reading, [...pathOf(reading, name), key], 'a text');
    return [key, text ?? null] as const;
  });
  return Object.fromEntries(texts);
}

// The strategy passes unchecked (rule 23), but only the fields that Kubernetes' type has.
function readStrategy(reading: Reading): Readonly<Record<string, unknown>> | null {
  const node = objectAt(reading, 'strategy');
  if (node === null) return null;
  const at = pathOf(reading, 'strategy');
  const type = ignoringCase(node, 'type');
  const text = type === undefined ? null : tokenText(type);
  if (text === undefined) note(reading, [...at, 'type'], 'a text');
  const rolling = objectOrNull(reading, ignoringCase(node, 'rollingUpdate'), [...at, 'rollingUpdate']);
  return withoutNulls({
    rollingUpdate: rolling === null ? null : rollingUpdate(rolling),
    type: text,
  });
}

function rollingUpdate(node: JsonNode): Readonly<Record<string, unknown>> {
  const value = (name: string): unknown => jsonFromNode(ignoringCase(node, name) ?? { kind: 'null' });
  return withoutNulls({ maxSurge: value('maxSurge'), maxUnavailable: value('maxUnavailable') });
}

function withoutNulls(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}

function readVolumes(reading: Reading): readonly ExtraVolume[] {
  const at = pathOf(reading, 'volumes');
  return listOrEmpty(reading, reading.section.get('volumes')?.value, at).map((item, index) => {
    const node = objectOrNull(reading, item, [...at, index]);
    if (node === null) return null;
    const volume = objectOrNull(reading, ignoringCase(node, 'volume'), [...at, index, 'volume']);
    const mounts = listOrEmpty(reading, ignoringCase(node, 'volumeMounts'), [...at, index, 'volumeMounts']);
    return { volume: plainObject(volume), volumeMounts: mounts.map(jsonFromNode) };
  });
}
