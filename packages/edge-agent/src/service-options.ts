import { parseAddress } from '@iotedge-networking/addressing';
import { nearestName } from '@iotedge-networking/contract';
import { failed, made } from './agent-failure.ts';
import type { Attempt } from './agent-failure.ts';
import { tokenText } from './dotnet-text.ts';
import { finding } from './finding.ts';
import type { Finding, PathStep } from './finding.ts';
import { entriesOf } from './json-node.ts';
import type { JsonEntry, JsonNode } from './json-node.ts';
import { parseServiceType } from './service-type.ts';

/** What `k8s-experimental.serviceOptions` says; `type` is null where the agent takes its own choice. */
export interface ServiceOptions {
  readonly type: string | null;
  readonly loadBalancerIP: string | null;
}

export const NO_SERVICE_OPTIONS: ServiceOptions = { type: null, loadBalancerIP: null };

const KEYS = ['type', 'loadBalancerIP'];
const TYPES = ['ClusterIP', 'LoadBalancer', 'NodePort'];

/** Reads serviceOptions (rules 13–16); keys match in any case and the later spelling wins. Fails at stage combine (rule 15). */
export function readServiceOptions(node: JsonNode, at: readonly PathStep[]): Attempt<ServiceOptions> {
  const found = new Map<string, { readonly key: string; readonly text: string | null }>();
  const findings: Finding[] = [];
  for (const entry of entriesOf(node)) {
    const name = KEYS.find((known) => known.toLowerCase() === entry.key.toLowerCase());
    const text = tokenText(entry.value);
    if (name === undefined) findings.push(unknownKey(entry, at));
    else if (text === undefined) return wrongType(entry.key, at);
    else found.set(name, { key: entry.key, text });
  }
  const type = found.get('type');
  const address = found.get('loadBalancerIP');
  const parsed = type === undefined ? undefined : parseServiceType(type.text ?? '');
  if (type !== undefined) findings.push(...typeFindings(type.text, [...at, type.key]));
  if (address !== undefined) findings.push(...addressFindings(address.text, [...at, address.key]));
  return made({ type: parsed?.type ?? null, loadBalancerIP: address?.text ?? null }, findings);
}

function wrongType(key: string, at: readonly PathStep[]): ReturnType<typeof failed> {
  const message = `${key} is an object or a list, expected a text.`;
  return failed({ code: 'experimental-wrong-type', stage: 'combine', at: [...at, key], message });
}

function unknownKey(entry: JsonEntry, at: readonly PathStep[]): Finding {
  const near = nearestName(entry.key, KEYS);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  const message = `${JSON.stringify(entry.key)} is no key of serviceOptions and is dropped.${hint}`;
  return finding('serviceoptions-unknown-key-ignored', [...at, entry.key], message);
}

function typeFindings(text: string | null, at: readonly PathStep[]): readonly Finding[] {
  const parsed = parseServiceType(text ?? '');
  if (parsed === undefined) {
    const near = nearestName(text ?? '', TYPES);
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    return [finding('service-type-unknown-ignored', at, `The type ${JSON.stringify(text)} is ignored.${hint}`)];
  }
  if (parsed.written === 'name') return [];
  const code = parsed.written === 'number' ? 'service-type-number-accepted' : 'service-type-lenient-parse';
  return [finding(code, at, `The agent reads ${JSON.stringify(text)} as ${parsed.type}.`)];
}

function addressFindings(text: string | null, at: readonly PathStep[]): readonly Finding[] {
  if (text === null || text === '' || parseAddress(text) !== undefined) return [];
  const message = `${JSON.stringify(text)} is not an IP address; neither the agent nor the API checks it.`;
  return [finding('loadbalancerip-not-validated', at, message)];
}
