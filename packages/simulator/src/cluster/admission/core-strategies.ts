import { forbiddenField, invalidValue, required } from '../field-error.ts';
import { isJsonObject, jsonEqual, objectAt, textAt } from '../json.ts';
import type { Strategy } from '../scheme/resource-kind.ts';
import type { ServerFeatures } from '../server-version.ts';
import { dnsLabel, dnsSubdomain, pathSegment } from './names.ts';
import { immutableErrors } from './validate-metadata.ts';

/** Objects without rules of their own: ConfigMaps, Leases, ServiceAccounts, … */
export const plainStrategy: Strategy = {
  validateName: dnsSubdomain,
  generation: false,
  unconditionalUpdate: true,
};

/** The rules of Leases: a PUT creates what is not there. */
export const leaseStrategy: Strategy = { ...plainStrategy, createOnUpdate: true };

/** The rules of namespaces. */
export function namespaceStrategy(features: ServerFeatures): Strategy {
  return {
    validateName: dnsLabel,
    generation: false,
    unconditionalUpdate: true,
    applyDefaults: (object) => {
      if (!features.namespaceNameLabel || object.metadata.name === '') return;
      object.metadata.labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name };
    },
    prepareForCreate: (object) => {
      object['spec'] = { finalizers: ['kubernetes'] };
      object['status'] = { phase: 'Active' };
      return [];
    },
    prepareForUpdate: (object, before) => {
      object['spec'] = before['spec'];
      object['status'] = before['status'];
      return [];
    },
  };
}

/** The rules of nodes. */
export const nodeStrategy: Strategy = {
  validateName: dnsSubdomain,
  generation: false,
  unconditionalUpdate: true,
  applyDefaults: (object) => {
    object['spec'] ??= {};
    object['status'] ??= {};
  },
  validateUpdate: (object, before) => {
    const old = textAt(before, 'spec', 'podCIDR');
    return old === '' ? [] : immutableErrors('spec.podCIDR', textAt(object, 'spec', 'podCIDR'), old);
  },
};

/** The rules of Secrets: a type that never changes, texts in `stringData` turned into base64. */
export const secretStrategy: Strategy = {
  ...plainStrategy,
  applyDefaults: (object) => {
    object['type'] ??= 'Opaque';
    const texts = object['stringData'];
    if (!isJsonObject(texts)) return;
    const encoded = Object.entries(texts).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]);
    object['data'] = { ...objectAt(object, 'data'), ...Object.fromEntries(encoded) };
    delete object['stringData'];
  },
  validateUpdate: (object, before) => immutableErrors('type', object['type'], before['type']),
};

const CONFIG_KEY =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

/** The rules of ConfigMaps. */
export const configMapStrategy: Strategy = {
  ...plainStrategy,
  validate: (object) => {
    const keys = Object.keys(objectAt(object, 'data') ?? {});
    const binaryKeys = Object.keys(objectAt(object, 'binaryData') ?? {});
    const odd = [...keys, ...binaryKeys].filter((key) => !/^[-._a-zA-Z0-9]+$/.test(key) || key.length > 253);
    const twice = keys.filter((key) => binaryKeys.includes(key));
    return [
      ...odd.map((key) => invalidValue(`data[${key}]`, key, CONFIG_KEY)),
      ...twice.map((key) => invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData')),
    ];
  },
  validateUpdate: (object, before) =>
    before['immutable'] === true && !jsonEqual(object['data'], before['data'])
      ? [forbiddenField('data', 'field is immutable when `immutable` is set')]
      : [],
};

/** The rules of core Events. */
export const eventStrategy: Strategy = {
  ...plainStrategy,
  createOnUpdate: true,
  applyDefaults: (object) => {
    object['source'] ??= {};
    object['type'] ??= 'Normal';
  },
  validate: (object) => {
    const involved = textAt(object, 'involvedObject', 'namespace');
    const namespace = object.metadata.namespace ?? '';
    if (involved === namespace || (involved === '' && namespace === 'default')) return [];
    return [invalidValue('involvedObject.namespace', involved, 'does not match event.namespace')];
  },
};

/** The rules of RBAC objects: names may hold colons, a binding's role never changes. */
export const rbacStrategy: Strategy = {
  ...plainStrategy,
  createOnUpdate: true,
  validateName: pathSegment,
  applyDefaults: (object) => {
    if (object.kind.endsWith('Role')) object['rules'] ??= null;
    for (const subject of Array.isArray(object['subjects']) ? object['subjects'].filter(isJsonObject) : []) {
      subject['apiGroup'] ??= subject['kind'] === 'ServiceAccount' ? undefined : 'rbac.authorization.k8s.io';
    }
    const roleRef = object['roleRef'];
    if (isJsonObject(roleRef)) roleRef['apiGroup'] ??= 'rbac.authorization.k8s.io';
  },
  validate: (object) => {
    if (!object.kind.endsWith('Binding') || textAt(object, 'roleRef', 'name') !== '') return [];
    return [required('roleRef.name')];
  },
  validateUpdate: (object, before) =>
    object.kind.endsWith('Binding') ? immutableErrors('roleRef', object['roleRef'], before['roleRef']) : [],
};

/** The rules of PersistentVolumeClaims, as far as they can be kept without volumes. */
export const claimStrategy: Strategy = {
  ...plainStrategy,
  applyDefaults: (object) => {
    const spec = objectAt(object, 'spec');
    if (spec !== undefined) spec['volumeMode'] ??= 'Filesystem';
  },
  prepareForCreate: (object) => {
    object['status'] = { phase: 'Pending' };
    return [];
  },
};
