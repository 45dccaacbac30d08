import { failed, made } from './agent-failure.ts';
import type { AgentFailure, Attempt } from './agent-failure.ts';
import { joinCreateOptions } from './create-options-pieces.ts';
import type { AgentVersion } from './device-settings.ts';
import { createOptionsFields } from './docker-shapes.ts';
import { parseInt32 } from './dotnet-text.ts';
import { finding } from './finding.ts';
import type { Finding, PathStep } from './finding.ts';
import { entriesOf, stringOf, valueOf } from './json-node.ts';
import type { JsonEntry, JsonNode } from './json-node.ts';
import { isRecord } from './module-input.ts';
import type { ModuleInput } from './module-input.ts';
import { readLenientJson } from './read-lenient-json.ts';
import { readShape } from './read-shape.ts';
import type { ReadNotes } from './read-shape.ts';

/** One element of a PortBindings list. */
export interface PortBinding {
  readonly hostPort: string | null;
  readonly hostIp: string | null;
}

/** One mount of HostConfig.Mounts. */
export interface Mount {
  readonly type: string | null;
  readonly source: string | null;
  readonly target: string | null;
  readonly readOnly: boolean;
}

/** Docker create options as the agent has them in hand after reading; null where a part is absent. Keys keep the text's order. */
export interface CreateOptions {
  readonly env: readonly (string | null)[];
  readonly exposedPorts: readonly string[] | null;
  readonly portBindings:
    readonly { readonly key: string; readonly bindings: readonly (PortBinding | null)[] | null }[] | null;
  readonly labels: readonly { readonly key: string; readonly value: string | null }[];
  readonly binds: readonly (string | null)[];
  readonly mounts: readonly (Mount | null)[];
  readonly networkMode: string | null;
  readonly ipcMode: string | null;
  readonly pidMode: string | null;
  readonly privileged: boolean;
  /** Keys of the top level that the agent does not model, `k8s-experimental` among them. */
  readonly other: readonly JsonEntry[];
  /** Keys of HostConfig, modelled or not. */
  readonly hostConfigKeys: readonly JsonEntry[];
  /** Whether any of Docker's networking settings for which Kubernetes has no place is present. */
  readonly networkingConfig: boolean;
}

/** Where create options stand in a module entry. */
export const OPTIONS_PATH: readonly PathStep[] = ['settings', 'createOptions'];

/** Reads the create options of a module (rules 19–22); a failure has stage parse and refuses the whole manifest. */
export function readCreateOptions(module: ModuleInput, version: AgentVersion): Attempt<CreateOptions> {
  const joined = joinCreateOptions(module.createOptionsPieces ?? { createOptions: module.createOptions });
  if (!joined.ok) return parseFailure('createoptions-chunk-gap', ['settings', joined.key], joined.message);
  const read = readText(joined.text, version);
  return read.ok ? made(read.value, [...read.findings, ...formFindings(module)]) : read;
}

function formFindings(module: ModuleInput): readonly Finding[] {
  const whole = module.createOptionsPieces?.['createOptions'] ?? module.createOptions;
  if (!isRecord(whole)) return [];
  return [finding('createoptions-not-text', OPTIONS_PATH, 'The agent takes an object in place of the text.')];
}

function readText(text: string, version: AgentVersion): Attempt<CreateOptions> {
  if (text.trim() === '' || text.toLowerCase() === 'null') return made(optionsFrom(undefined));
  const read = readLenientJson(text);
  if (!read.ok) return parseFailure('createoptions-invalid-json', OPTIONS_PATH, read.message);
  const node = read.value;
  if (node === undefined || node.kind === 'null' || stringOf(node) === '') return made(optionsFrom(undefined));
  if (node.kind !== 'object') {
    return parseFailure('createoptions-invalid-json', OPTIONS_PATH, 'The create options are not an object.');
  }
  const notes: ReadNotes = { wrongType: undefined, coerced: [] };
  const typed = readShape({ fields: createOptionsFields(version) }, node, { at: OPTIONS_PATH, notes });
  if (notes.wrongType !== undefined) {
    return parseFailure('createoptions-wrong-type', notes.wrongType.at, notes.wrongType.message);
  }
  return made(optionsFrom(typed), [...textFindings(text, read.repeatedKeys, node), ...coercionFindings(notes)]);
}

function parseFailure(code: AgentFailure['code'], at: readonly PathStep[], message: string): ReturnType<typeof failed> {
  return failed({ code, stage: 'parse', at, message });
}

function optionsFrom(node: JsonNode | undefined): CreateOptions {
  const host = valueOf(node, 'HostConfig');
  const modelled = ['Env', 'ExposedPorts', 'HostConfig', 'Image', 'Labels', 'NetworkingConfig'];
  return {
    env: itemsOf(valueOf(node, 'Env')).map(stringOf),
    exposedPorts: keysOf(valueOf(node, 'ExposedPorts')),
    portBindings: portBindingsOf(valueOf(host, 'PortBindings')),
    labels: entriesOf(valueOf(node, 'Labels')).map(({ key, value }) => ({ key, value: stringOf(value) })),
    binds: itemsOf(valueOf(host, 'Binds')).map(stringOf),
    mounts: itemsOf(valueOf(host, 'Mounts')).map(mountOf),
    networkMode: stringOf(valueOf(host, 'NetworkMode')),
    ipcMode: stringOf(valueOf(host, 'IpcMode')),
    pidMode: stringOf(valueOf(host, 'PidMode')),
    privileged: isTrue(valueOf(host, 'Privileged')),
    other: entriesOf(node).filter(({ key }) => !modelled.includes(key)),
    hostConfigKeys: entriesOf(host),
    networkingConfig: valueOf(node, 'NetworkingConfig')?.kind === 'object',
  };
}

function itemsOf(node: JsonNode | undefined): readonly JsonNode[] {
  return node?.kind === 'array' ? node.items : [];
}

function keysOf(node: JsonNode | undefined): readonly string[] | null {
  return node?.kind === 'object' ? node.entries.map(({ key }) => key) : null;
}

function isTrue(node: JsonNode | undefined): boolean {
  return node?.kind === 'boolean' && node.value;
}

function portBindingsOf(node: JsonNode | undefined): CreateOptions['portBindings'] {
  if (node?.kind !== 'object') return null;
  return node.entries.map(({ key, value }) => ({
    key,
    bindings: value.kind === 'array' ? value.items.map(portBindingOf) : null,
  }));
}

function portBindingOf(node: JsonNode): PortBinding | null {
  if (node.kind !== 'object') return null;
  return { hostPort: stringOf(valueOf(node, 'HostPort')), hostIp: stringOf(valueOf(node, 'HostIP')) };
}

function mountOf(node: JsonNode): Mount | null {
  if (node.kind !== 'object') return null;
  const text = (key: string): string | null => stringOf(valueOf(node, key));
  return {
    type: text('Type'),
    source: text('Source'),
    target: text('Target'),
    readOnly: isTrue(valueOf(node, 'ReadOnly')),
  };
}

function textFindings(text: string, repeatedKeys: readonly string[], node: JsonNode): readonly Finding[] {
  const findings: Finding[] = [];
  if (!isStrictJson(text)) {
    findings.push(finding('lenient-json-accepted', OPTIONS_PATH, 'Only a lenient reader accepts this JSON.'));
  }
  for (const key of repeatedKeys) {
    const message = `The key ${JSON.stringify(key)} is written twice; the last one counts.`;
    findings.push(finding('duplicate-json-key-last-wins', OPTIONS_PATH, message));
  }
  if (reordersKeys(node)) {
    const message = 'JavaScript moves number-like keys to the front; the agent keeps the order of the text.';
    findings.push(finding('js-object-reorders-integer-like-keys', OPTIONS_PATH, message));
  }
  return findings;
}

function isStrictJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function reordersKeys(node: JsonNode): boolean {
  if (node.kind === 'array') return node.items.some(reordersKeys);
  if (node.kind !== 'object') return false;
  const keys = [...new Set(node.entries.map(({ key }) => key))];
  const reordered = Object.keys(Object.fromEntries(keys.map((key) => [key, 0])));
  return keys.some((key, index) => reordered[index] !== key) || node.entries.some(({ value }) => reordersKeys(value));
}

function coercionFindings(notes: ReadNotes): readonly Finding[] {
  return notes.coerced.flatMap(({ at, from, text }) => {
    const field = at[OPTIONS_PATH.length];
    const last = at.at(-1);
    if (typeof field === 'string' && field.toLowerCase() === 'labels') {
      return [finding('label-value-coerced', at, `The ${from} becomes text.`)];
    }
    const hostPort = typeof last === 'string' && last.toLowerCase() === 'hostport';
    return hostPort && parseInt32(text) !== undefined
      ? [finding('hostport-number-coerced', at, 'The number becomes text.')]
      : [];
  });
}
