import { isJsonObject } from '../json.ts';

type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'filter'; readonly field: string; readonly value: string };

const stepPattern =
  /\.((?:\\.|[^.[\\])+)|\[(\d+)\]|\[(\*)\]|\['([^']*)'\]|\[\?\(@\.([^=]+?)\s*==\s*["']([^"']*)["']\)\]/gy;

/** The values a JSON path of a printer column finds: fields, indexes, `[*]`, and filters like `[?(@.type=="Ready")]`. */
export function jsonPathValues(path: string, object: unknown): readonly unknown[] {
  const steps = parsePath(path);
  return steps.reduce<readonly unknown[]>((values, step) => values.flatMap((value) => take(step, value)), [object]);
}

function parsePath(path: string): Step[] {
  const steps: Step[] = [];
  for (const match of path.matchAll(stepPattern)) {
    const [, field, index, all, quoted, filterField, filterValue] = match;
    if (filterField !== undefined) steps.push({ kind: 'filter', field: filterField, value: filterValue ?? '' });
    else if (index !== undefined) steps.push({ kind: 'index', index: Number(index) });
    else if (all !== undefined) steps.push({ kind: 'all' });
    else steps.push({ kind: 'field', name: quoted ?? (field ?? '').replaceAll(/\\(.)/g, '$1') });
  }
  return steps;
}

function take(step: Step, value: unknown): readonly unknown[] {
  switch (step.kind) {
    case 'field': {
      const found = isJsonObject(value) ? value[step.name] : undefined;
      return found === undefined ? [] : [found];
    }
    case 'index':
      return Array.isArray(value) && step.index < value.length ? [value[step.index]] : [];
    case 'all':
      return Array.isArray(value) ? (value as unknown[]) : isJsonObject(value) ? Object.values(value) : [];
    case 'filter':
      return Array.isArray(value)
        ? value.filter((item) => isJsonObject(item) && String(item[step.field]) === step.value)
        : [];
  }
}
