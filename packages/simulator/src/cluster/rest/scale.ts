import { isJsonObject, numberAt, objectAt } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import type { LabelSelector } from '../workload-objects.ts';

/** The `autoscaling/v1 Scale` of a Deployment or ReplicaSet. */
export function scaleOf(object: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: numberAt(object, 'spec', 'replicas') === 0 ? {} : { replicas: numberAt(object, 'spec', 'replicas') },
    status: {
      replicas: numberAt(object, 'status', 'replicas'),
      selector: printSelector(objectAt(object, 'spec', 'selector') ?? {}),
    },
  };
}

/** The object with the number of replicas that a Scale asks for. A resourceVersion in the Scale is a precondition. */
export function withScale(object: KubeObject, scale: unknown): KubeObject {
  const metadata: JsonObject = isJsonObject(scale) ? (objectAt(scale, 'metadata') ?? {}) : {};
  const resourceVersion = typeof metadata['resourceVersion'] === 'string' ? metadata['resourceVersion'] : '';
  return {
    ...object,
    metadata: { ...object.metadata, resourceVersion },
    spec: { ...objectAt(object, 'spec'), replicas: numberAt(scale, 'spec', 'replicas') },
  };
}

/** A label selector in its text form. */
export function printSelector(selector: LabelSelector): string {
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator.toLowerCase()} (${values.join(',')})`;
  });
  return [...labels.sort(), ...expressions].join(',');
}
