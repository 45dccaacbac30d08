import { invalidValue, notSupported, required } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import { isJsonObject, objectAt, objectsAt, textAt } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import type { Strategy } from '../scheme/resource-kind.ts';
import { timestamp } from '../timing/scheduler.ts';
import { dnsSubdomain } from './names.ts';
import { immutableErrors } from './validate-metadata.ts';

/** The rules of CustomResourceDefinitions. Names are accepted at once, so the resource is served as soon as the definition is stored. */
export const crdStrategy: Strategy = {
  validateName: dnsSubdomain,
  generation: true,
  unconditionalUpdate: false,
  applyDefaults: (object) => {
    const spec = objectAt(object, 'spec');
    const names = objectAt(spec, 'names');
    if (spec === undefined || names === undefined) return;
    spec['conversion'] ??= { strategy: 'None' };
    const kind = textAt(names, 'kind');
    names['singular'] ??= kind.toLowerCase();
    names['listKind'] ??= `${kind}List`;
  },
  prepareForCreate: (object, { now }) => {
    const time = timestamp(now);
    const condition = (type: string, reason: string, message: string): JsonObject => ({
      lastTransitionTime: time,
      message,
      reason,
      status: 'True',
      type,
    });
    object['status'] = {
      acceptedNames: objectAt(object, 'spec', 'names') ?? {},
      conditions: [
        condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
        condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
      ],
      storedVersions: storageVersions(object),
    };
    return [];
  },
  prepareForUpdate: (object, before) => {
    const status = objectAt(before, 'status') ?? {};
    const stored = Array.isArray(status['storedVersions']) ? (status['storedVersions'] as string[]) : [];
    const storedVersions = [...new Set([...stored, ...storageVersions(object)])];
    object['status'] = { ...status, acceptedNames: objectAt(object, 'spec', 'names') ?? {}, storedVersions };
    return [];
  },
  validate: crdErrors,
  validateUpdate: (object, before) => [
    ...immutableErrors('spec.scope', textAt(object, 'spec', 'scope'), textAt(before, 'spec', 'scope')),
    ...immutableErrors(
      'spec.names.kind',
      textAt(object, 'spec', 'names', 'kind'),
      textAt(before, 'spec', 'names', 'kind'),
    ),
  ],
};

function storageVersions(object: KubeObject): string[] {
  return objectsAt(object, 'spec', 'versions')
    .filter((version) => version['storage'] === true)
    .map((version) => textAt(version, 'name'));
}

function crdErrors(object: KubeObject): FieldError[] {
  const group = textAt(object, 'spec', 'group');
  const plural = textAt(object, 'spec', 'names', 'plural');
  const errors: FieldError[] = [];
  if (object.metadata.name !== `${plural}.${group}`) {
    errors.push(invalidValue('metadata.name', object.metadata.name, 'must be spec.names.plural+"."+spec.group'));
  }
  if (group === '') errors.push(required('spec.group'));
  if (plural === '') errors.push(required('spec.names.plural'));
  if (textAt(object, 'spec', 'names', 'kind') === '') errors.push(required('spec.names.kind'));
  const scope = textAt(object, 'spec', 'scope');
  if (!['Cluster', 'Namespaced'].includes(scope))
    errors.push(notSupported('spec.scope', scope, ['Cluster', 'Namespaced']));
  const versions = objectsAt(object, 'spec', 'versions');
  if (storageVersions(object).length !== 1) {
    errors.push(
      invalidValue(
        'spec.versions',
        versions.map((version) => version['name']),
        'must have exactly one version marked as storage version',
      ),
    );
  }
  versions.forEach((version, index) => {
    if (!isJsonObject(objectAt(version, 'schema')?.['openAPIV3Schema'])) {
      errors.push(required(`spec.versions[${index}].schema.openAPIV3Schema`, 'schemas are required'));
    }
  });
  return errors;
}
