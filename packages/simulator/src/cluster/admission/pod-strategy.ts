import { required } from '../field-error.ts';
import { isJsonObject } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import type { Strategy } from '../scheme/resource-kind.ts';
import type { PodObject } from '../workload-objects.ts';
import { dnsSubdomain } from './names.ts';
import { podAdmissionDefaults, podSpecDefaults, qosClass } from './pod-defaults.ts';
import { validatePodSpec, validatePodUpdate } from './validate-pod.ts';

/** The rules of pods. They are deleted gracefully: the kubelet has the last word. */
export const podStrategy: Strategy = {
  validateName: dnsSubdomain,
  generation: false,
  unconditionalUpdate: true,
  graceful: true,
  applyDefaults: (object) => {
    const pod = asPod(object);
    pod.spec['enableServiceLinks'] ??= true;
    podSpecDefaults(pod.spec);
  },
  prepareForCreate: (object) => {
    if (!isJsonObject(object['spec'])) return [required('spec.containers')];
    const pod = asPod(object);
    podAdmissionDefaults(pod.spec);
    pod.status = { phase: 'Pending', qosClass: qosClass(pod.spec) };
    return [];
  },
  prepareForUpdate: (object, before) => {
    const pod = asPod(object);
    const old = asPod(before);
    pod.status = old.status;
    return [];
  },
  prepareForStatusUpdate: (object, before) => {
    const pod = asPod(object);
    const old = asPod(before);
    pod.status = { ...pod.status, qosClass: old.status?.['qosClass'] };
    return [];
  },
  validate: (object) => validatePodSpec(asPod(object).spec, 'spec'),
  validateUpdate: (object, before) => validatePodUpdate(asPod(object), asPod(before)),
};

function asPod(object: KubeObject): PodObject {
  const pod = object as PodObject;
  if (!isJsonObject(pod['spec'])) object['spec'] = {};
  if (!Array.isArray(pod.spec['containers'])) pod.spec.containers = [];
  return pod;
}
