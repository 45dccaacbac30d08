import type { KubeObject } from '../object-client.ts';

/** `meta/v1.TableColumnDefinition`. Priority 0 is always shown, 1 with `-o wide`. */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

/** One column of a kind's table and how its cell is made. */
export interface Column extends ColumnDefinition {
  readonly cell: (object: KubeObject, now: Date) => string | number | boolean | null;
}

/** A column that is always shown. */
export function column(name: string, cell: Column['cell'], type = 'string'): Column {
  return { name, type, format: name === 'Name' ? 'name' : '', description: '', priority: 0, cell };
}

/** A column for `-o wide`. */
export function wideColumn(name: string, cell: Column['cell']): Column {
  return { ...column(name, cell), priority: 1 };
}
