import { made, mapFailure } from './agent-failure.ts';
import type { Attempt } from './agent-failure.ts';
import { OPTIONS_PATH } from './create-options.ts';
import type { CreateOptions } from './create-options.ts';
import { finding } from './finding.ts';
import type { Finding, PathStep } from './finding.ts';
import { sanitizeAnnotationKey } from './kubernetes-names.ts';

/** Annotations in the order of the labels they come from; a null value is what the label had. */
export type Annotations = Readonly<Record<string, string | null>>;

/** The annotation by which the agent recognises what it made. */
export const CREATION_STRING = 'net.azure-devices.edge.creationstring';
/** The annotation that holds the module's name as the deployment spells it. */
export const ORIGINAL_MODULE_ID = 'net.azure-devices.edge.original-moduleid';
export const MODULE_LABEL = 'net.azure-devices.edge.module';
export const DEVICE_LABEL = 'net.azure-devices.edge.deviceid';

/** Turns Docker labels into annotations (rules 17 and 18). It fails, at stage map, even for a module without ports. */
export function annotationsFromLabels(labels: CreateOptions['labels']): Attempt<Annotations> {
  const annotations = new Map<string, string | null>();
  const findings: Finding[] = [];
  for (const { key, value } of labels) {
    const at = [...OPTIONS_PATH, 'Labels', key];
    const clean = sanitizeAnnotationKey(key);
    if (clean === undefined) {
      const message = `The label key ${JSON.stringify(key)} cannot be made an annotation key.`;
      return mapFailure('Service', 'label-key-invalid', at, message);
    }
    if (annotations.has(clean)) {
      const message = `Two label keys become the annotation key ${JSON.stringify(clean)}.`;
      return mapFailure('Service', 'label-key-collision', at, message);
    }
    annotations.set(clean, value);
    findings.push(...labelFindings({ key, clean, value }, at));
  }
  return made(Object.fromEntries(annotations), findings);
}

interface CleanedLabel {
  readonly key: string;
  readonly clean: string;
  readonly value: string | null;
}

function labelFindings(label: CleanedLabel, at: readonly PathStep[]): readonly Finding[] {
  const { key, clean, value } = label;
  const findings: Finding[] = [];
  if (clean !== key) {
    findings.push(finding('label-key-changed', at, `The annotation is called ${JSON.stringify(clean)}.`));
  }
  if (prefixOf(clean) !== prefixOf(key)) {
    findings.push(finding('label-prefix-changed', at, `The prefix becomes ${JSON.stringify(prefixOf(clean))}.`));
  }
  if (clean === ORIGINAL_MODULE_ID) {
    findings.push(finding('label-overwritten-on-pod', at, 'The agent writes its own value on the pod.'));
  }
  if (value === null) findings.push(finding('label-value-null', at, 'The annotation has no value.'));
  return findings;
}

function prefixOf(key: string): string {
  return key.includes('/') ? key.slice(0, key.indexOf('/')) : '';
}
