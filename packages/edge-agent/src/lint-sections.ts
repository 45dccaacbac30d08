import { finding } from './finding.ts';
import type { Finding, FindingCode } from './finding.ts';
import { partOf } from './manifest-shape.ts';
import type { DesiredSection, ManifestShape } from './manifest-shape.ts';
import { recordOf } from './module-input.ts';
import { isPlaceholder } from './secrets.ts';

/** Checks the parts of `$edgeAgent` and `$edgeHub` that every deployment has (iot-hub-and-iot-edge.md 5.2, 5.3, 5.6). */
export function lintSections(shape: ManifestShape): readonly Finding[] {
  const { agent, hub, kind } = shape;
  if (kind !== 'deployment') return [];
  if (agent === undefined) {
    return [finding('manifest-without-agent', shape.at, 'The manifest has no "$edgeAgent".')];
  }
  return [...lintAgent(agent), ...(hub === undefined ? [] : lintHub(hub))];
}

function lintAgent(agent: DesiredSection): readonly Finding[] {
  const needed = ['schemaVersion', 'runtime', 'systemModules', 'modules'];
  const system = recordOf(agent.desired['systemModules']);
  const missing = agent.layered ? [] : [...required(agent, needed), ...requiredModules(agent, system)];
  return [...missing, ...schemaVersion(agent, 'agent-schema-version', ['1.0', '1.1']), ...registryCredentials(agent)];
}

function requiredModules(agent: DesiredSection, system: Readonly<Record<string, unknown>>): readonly Finding[] {
  return ['edgeAgent', 'edgeHub']
    .filter((name) => agent.desired['systemModules'] !== undefined && system[name] === undefined)
    .map((name) => missingField([...agent.at, 'systemModules'], name));
}

function lintHub(hub: DesiredSection): readonly Finding[] {
  const findings = hub.layered ? [] : [...required(hub, ['schemaVersion', 'routes'])];
  if (!hub.layered && hub.desired['storeAndForwardConfiguration'] === undefined) {
    const message = 'storeAndForwardConfiguration is missing; edgeHub 1.1 and later want it.';
    findings.push(finding('store-and-forward-missing', hub.at, message));
  }
  const broker = hub.parts.get('mqttBroker');
  if (broker !== undefined) {
    findings.push(
      finding('mqtt-broker-dropped', broker.at, 'The MQTT broker of edgeHub 1.2 was a preview that was dropped.'),
    );
  }
  return [...findings, ...schemaVersion(hub, 'hub-schema-version', ['1.0', '1.1', '1.2'])];
}

function required(section: DesiredSection, names: readonly string[]): readonly Finding[] {
  return names.filter((name) => section.desired[name] === undefined).map((name) => missingField(section.at, name));
}

/** A finding about a field that is not there. */
export function missingField(at: Finding['at'], name: string): Finding {
  return finding('required-field-missing', at, `${name} is missing.`);
}

function schemaVersion(section: DesiredSection, code: FindingCode, known: readonly string[]): readonly Finding[] {
  const part = section.parts.get('schemaVersion');
  const version = part?.value;
  if (part === undefined || (typeof version === 'string' && known.includes(version))) return [];
  const hint = typeof version === 'string' && version.includes(',') ? ' The separator is a dot.' : '';
  const message = `${JSON.stringify(version)} is no schema version; known are ${known.join(', ')}.${hint}`;
  return [finding(code, part.at, message)];
}

function registryCredentials(agent: DesiredSection): readonly Finding[] {
  const runtime = partOf(agent, 'runtime');
  const credentials = recordOf(recordOf(recordOf(runtime.value)['settings'])['registryCredentials']);
  return Object.entries(credentials).flatMap(([name, entry]) => {
    const at = [...runtime.at, 'settings', 'registryCredentials', name];
    const { password, address } = recordOf(entry);
    const findings: Finding[] = [];
    if (/[.$#\s]/.test(name)) {
      findings.push(
        finding('registry-key-refused', at, `The key ${JSON.stringify(name)} holds ".", "$", "#" or a blank.`),
      );
    }
    if (typeof address === 'string' && /\s/.test(address)) {
      findings.push(finding('registry-address-blank', [...at, 'address'], 'The address holds white space.'));
    }
    if (typeof password === 'string' && password !== '' && !isPlaceholder(password)) {
      const message = 'Everybody who may read the twin reads this password.';
      findings.push(finding('registry-password-in-manifest', [...at, 'password'], message));
    }
    return findings;
  });
}
