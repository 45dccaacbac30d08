import type { JsonObject } from '../json.ts';
import type { FieldSchema, ListSchema, StructSchema } from '../schema/field-schema.ts';
import { apiVersionOf } from '../scheme/resource-kind.ts';
import type { ResourceKind } from '../scheme/resource-kind.ts';

/** OpenAPI definitions by name. */
export type Definitions = Record<string, JsonObject>;

/** Where definitions live in a document: version 2 and version 3 differ in nothing else here. */
export type ReferencePrefix = '#/definitions/' | '#/components/schemas/';

/** The definitions of kinds and of everything they refer to. */
export function definitionsOf(kinds: readonly ResourceKind[], prefix: ReferencePrefix): Definitions {
  const definitions: Definitions = {};
  for (const kind of kinds) addKind(definitions, kind, prefix);
  return definitions;
}

/** The name of the definition of a kind: `io.k8s.api.apps.v1.Deployment`, `io.metallb.v1beta1.IPAddressPool`. */
export function definitionName(kind: ResourceKind): string {
  if (kind.custom !== undefined) return `${kind.group.split('.').reverse().join('.')}.${kind.version}.${kind.kind}`;
  const group = kind.group === '' ? 'core' : (kind.group.split('.')[0] ?? '');
  return `io.k8s.api.${group}.${kind.version}.${kind.kind}`;
}

function addKind(definitions: Definitions, kind: ResourceKind, prefix: ReferencePrefix): void {
  const name = definitionName(kind);
  const { group, version } = kind;
  const target = { group, kind: kind.kind, version };
  definitions[name] = {
    ...structDefinition(definitions, kind.schema, prefix),
    'x-kubernetes-group-version-kind': [target],
  };
  definitions[`${name}List`] = {
    type: 'object',
    description: `${kind.kind}List is a list of ${apiVersionOf(kind)} ${kind.kind}`,
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      items: { type: 'array', items: { $ref: prefix + name } },
    },
    'x-kubernetes-group-version-kind': [{ ...target, kind: `${kind.kind}List` }],
  };
}

/** The name of a nested definition, `io.k8s.api.V1ServicePort`. */
function nestedName(struct: StructSchema): string {
  return struct.name === 'V1ObjectMeta'
    ? 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'
    : `io.k8s.api.${struct.name}`;
}

function structDefinition(definitions: Definitions, struct: StructSchema, prefix: ReferencePrefix): JsonObject {
  const properties = [...struct.fields].map(
    ([name, field]) => [name, fieldDefinition(definitions, field, prefix)] as const,
  );
  return {
    type: 'object',
    ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
    ...(struct.openEnded === true ? { 'x-kubernetes-preserve-unknown-fields': true } : {}),
    ...(struct.atomic === true ? { 'x-kubernetes-map-type': 'atomic' } : {}),
  };
}

function fieldDefinition(definitions: Definitions, field: FieldSchema, prefix: ReferencePrefix): JsonObject {
  switch (field.type) {
    case 'any':
      return {};
    case 'struct':
      return reference(definitions, field, prefix);
    case 'map':
      return {
        type: 'object',
        additionalProperties: fieldDefinition(definitions, field.values, prefix),
        ...(field.atomic === true ? { 'x-kubernetes-map-type': 'atomic' } : {}),
      };
    case 'list':
      return { type: 'array', items: fieldDefinition(definitions, field.items, prefix), ...listExtensions(field) };
    case 'int-or-string':
      return { type: 'string', format: 'int-or-string' };
    case 'quantity':
      return { type: 'string' };
    default:
      return {
        type: field.type,
        ...(field.format === undefined || field.format === '' ? {} : { format: field.format }),
      };
  }
}

function reference(definitions: Definitions, struct: StructSchema, prefix: ReferencePrefix): JsonObject {
  if (struct.name === '') return structDefinition(definitions, struct, prefix);
  const name = nestedName(struct);
  if (definitions[name] === undefined) {
    // Entered before its fields are: definitions may refer to themselves.
    const definition: JsonObject = {};
    definitions[name] = definition;
    Object.assign(definition, structDefinition(definitions, struct, prefix));
  }
  const strategy = struct.retainKeys === true ? { 'x-kubernetes-patch-strategy': 'retainKeys' } : {};
  return { $ref: prefix + name, ...strategy };
}

function listExtensions(list: ListSchema): JsonObject {
  return {
    'x-kubernetes-list-type': list.listType,
    ...(list.keys === undefined ? {} : { 'x-kubernetes-list-map-keys': list.keys }),
    ...(list.patchMergeKey === undefined ? {} : { 'x-kubernetes-patch-merge-key': list.patchMergeKey }),
    ...(list.patchStrategy === undefined ? {} : { 'x-kubernetes-patch-strategy': list.patchStrategy }),
  };
}
