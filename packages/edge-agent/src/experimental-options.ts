import { nearestName } from '@iotedge-networking/contract';
import { failed, made } from './agent-failure.ts';
import type { AgentFailure, Attempt } from './agent-failure.ts';
import { OPTIONS_PATH } from './create-options.ts';
import type { CreateOptions } from './create-options.ts';
import { agentVersionOf, isAtLeast } from './device-settings.ts';
import type { DeviceSettings } from './device-settings.ts';
import { readExperimentalFields, NO_EXPERIMENTAL_OPTIONS } from './experimental-fields.ts';
import type { ExperimentalOptions } from './experimental-fields.ts';
import { finding } from './finding.ts';
import type { Finding } from './finding.ts';
import { entriesOf } from './json-node.ts';
import type { JsonEntry, JsonNode } from './json-node.ts';

const SECTION = 'k8s-experimental';
const NAMES = ['volumes', 'resources', 'nodeSelector', 'securityContext', 'serviceOptions', 'strategy'];
const KEYS = NAMES.map((name) => name.toLowerCase());
// At the top level of createOptions these can only be meant for the section; "Volumes" and "Resources" are also Docker's.
const KUBERNETES_ONLY = ['nodeselector', 'securitycontext', 'serviceoptions', 'strategy'];

/**
 * Reads the `k8s-experimental` section (rules 13–16, 20). A failure has stage combine and stops the deployment before any object
 * is sent.
 */
export function readExperimentalOptions(
  options: CreateOptions,
  settings: DeviceSettings,
): Attempt<ExperimentalOptions> {
  const twin = isAtLeast(agentVersionOf(settings), 'beta12') ? sameButCase(options.other) : undefined;
  if (twin !== undefined) {
    const message = `The keys ${JSON.stringify(twin[0])} and ${JSON.stringify(twin[1])} differ only in case.`;
    return combineFailure('duplicate-key-different-case', [twin[1]], message);
  }
  const section = options.other.find(({ key }) => key === SECTION)?.value;
  const strays = strayFindings(options);
  if (section === undefined) return made(NO_EXPERIMENTAL_OPTIONS, strays);
  if (settings.enableK8sExtensions === false) {
    const message = 'The agent does not read k8s-experimental; its extensions are switched off.';
    return made(NO_EXPERIMENTAL_OPTIONS, [...strays, finding('extensions-disabled', path(), message)]);
  }
  if (section.kind !== 'object') {
    const message = 'k8s-experimental is not an object; the agent logs a warning and ignores it.';
    return made(NO_EXPERIMENTAL_OPTIONS, [...strays, finding('experimental-section-wrong-type', path(), message)]);
  }
  return readSection(section, strays);
}

function readSection(section: JsonNode, strays: readonly Finding[]): Attempt<ExperimentalOptions> {
  const known = new Map<string, JsonEntry>();
  const findings = [...strays];
  for (const { key, value } of entriesOf(section)) {
    const name = key.toLowerCase();
    if (!KEYS.includes(name)) {
      findings.push(unknownKey(key));
    } else if (known.has(name)) {
      findings.push(finding('experimental-key-repeated', path(key), `${key} is written twice; the last one counts.`));
    }
    if (KEYS.includes(name)) known.set(name, { key, value });
  }
  const read = readExperimentalFields(known, path());
  return read.ok ? made(read.value, [...findings, ...read.findings]) : read;
}

function unknownKey(key: string): Finding {
  const near = nearestName(key, NAMES);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return finding('experimental-key-unknown', path(key), `${JSON.stringify(key)} is no key of k8s-experimental.${hint}`);
}

function combineFailure(
  code: AgentFailure['code'],
  keys: readonly string[],
  message: string,
): ReturnType<typeof failed> {
  return failed({ code, stage: 'combine', at: [...OPTIONS_PATH, ...keys], message });
}

function path(...keys: readonly string[]): readonly (string | number)[] {
  return [...OPTIONS_PATH, SECTION, ...keys];
}

function sameButCase(entries: readonly JsonEntry[]): readonly [string, string] | undefined {
  const seen = new Map<string, string>();
  for (const { key } of entries) {
    const before = seen.get(key.toLowerCase());
    if (before !== undefined) return [before, key];
    seen.set(key.toLowerCase(), key);
  }
  return undefined;
}

function strayFindings(options: CreateOptions): readonly Finding[] {
  const misspelled = options.other
    .filter(({ key }) => looksLikeSection(key))
    .map(({ key }) => {
      const message = `${JSON.stringify(key)} is not the name of the section; the agent ignores it.`;
      return finding('experimental-section-misspelled', [...OPTIONS_PATH, key], message);
    });
  const atTop = options.other.filter(({ key }) => KUBERNETES_ONLY.includes(key.toLowerCase()));
  const inHost = options.hostConfigKeys.filter(({ key }) => key === SECTION || looksLikeSection(key));
  const misplaced = [...inHost.map(({ key }) => ['HostConfig', key]), ...atTop.map(({ key }) => [key])].map((keys) => {
    const message = `${keys.join('.')} is not where the agent looks for it; it is ignored.`;
    return finding('experimental-section-misplaced', [...OPTIONS_PATH, ...keys], message);
  });
  return [...misspelled, ...misplaced];
}

function looksLikeSection(key: string): boolean {
  const plain = key.toLowerCase().replace(/[^a-z0-9]/g, '');
  return key !== SECTION && /^(k8s|kubernetes)(experimental|extension|option)|^k8s(exp|ext)/.test(plain);
}
