import { isJsonObject } from '../json.ts';
import type { FieldSchema, ListSchema } from '../schema/field-schema.ts';

/** A list item that names itself ambiguously or not at all: server-side apply refuses the whole object. */
export class UntypedItemError extends Error {}

/** The schema node of one item of a map, struct or list. */
export interface ChildItem {
  readonly element: string;
  readonly value: unknown;
  readonly schema: FieldSchema;
  /** A field of a struct: its presence alone is nobody's property. */
  readonly named: boolean;
}

/** A path element as error messages print it. */
export function printElement(element: string): string {
  const value = element.slice(2);
  switch (element[0]) {
    case 'k': {
      const keys = Object.entries(JSON.parse(value) as Record<string, unknown>);
      return `[${keys.map(([key, item]) => `${key}=${JSON.stringify(item)}`).join(',')}]`;
    }
    case 'v':
      return `[=${value}]`;
    case 'i':
      return `[${value}]`;
    default:
      return `.${value}`;
  }
}

/** Whether server-side apply looks into values of this schema; everything else is owned as a whole. */
export function isGranular(schema: FieldSchema): boolean {
  switch (schema.type) {
    case 'struct':
      return schema.atomic !== true;
    case 'map':
      return schema.atomic !== true;
    case 'list':
      return schema.listType !== 'atomic';
    default:
      return false;
  }
}

/** The parts of a granular value, by path element, in their order. A value of another shape has none. */
export function childItems(schema: FieldSchema, value: unknown, path = ''): readonly ChildItem[] {
  if (schema.type === 'list') return Array.isArray(value) ? listItems(schema, value, path) : [];
  if (!isJsonObject(value)) return [];
  return Object.entries(value).map(([name, item]) => {
    const known = schema.type === 'struct' ? schema.fields.get(name) : undefined;
    const fieldSchema = known ?? (schema.type === 'map' ? schema.values : { type: 'any' as const });
    return { element: `f:${name}`, value: item, schema: fieldSchema, named: known !== undefined };
  });
}

function listItems(schema: ListSchema, items: readonly unknown[], path: string): ChildItem[] {
  return items.map((item, index) => ({
    element: itemElement(schema, item, `${path}: element ${index}`),
    value: item,
    schema: schema.items,
    named: false,
  }));
}

function itemElement(schema: ListSchema, item: unknown, place: string): string {
  if (schema.listType !== 'map') return `v:${JSON.stringify(item)}`;
  if (!isJsonObject(item))
    throw new UntypedItemError(`${place}: associative list with keys may not have non-map elements`);
  const keys = (schema.keys ?? []).map((key): [string, unknown] => {
    const value: unknown = item[key] ?? schema.keyDefaults?.[key] ?? undefined;
    if (value === undefined) {
      const message = `associative list with keys has an element that omits key field "${key}" (and doesn't have default value)`;
      throw new UntypedItemError(`${place}: ${message}`);
    }
    return [key, value];
  });
  return `k:${JSON.stringify(Object.fromEntries(keys.sort(([a], [b]) => (a < b ? -1 : 1))))}`;
}
