import { finding } from './finding.ts';
import type { Finding } from './finding.ts';
import type { ModuleInput } from './module-input.ts';

// Rule 4: the sidecar container, and two ServiceAccounts that exist in the namespace.
const RESERVED = ['proxy', 'default', 'iotedged'];

/**
 * What is worth knowing about a module's name (rules 1–5), given what the agent makes of it, and about the device label where it
 * differs from the device id.
 */
export function nameFindings(module: ModuleInput, name: string, changedLabel: string | undefined): readonly Finding[] {
  const findings: Finding[] = [];
  const original = module.name;
  if (name === '') {
    findings.push(finding('name-empty-after-sanitising', [], `Nothing is left of the name ${original}.`));
  } else if (name !== original && module.system !== true) {
    findings.push(finding('name-sanitised', [], `The objects of ${original} are called ${name}.`));
  }
  if (name.length > 63) findings.push(finding('name-too-long', [], `The name has ${name.length} characters.`));
  if (RESERVED.includes(name))
    findings.push(finding('reserved-name', [], `The name ${name} is taken in every pod or namespace.`));
  if (/^\d/.test(name)) {
    const message = 'The agent looks for the container without the leading digits and reports the module as failed.';
    findings.push(finding('status-lookup-drops-leading-digit', [], message));
  }
  if (changedLabel !== undefined) {
    findings.push(finding('deviceid-sanitised', [], `The device label is ${changedLabel}.`));
  }
  return findings;
}
