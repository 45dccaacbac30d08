import type { JsonObject } from '../json.ts';
import { textAt, without } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import type { PrinterColumn, ResourceKind } from '../scheme/resource-kind.ts';
import type { Column } from './column.ts';
import { ageOf } from './human-duration.ts';
import { jsonPathValues } from './json-path.ts';
import { kindColumns, nameColumn, plainColumns } from './kind-columns.ts';

/** How a table is asked for. */
export interface TableOptions {
  readonly version: 'v1' | 'v1beta1';
  readonly includeObject: 'None' | 'Metadata' | 'Object';
  /** Later events of a watch leave the column definitions out. */
  readonly withoutColumns?: boolean;
  readonly now: Date;
}

/** The columns of a kind. */
export function columnsOf(kind: ResourceKind): readonly Column[] {
  if (kind.custom !== undefined) return [nameColumn, ...kind.custom.columns.map(customColumn)];
  return kindColumns[kind.collection] ?? plainColumns;
}

/** A `meta/v1.Table` of objects in the served version. */
export function tableOf(
  kind: ResourceKind,
  objects: readonly KubeObject[],
  metadata: JsonObject,
  options: TableOptions,
): JsonObject {
  const columns = columnsOf(kind);
  const apiVersion = `meta.k8s.io/${options.version}`;
  return {
    kind: 'Table',
    apiVersion,
    metadata,
    columnDefinitions: options.withoutColumns === true ? null : columns.map((each) => without(each, 'cell')),
    rows: objects.map((object) => ({
      cells: cellsOf(kind, object, options.now),
      ...conditionsOf(object),
      ...rowObject(object, apiVersion, options),
    })),
  };
}

// The columns of a built-in kind read the stored version, whatever version is served.
function cellsOf(kind: ResourceKind, object: KubeObject, now: Date): unknown[] {
  const stored = kind.custom === undefined && kind.toStorage !== undefined ? kind.toStorage(object) : object;
  return columnsOf(kind).map((column) => column.cell(stored, now));
}

function rowObject(object: KubeObject, apiVersion: string, options: TableOptions): JsonObject {
  if (options.includeObject === 'None') return {};
  if (options.includeObject === 'Object') return { object };
  return { object: partialMetadata(object, apiVersion) };
}

/** The `PartialObjectMetadata` of an object. */
export function partialMetadata(object: KubeObject, apiVersion = 'meta.k8s.io/v1'): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion, metadata: object.metadata };
}

// kubectl greys out or hides pods that have run to their end.
function conditionsOf(object: KubeObject): JsonObject {
  const phase = textAt(object, 'status', 'phase');
  if (object.kind !== 'Pod' || (phase !== 'Succeeded' && phase !== 'Failed')) return {};
  const message = phase === 'Succeeded' ? 'The pod has completed successfully.' : 'The pod failed.';
  return { conditions: [{ type: 'Completed', status: 'True', reason: phase, message }] };
}

function customColumn(column: PrinterColumn): Column {
  const { name, type, format = '', description = '', priority = 0, jsonPath } = column;
  return {
    name,
    type,
    format,
    description,
    priority,
    cell: (object, now) => customCell(type, jsonPathValues(jsonPath, object), now),
  };
}

function customCell(type: string, values: readonly unknown[], now: Date): string | number | boolean | null {
  const [value] = values;
  if (value === undefined || value === null) return type === 'string' ? '' : null;
  if (type === 'date') return ageOf(value, now);
  if (type === 'integer' || type === 'number') return typeof value === 'number' ? value : null;
  if (type === 'boolean') return typeof value === 'boolean' ? value : null;
  return values.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join(' ');
}
