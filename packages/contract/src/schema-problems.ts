import { z } from 'zod';
import { nearestName } from './nearest-name.ts';
import type { Outcome, Problem } from './problem.ts';

/**
 * Checks a value against a schema and says everything that is wrong at once, unknown keys with the nearest known name.
 * `place` is put before every path (`network.yaml` has none, a twin may have `properties.desired`).
 */
export function checkShape<T>(schema: z.ZodType<T>, value: unknown, place = ''): Outcome<T> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, problems: result.error.issues.flatMap((issue) => problemsOf(schema, issue, place)) };
}

function problemsOf(schema: z.ZodType, issue: z.core.$ZodIssue, place: string): readonly Problem[] {
  const path = formatPath(issue.path, place);
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => unknownKey(key, formatPath([...issue.path, key], place), known));
  }
  if (issue.code === 'invalid_key') return issue.issues.map((inner) => invalidKey(inner, issue, path));
  if (issue.code === 'invalid_union') {
    const inner = deepestBranch(issue.errors);
    if (inner.length > 0)
      return inner.flatMap((found) => problemsOf(schema, { ...found, path: [...issue.path, ...found.path] }, place));
  }
  return [problemOf(issue, path)];
}

function problemOf(issue: z.core.$ZodIssue, path: string): Problem {
  switch (issue.code) {
    case 'invalid_value':
      return invalidValue(issue, path);
    case 'invalid_type':
      return invalidType(issue, path);
    case 'too_small':
    case 'too_big':
      return outOfBounds(issue, path);
    default: {
      const code = issue.code === 'custom' ? 'invalid-value' : issue.code.replace(/_/g, '-');
      return { code, path, message: sentence(issue.message) };
    }
  }
}

/**
 * What is left of a value when everything that {@link checkShape} refuses is taken out, or undefined when too little is left to be read.
 * Lets the rules about meaning answer together with the problems of shape, so that a person sees everything at once.
 */
export function salvageShape<T>(schema: z.ZodType<T>, value: unknown): T | undefined {
  let kept: unknown = structuredClone(value);
  for (let round = 0; round < 4; round += 1) {
    const result = schema.safeParse(kept);
    if (result.success) return result.data;
    for (const issue of result.error.issues) kept = withoutIssue(kept, issue);
  }
  return undefined;
}

function withoutIssue(value: unknown, issue: z.core.$ZodIssue): unknown {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.reduce<unknown>((kept, key) => withoutPath(kept, [...issue.path, key]), value);
  const present = hasPath(value, issue.path);
  return withoutPath(value, present ? issue.path : issue.path.slice(0, -1));
}

function hasPath(value: unknown, path: readonly PropertyKey[]): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return true;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return false;
  return hasPath((value as Record<PropertyKey, unknown>)[step], rest);
}

function withoutPath(value: unknown, path: readonly PropertyKey[]): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value))
    return value.flatMap((item: unknown, index) => {
      if (index !== step) return [item];
      return rest.length === 0 ? [] : [withoutPath(item, rest)];
    });
  const entries = Object.entries(value).flatMap(([key, item]: [string, unknown]): [string, unknown][] => {
    if (key !== step) return [[key, item]];
    return rest.length === 0 ? [] : [[key, withoutPath(item, rest)]];
  });
  return Object.fromEntries(entries);
}

/** In a union the branch whose complaint lies deepest is the one the author meant. */
function deepestBranch(branches: readonly z.core.$ZodIssue[][]): readonly z.core.$ZodIssue[] {
  const depth = (issues: readonly z.core.$ZodIssue[]): number =>
    Math.max(0, ...issues.map((issue) => issue.path.length + (issue.code === 'invalid_type' ? 0 : 1)));
  return [...branches].sort((a, b) => depth(b) - depth(a))[0] ?? [];
}

function unknownKey(key: string, path: string, known: readonly string[]): Problem {
  const nearest = nearestName(key, known);
  const fix = nearest === undefined ? `Known keys: ${known.join(', ')}.` : `Did you mean "${nearest}"?`;
  return { code: 'unknown-key', path, message: `"${key}" is not a known key.`, fix };
}

function invalidKey(inner: z.core.$ZodIssue, issue: z.core.$ZodIssueInvalidKey, path: string): Problem {
  return {
    code: 'invalid-key',
    path,
    message: sentence(`the name ${JSON.stringify(issue.path.at(-1))} ${inner.message}`),
  };
}

function invalidValue(issue: z.core.$ZodIssueInvalidValue, path: string): Problem {
  const values = issue.values.map(String);
  if (issue.input === undefined) return { code: 'missing', path, message: `is required: ${values.join(' or ')}.` };
  const given = typeof issue.input === 'string' ? issue.input : JSON.stringify(issue.input);
  const nearest = nearestName(given, values);
  const message = `${JSON.stringify(issue.input)} is not one of ${values.join(', ')}.`;
  return nearest === undefined
    ? { code: 'invalid-value', path, message }
    : { code: 'invalid-value', path, message, fix: `Did you mean "${nearest}"?` };
}

/** YAML reads 1.5 and true as number and truth value; where a text is meant quotes are what is missing. */
function invalidType(issue: z.core.$ZodIssueInvalidType, path: string): Problem {
  const { expected, input } = issue;
  if (input === undefined) return { code: 'missing', path, message: `is required: ${KINDS[expected] ?? expected}.` };
  const message = `must be ${KINDS[expected] ?? expected}, not ${kindOf(input)}.`;
  const lacksQuotes = expected === 'string' && (typeof input === 'number' || typeof input === 'boolean');
  return { code: 'invalid-type', path, message, ...(lacksQuotes ? { fix: 'Put it in quotes.' } : {}) };
}

function outOfBounds(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, path: string): Problem {
  const code = issue.code.replace('_', '-');
  // A message that the schema gives itself says more.
  if (!/^Too (small|big)/.test(issue.message)) return { code, path, message: sentence(issue.message) };
  if (issue.code === 'too_big')
    return { code, path, message: `must be ${issue.maximum} or less, not ${String(issue.input)}.` };
  if (issue.origin === 'array' || issue.origin === 'string') return { code, path, message: 'may not be empty.' };
  return { code, path, message: `must be ${issue.minimum} or more, not ${String(issue.input)}.` };
}

/** Kinds of values, as people call them. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object (name: value)',
  record: 'an object (name: value)',
};

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'number') return `the number ${value}`;
  return typeof value === 'boolean' ? String(value) : (KINDS[typeof value] ?? typeof value);
}

const sentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`);

/** Writes a path as people read it: `services.iotedge.web.ports.http`, list items as `devices[0]`. */
export function formatPath(path: readonly PropertyKey[], place = ''): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, place);
}

/** The keys that the schema knows at a path, looking through optional, default, record, list and union. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const places = path.reduce<readonly z.core.$ZodType[]>(
    (schemas, step) => schemas.flatMap((one) => childSchemas(one, step)),
    [schema],
  );
  return [
    ...new Set(places.flatMap(unwrap).flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : []))),
  ];
}

function childSchemas(schema: z.core.$ZodType, step: PropertyKey): readonly z.core.$ZodType[] {
  return unwrap(schema).flatMap((one): readonly z.core.$ZodType[] => {
    if (one instanceof z.ZodObject) {
      const child = (one.shape as Record<PropertyKey, z.core.$ZodType | undefined>)[step];
      return child === undefined ? [] : [child];
    }
    if (one instanceof z.ZodRecord) return [one.valueType];
    return one instanceof z.ZodArray ? [one.element] : [];
  });
}

function unwrap(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return unwrap(schema.unwrap());
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodNullable) return unwrap(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(unwrap);
  return [schema];
}
