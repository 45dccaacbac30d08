import type { Problem } from './problem.ts';
import { isTwinObject } from './twin-patch.ts';
import type { TwinLimits } from './twin-limits.ts';
import { twinSize } from './twin-size.ts';
import { utf8Length } from './utf8-length.ts';

// eslint-disable-next-line no-control-regex -- a twin refuses control characters in keys.
const FORBIDDEN_IN_KEY = /[\u0000-\u001f\u007f-\u009f.$#\s]/;

/**
 * Everything in a twin section (or a patch: null means removal and is allowed) that IoT Hub or edgeHub would refuse, so that nothing is sent
 * that disappears silently: edgeHub answers a refused patch with an empty body, which the SDK takes for success.
 */
export function checkTwinSection(section: unknown, limits: TwinLimits): readonly Problem[] {
  if (!isTwinObject(section)) return [problem('not-an-object', '', 'A twin section is an object.')];
  const size = twinSize(section);
  const tooLarge = `The section counts ${size} bytes; the limit is ${limits.sectionBytes}.`;
  return [
    ...(size > limits.sectionBytes ? [problem('section-too-large', '', tooLarge)] : []),
    ...checkEntries(section, { limits, path: '', depth: 1 }),
  ];
}

interface Place {
  readonly limits: TwinLimits;
  readonly path: string;
  readonly depth: number;
  /** Inside a list null cannot mean removal, so it is refused there at any depth. */
  readonly inList?: boolean;
}

function checkEntries(object: object, place: Place): readonly Problem[] {
  return Object.entries(object).flatMap(([key, value]) => {
    if (place.depth === 1 && (key === '$version' || key === '$metadata')) return [];
    const path = place.path === '' ? key : `${place.path}.${key}`;
    return [...checkKey(key, path, place.limits), ...checkValue(value, { ...place, path })];
  });
}

function checkKey(key: string, path: string, limits: TwinLimits): readonly Problem[] {
  const bytes = utf8Length(key);
  return [
    ...(bytes > limits.keyBytes
      ? [problem('key-too-long', path, `The key has ${bytes} bytes; the limit is ${limits.keyBytes}.`)]
      : []),
    ...(FORBIDDEN_IN_KEY.test(key) || key === ''
      ? [
          problem(
            'bad-key',
            path,
            'A twin key may not be empty or hold ".", "$", "#", white space or control characters.',
          ),
        ]
      : []),
  ];
}

function checkValue(value: unknown, place: Place): readonly Problem[] {
  const { limits, path, depth } = place;
  if (typeof value === 'string') return checkString(value, path, limits);
  if (typeof value === 'number') return checkNumber(value, path, limits);
  if (Array.isArray(value)) return checkArray(value, place);
  if (value === null && place.inList === true) return [problem('null-in-array', path, 'An array may not hold null.')];
  if (!isTwinObject(value)) return [];
  if (depth >= limits.depth)
    return [problem('too-deep', path, `Objects may nest ${limits.depth} levels below the section, not more.`)];
  return checkEntries(value, { ...place, depth: depth + 1 });
}

function checkString(value: string, path: string, limits: TwinLimits): readonly Problem[] {
  const bytes = utf8Length(value);
  if (bytes <= limits.stringBytes) return [];
  return [problem('string-too-long', path, `The text has ${bytes} bytes; the limit is ${limits.stringBytes}.`)];
}

function checkNumber(value: number, path: string, limits: TwinLimits): readonly Problem[] {
  if (!Number.isFinite(value)) return [problem('not-a-number', path, 'A number must be finite.')];
  const inside = value >= limits.integerMin && value <= limits.integerMax;
  if (!Number.isInteger(value) || inside) return [];
  return [problem('integer-out-of-range', path, `${value} is outside ${limits.integerMin} to ${limits.integerMax}.`)];
}

function checkArray(value: readonly unknown[], place: Place): readonly Problem[] {
  if (!place.limits.arrays)
    return [problem('array', place.path, 'Arrays are refused by old runtimes; use an object keyed by name.')];
  return value.flatMap((item, index) => {
    const path = `${place.path}[${index}]`;
    return checkValue(item, { ...place, path, inList: true });
  });
}

function problem(code: string, path: string, message: string): Problem {
  return { code, path, message };
}
