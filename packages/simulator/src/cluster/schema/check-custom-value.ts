import { invalidValue, notSupported, required } from '../field-error.ts';
import type { FieldError } from '../field-error.ts';
import { isJsonObject, jsonEqual, listAt, objectAt } from '../json.ts';
import type { JsonObject } from '../json.ts';

/** Fills in, in place, the defaults that a CustomResourceDefinition's schema declares. */
export function applyCustomDefaults(openApi: JsonObject, value: unknown): void {
  if (Array.isArray(value)) {
    const items = objectAt(openApi, 'items');
    if (items !== undefined) for (const item of value) applyCustomDefaults(items, item);
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [name, schema] of Object.entries(objectAt(openApi, 'properties') ?? {})) {
    if (!isJsonObject(schema)) continue;
    if (value[name] === undefined && schema['default'] !== undefined) value[name] = structuredClone(schema['default']);
    applyCustomDefaults(schema, value[name]);
  }
  const additional = objectAt(openApi, 'additionalProperties');
  if (additional !== undefined) for (const item of Object.values(value)) applyCustomDefaults(additional, item);
}

/** How a server of this age reports a value of the wrong type: 1.20 names neither the element nor the kind of error. */
export type TypeErrorStyle = 'plain' | 'exact';

/** Checks a value against a CustomResourceDefinition's schema: types, required fields, enumerations, ranges, lengths, patterns. */
export function checkCustomValue(openApi: JsonObject, value: unknown, style: TypeErrorStyle, path = ''): FieldError[] {
  if (value === undefined || (value === null && openApi['nullable'] === true)) return [];
  const wrongType = typeError(openApi, value, style, path);
  if (wrongType !== undefined) return [wrongType];
  const enumeration = listAt(openApi, 'enum');
  if (enumeration.length > 0 && !enumeration.some((allowed) => jsonEqual(allowed, value))) {
    return [notSupported(path, value, enumeration.map(String))];
  }
  if (typeof value === 'number') return numberErrors(openApi, value, path);
  if (typeof value === 'string') return textErrors(openApi, value, path);
  if (Array.isArray(value)) return listErrors(openApi, value, style, path);
  return isJsonObject(value) ? objectErrors(openApi, value, style, path) : [];
}

function typeError(openApi: JsonObject, value: unknown, style: TypeErrorStyle, path: string): FieldError | undefined {
  const type = openApi['type'];
  if (typeof type !== 'string' || openApi['x-kubernetes-int-or-string'] === true) return undefined;
  const found = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  const fits = type === 'integer' ? Number.isInteger(value) : type === found;
  if (fits) return undefined;
  const printed = found === 'object' || found === 'array' ? found : value;
  const detail = `${path} in body must be of type ${type}: ${JSON.stringify(found)}`;
  if (style === 'exact') return { ...invalidValue(path, printed, detail), reason: 'FieldValueTypeInvalid' };
  return invalidValue(path.replace(/\[\d+\]$/, ''), printed, detail);
}

function numberErrors(openApi: JsonObject, value: number, path: string): FieldError[] {
  const { minimum, maximum } = openApi;
  if (typeof minimum === 'number' && value < minimum) {
    return [invalidValue(path, value, `${path} in body should be greater than or equal to ${minimum}`)];
  }
  if (typeof maximum === 'number' && value > maximum) {
    return [invalidValue(path, value, `${path} in body should be less than or equal to ${maximum}`)];
  }
  return [];
}

function textErrors(openApi: JsonObject, value: string, path: string): FieldError[] {
  const { pattern, minLength, maxLength } = openApi;
  if (typeof pattern === 'string' && !new RegExp(pattern).test(value)) {
    return [invalidValue(path, value, `${path} in body should match '${pattern}'`)];
  }
  if (typeof minLength === 'number' && value.length < minLength) {
    return [invalidValue(path, value, `${path} in body should be at least ${minLength} chars long`)];
  }
  if (typeof maxLength === 'number' && value.length > maxLength) {
    return [{ field: path, reason: 'FieldValueTooLong', message: `Too long: may not be more than ${maxLength} bytes` }];
  }
  return [];
}

function listErrors(openApi: JsonObject, value: readonly unknown[], style: TypeErrorStyle, path: string): FieldError[] {
  const { minItems, maxItems } = openApi;
  const errors: FieldError[] = [];
  if (typeof minItems === 'number' && value.length < minItems) {
    errors.push(invalidValue(path, value.length, `${path} in body should have at least ${minItems} items`));
  }
  if (typeof maxItems === 'number' && value.length > maxItems) {
    errors.push({
      field: path,
      reason: 'FieldValueTooLong',
      message: `Too many: ${value.length}: must have at most ${maxItems} items`,
    });
  }
  const items = objectAt(openApi, 'items');
  if (items === undefined) return errors;
  return [...errors, ...value.flatMap((item, index) => checkCustomValue(items, item, style, `${path}[${index}]`))];
}

function objectErrors(openApi: JsonObject, value: JsonObject, style: TypeErrorStyle, path: string): FieldError[] {
  const place = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const missing = listAt(openApi, 'required')
    .map(String)
    .filter((name) => value[name] === undefined)
    .map((name) => required(place(name)));
  const properties = objectAt(openApi, 'properties') ?? {};
  const additional = objectAt(openApi, 'additionalProperties');
  const inner = Object.entries(value).flatMap(([name, item]) => {
    const schema = properties[name] ?? additional;
    return isJsonObject(schema) ? checkCustomValue(schema, item, style, place(name)) : [];
  });
  return [...missing, ...inner];
}
