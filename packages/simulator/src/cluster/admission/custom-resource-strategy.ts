import { isJsonObject, objectAt } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { applyCustomDefaults, checkCustomValue } from '../schema/check-custom-value.ts';
import type { TypeErrorStyle } from '../schema/check-custom-value.ts';
import type { Strategy } from '../scheme/resource-kind.ts';
import { dnsSubdomain } from './names.ts';

/** The rules of a custom resource: what the schema of its CustomResourceDefinition says. */
export function customResourceStrategy(
  openApi: JsonObject | undefined,
  hasStatus: boolean,
  style: TypeErrorStyle,
): Strategy {
  const schema = withoutMetadata(openApi ?? {});
  return {
    validateName: dnsSubdomain,
    generation: true,
    unconditionalUpdate: false,
    applyDefaults: (object) => applyCustomDefaults(schema, object),
    prepareForCreate: (object) => {
      if (hasStatus) delete object['status'];
      return [];
    },
    prepareForUpdate: (object, before) => {
      if (!hasStatus) return [];
      if (before['status'] === undefined) delete object['status'];
      else object['status'] = before['status'];
      return [];
    },
    prepareForStatusUpdate: (object, before) => {
      const managedFields = object.metadata.managedFields;
      object.metadata = { ...before.metadata, ...(managedFields === undefined ? {} : { managedFields }) };
      return checkCustomValue(schema, object, style);
    },
    validate: (object) => checkCustomValue(schema, object, style),
  };
}

// metadata is checked by the rules that hold for every kind; apiVersion and kind by the path.
function withoutMetadata(openApi: JsonObject): JsonObject {
  const properties = Object.entries(objectAt(openApi, 'properties') ?? {});
  const own = properties.filter(([name]) => !['metadata', 'apiVersion', 'kind'].includes(name));
  const required = Array.isArray(openApi['required']) ? (openApi['required'] as unknown[]) : [];
  return {
    ...openApi,
    properties: Object.fromEntries(own.filter(([, schema]) => isJsonObject(schema))),
    required: required.filter((name) => !['metadata', 'apiVersion', 'kind'].includes(String(name))),
  };
}
