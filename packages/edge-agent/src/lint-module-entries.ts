import { OPTIONS_PATH, readCreateOptions } from './create-options.ts';
import { finding } from './finding.ts';
import type { Finding, PathStep } from './finding.ts';
import { missingField } from './lint-sections.ts';
import { isInteger } from './lint-routes.ts';
import type { ManifestModule, ManifestShape } from './manifest-shape.ts';
import { moduleFromManifest, recordOf } from './module-input.ts';
import { looksSecret } from './secrets.ts';

const MOST_MODULES = 50;
const HIGHEST_ORDER = 4294967295;
const PROXY = /^https?_proxy$/i;

/** Checks the fields of every module entry (iot-hub-and-iot-edge.md 5.3, 5.4), whatever runs it. */
export function lintModuleEntries(shape: ManifestShape): readonly Finding[] {
  const { modules } = shape;
  const findings = modules.flatMap((module) => [...lintFields(module), ...lintEnvironment(module)]);
  if (modules.length <= MOST_MODULES) return findings;
  const message = `The deployment has ${modules.length} modules.`;
  return [...findings, finding('too-many-modules', shape.at, message)];
}

function lintFields(module: ManifestModule): readonly Finding[] {
  const { name, at, entry } = module;
  const isAgent = module.system && name === 'edgeAgent';
  const needed = isAgent ? ['type', 'settings'] : ['type', 'status', 'restartPolicy', 'settings'];
  const findings = needed.filter((field) => entry[field] === undefined).map((field) => missingField(at, field));
  if (!/^[A-Za-z0-9_-]+$/.test(name)) {
    findings.push(finding('module-name-refused', at, `The schema refuses the module name ${JSON.stringify(name)}.`));
  }
  if (entry['type'] !== undefined && entry['type'] !== 'docker') {
    findings.push(finding('module-type-not-docker', [...at, 'type'], `The type is ${JSON.stringify(entry['type'])}.`));
  }
  if (isAgent) findings.push(...refusedSystemFields(module));
  return [...findings, ...lintPolicies(module)];
}

function refusedSystemFields(module: ManifestModule): readonly Finding[] {
  return ['status', 'restartPolicy', 'startupOrder']
    .filter((field) => module.entry[field] !== undefined)
    .map((field) => finding('system-field-refused', [...module.at, field], `edgeAgent has no ${field}.`));
}

function lintPolicies(module: ManifestModule): readonly Finding[] {
  const { at, entry } = module;
  const { restartPolicy, startupOrder } = entry;
  const findings: Finding[] = [];
  if (restartPolicy === 'on-failure' || restartPolicy === 'on-unhealthy') {
    const message = `Only always and never take effect, not ${restartPolicy}.`;
    findings.push(finding('restart-policy-without-effect', [...at, 'restartPolicy'], message));
  }
  if (startupOrder !== undefined && !isInteger(startupOrder, HIGHEST_ORDER)) {
    const message = `${JSON.stringify(startupOrder)} is no startup order.`;
    findings.push(finding('startup-order-invalid', [...at, 'startupOrder'], message));
  }
  return findings;
}

function lintEnvironment(module: ManifestModule): readonly Finding[] {
  const at = [...module.at, 'env'];
  const variables = Object.entries(recordOf(module.entry['env'])).map(([name, entry]) => {
    const value = recordOf(entry)['value'];
    return { name, value: typeof value === 'string' ? value : '' };
  });
  const each = variables.flatMap(({ name, value }) => lintVariable(name, value, [...at, name]));
  return [...each, ...lintProxy(variables, at), ...lintOptionsEnvironment(module)];
}

function lintOptionsEnvironment(module: ManifestModule): readonly Finding[] {
  const read = readCreateOptions(moduleFromManifest(module.name, module.entry), 'archive');
  const variables = read.ok ? read.value.env : [];
  return variables.flatMap((variable, index) => {
    const [name = '', ...value] = (variable ?? '').split('=');
    const at = [...module.at, ...OPTIONS_PATH, 'Env', index];
    return looksSecret(name, value.join('=')) ? [secret(name, at)] : [];
  });
}

function secret(name: string, at: readonly PathStep[]): Finding {
  return finding('secret-in-env', at, `Everybody who may read the twin reads ${name}.`);
}

function lintVariable(name: string, value: string, at: readonly PathStep[]): readonly Finding[] {
  const findings: Finding[] = [];
  if (name.includes(':')) {
    findings.push(finding('env-name-colon', at, 'Kubernetes refuses ":" in the name of a variable.'));
  }
  if (/[+#$.\s]/.test(name)) {
    const message = `The hub refuses "+", "#", "$", "." and white space in ${JSON.stringify(name)}.`;
    findings.push(finding('env-name-refused', at, message));
  }
  if (looksSecret(name, value)) findings.push(secret(name, at));
  return findings;
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

// azure-stack-edge.md 1.7: behind a proxy a module talks to its sidecar on localhost, and the runtime has to avoid AMQP's port.
function lintProxy(variables: readonly Variable[], at: readonly PathStep[]): readonly Finding[] {
  if (!variables.some(({ name }) => PROXY.test(name))) return [];
  const bypass = variables.find(({ name }) => name.toLowerCase() === 'no_proxy')?.value ?? '';
  const upstream = variables.find(({ name }) => name === 'UpstreamProtocol')?.value ?? '';
  const findings: Finding[] = [];
  if (!/(^|,)\s*localhost\s*(,|$)/i.test(bypass)) {
    findings.push(
      finding('proxy-without-localhost', at, 'no_proxy does not name localhost, where the sidecar listens.'),
    );
  }
  if (!/^(AmqpWs|MqttWs)$/i.test(upstream) && /\$?edge(Agent|Hub)/.test(String(at.at(-2)))) {
    const message = 'Behind a proxy the runtime needs a protocol over web sockets.';
    findings.push(finding('upstream-protocol-behind-proxy', at, message));
  }
  return findings;
}
