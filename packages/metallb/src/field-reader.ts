import { nearestName } from '@iotedge-networking/contract';

/** A scalar of a YAML document: what it means, and how it is written (a string field takes the latter, as in Go). */
export class YamlScalar {
  readonly value: unknown;
  readonly source: string;

  constructor(value: unknown, source: string) {
    this.value = value;
    this.source = source;
  }
}

/** Where a value stands, and where complaints about it go. */
export interface ReadContext {
  readonly path: string;
  readonly report: (path: string, message: string, fix?: string) => void;
  /** Whether a key that is not known voids the document, as in the ConfigMap; resources have been pruned by the API server. */
  readonly isStrict: boolean;
}

/** Reads one kind of value; complains and gives undefined when it is another kind. Absent values never get here. */
export type ReadValue<T> = (value: unknown, context: ReadContext) => T | undefined;

/** The fields of an object. */
export type FieldReader = <T>(name: string, read: ReadValue<T>) => T | undefined;

export const readText: ReadValue<string> = (value, context) => {
  if (value instanceof YamlScalar) return value.source;
  if (typeof value === 'string') return value;
  complain(context, value, 'a string');
  return undefined;
};

export const readFlag: ReadValue<boolean> = (value, context) => {
  const plain = plainOf(value);
  if (typeof plain === 'boolean') return plain;
  complain(context, plain, 'true or false');
  return undefined;
};

/** Reads whole numbers from `min` to `max`. */
export function readInteger(min: number, max: number): ReadValue<number> {
  return (value, context) => {
    const plain = plainOf(value);
    const isFit = typeof plain === 'number' && Number.isInteger(plain) && plain >= min && plain <= max;
    if (isFit) return plain;
    complain(context, plain, `a whole number from ${min} to ${max}`);
    return undefined;
  };
}

/** Reads lists; what cannot be read is left out. */
export function readList<T>(read: ReadValue<T>): ReadValue<readonly T[]> {
  return (value, context) => {
    if (!Array.isArray(value)) {
      complain(context, plainOf(value), 'a list');
      return undefined;
    }
    return value.flatMap((item: unknown, index) => {
      const result = isAbsent(item) ? undefined : read(item, { ...context, path: `${context.path}[${index}]` });
      return result === undefined ? [] : [result];
    });
  };
}

/** Reads maps of texts. */
export const readTextMap: ReadValue<Readonly<Record<string, string>>> = (value, context) => {
  if (!isRecord(value)) {
    complain(context, plainOf(value), 'a map');
    return undefined;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      readText(item, { ...context, path: joinPath(context.path, key) }) ?? '',
    ]),
  );
};

/** Reads objects whose keys are known. */
export function readObject<T>(names: readonly string[], build: (field: FieldReader) => T): ReadValue<T> {
  return (value, context) => {
    if (!isRecord(value)) {
      complain(context, plainOf(value), 'a map');
      return undefined;
    }
    if (context.isStrict) refuseUnknown(value, names, context);
    return build((name, read) => {
      const item = value[name];
      return isAbsent(item) ? undefined : read(item, { ...context, path: joinPath(context.path, name) });
    });
  };
}

function refuseUnknown(value: Readonly<Record<string, unknown>>, names: readonly string[], context: ReadContext): void {
  for (const key of Object.keys(value)) {
    if (names.includes(key)) continue;
    const meant = nearestName(key, names);
    const fix = meant === undefined ? `Known here: ${names.join(', ')}.` : `Did you mean ${meant}?`;
    context.report(joinPath(context.path, key), `field ${key} not found`, fix);
  }
}

function complain({ path, report }: ReadContext, value: unknown, expected: string): void {
  report(path, `cannot read ${describe(value)}: expected ${expected}`);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : JSON.stringify(value);
}

function plainOf(value: unknown): unknown {
  return value instanceof YamlScalar ? value.value : value;
}

function isAbsent(value: unknown): boolean {
  const plain = plainOf(value);
  return plain === undefined || plain === null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof YamlScalar);
}

function joinPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
