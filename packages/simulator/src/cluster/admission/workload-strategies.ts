import { forbiddenField, invalidValue, notSupported, required } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import { isJsonObject, objectAt } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import type { Strategy } from '../scheme/resource-kind.ts';
import { matchesSelector } from '../selectors/label-selector.ts';
import type { DeploymentObject, LabelSelector, PodTemplate } from '../workload-objects.ts';
import { dnsSubdomain } from './names.ts';
import { podSpecDefaults } from './pod-defaults.ts';
import { immutableErrors, labelErrors, selectorErrors } from './validate-metadata.ts';
import { validatePodSpec } from './validate-pod.ts';

interface WorkloadObject extends KubeObject {
  spec: { selector?: LabelSelector; template: PodTemplate; replicas?: number; [field: string]: unknown };
}

/** The rules of Deployments. */
export const deploymentStrategy: Strategy = {
  ...workloadStrategy('deployment', 'Deployment'),
  applyDefaults: (object) => {
    const { spec } = asWorkload(object);
    spec.replicas ??= 1;
    spec['revisionHistoryLimit'] ??= 10;
    spec['progressDeadlineSeconds'] ??= 600;
    const strategy: DeploymentObject['spec']['strategy'] = { type: 'RollingUpdate', ...objectAt(spec, 'strategy') };
    if (strategy.type === 'RollingUpdate') {
      strategy.rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%', ...strategy.rollingUpdate };
    }
    spec['strategy'] = strategy;
    podSpecDefaults(spec.template.spec);
  },
  validate: (object) => {
    const deployment = asWorkload(object) as DeploymentObject;
    return [...workloadErrors(deployment, 'deployment'), ...strategyErrors(deployment)];
  },
};

/** The rules of ReplicaSets. */
export const replicaSetStrategy: Strategy = {
  ...workloadStrategy('replicaset', 'ReplicaSet'),
  applyDefaults: (object) => {
    const { spec } = asWorkload(object);
    spec.replicas ??= 1;
    podSpecDefaults(spec.template.spec);
  },
};

/** The rules of DaemonSets (kept as objects; nothing runs their pods). */
export const daemonSetStrategy: Strategy = {
  ...workloadStrategy('daemonset', 'DaemonSet'),
  applyDefaults: (object) => {
    const { spec } = asWorkload(object);
    spec['revisionHistoryLimit'] ??= 10;
    spec['updateStrategy'] ??= { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } };
    podSpecDefaults(spec.template.spec);
  },
};

function workloadStrategy(noun: string, kind: string): Strategy {
  const emptyStatus: Record<string, object> = {
    Deployment: {},
    ReplicaSet: { replicas: 0 },
    DaemonSet: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  };
  return {
    validateName: dnsSubdomain,
    generation: true,
    unconditionalUpdate: true,
    prepareForCreate: (object) => {
      object['status'] = { ...emptyStatus[kind] };
      return [];
    },
    validate: (object) => workloadErrors(asWorkload(object), noun),
    validateUpdate: (object, before) =>
      immutableErrors('spec.selector', asWorkload(object).spec.selector, asWorkload(before).spec.selector),
  };
}

function workloadErrors({ spec }: WorkloadObject, noun: string): FieldError[] {
  const errors: FieldError[] = [];
  if ((spec.replicas ?? 0) < 0) {
    errors.push(invalidValue('spec.replicas', spec.replicas, 'must be greater than or equal to 0'));
  }
  const { selector } = spec;
  const labels = spec.template.metadata?.labels ?? {};
  if (selector === undefined) {
    errors.push(required('spec.selector'));
  } else {
    errors.push(...selectorErrors(selector, 'spec.selector'));
    const empty = Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0;
    if (empty) errors.push(invalidValue('spec.selector', selector, `empty selector is invalid for ${noun}`));
    if (!matchesSelector(selector, labels)) {
      errors.push(invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
    }
  }
  errors.push(...labelErrors(labels, 'spec.template.labels'));
  errors.push(...validatePodSpec(spec.template.spec, 'spec.template.spec'));
  if (spec.template.spec.restartPolicy !== 'Always') {
    errors.push(notSupported('spec.template.spec.restartPolicy', spec.template.spec.restartPolicy, ['Always']));
  }
  return errors;
}

function strategyErrors({ spec }: DeploymentObject): FieldError[] {
  const { type = '', rollingUpdate } = spec.strategy;
  if (type === 'Recreate') {
    if (rollingUpdate === undefined) return [];
    const detail = "may not be specified when strategy `type` is 'Recreate'";
    return [forbiddenField('spec.strategy.rollingUpdate', detail)];
  }
  if (type !== 'RollingUpdate') return [notSupported('spec.strategy.type', type, ['Recreate', 'RollingUpdate'])];
  const place = 'spec.strategy.rollingUpdate';
  const { maxSurge = 0, maxUnavailable = 0 } = rollingUpdate ?? {};
  const errors = [
    ...amountErrors(maxUnavailable, `${place}.maxUnavailable`),
    ...amountErrors(maxSurge, `${place}.maxSurge`),
  ];
  if (isZero(maxSurge) && isZero(maxUnavailable)) {
    errors.push(invalidValue(`${place}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  return errors;
}

function amountErrors(amount: number | string, field: string): FieldError[] {
  if (typeof amount === 'number') {
    return amount < 0 ? [invalidValue(field, amount, 'must be greater than or equal to 0')] : [];
  }
  if (/^\d+%$/.test(amount)) return [];
  return [
    invalidValue(
      field,
      amount,
      "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
    ),
  ];
}

function isZero(amount: number | string): boolean {
  return Number.parseInt(String(amount), 10) === 0;
}

function asWorkload(object: KubeObject): WorkloadObject {
  if (!isJsonObject(object['spec'])) object['spec'] = {};
  const { spec } = object as WorkloadObject;
  if (!isJsonObject(spec['template'])) spec.template = { spec: { containers: [] } };
  if (!isJsonObject(spec.template.spec)) spec.template.spec = { containers: [] };
  if (!Array.isArray(spec.template.spec.containers)) spec.template.spec.containers = [];
  return object as WorkloadObject;
}
