import { isAlias, isCollection, isMap, isScalar, isSeq, type Document, type LineCounter, type Node } from 'yaml';

/** A place in a text file; line and column count from 1, columns in UTF-16 units as editors do. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** Where the thing that a problem is about stands: its key or its value. */
export type Aim = 'key' | 'value';

/** Finds the position of a problem path such as `apps.web.ports.http` or `devices[0].computeNetwork.nodeIps`. */
export type Locate = (path: string, aim: Aim) => SourcePosition;

interface Place {
  /** The key that leads here; absent for the root and for list items. */
  readonly key?: Node;
  readonly value: Node | null;
  /** What is left of the path; empty when the place itself was found. */
  readonly rest: string;
}

/**
 * Makes the finder for one document. A path that leads to nothing (a missing key) is answered with the position of the deepest part that
 * exists. Keys may hold dots themselves, therefore every key that fits the path is tried and the deepest match wins.
 */
export function createLocator(document: Document, lines: LineCounter): Locate {
  const root: Place = { value: document.contents, rest: '' };
  return (path, aim) => {
    const offset = offsetOf(descend(document, root, path), aim);
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
}

function descend(document: Document, place: Place, path: string): Place {
  const here = { ...place, rest: path };
  if (path === '') return here;
  const deeper = childrenOf(document, place.value).flatMap(({ step, ...child }) => {
    const rest = restAfter(path, step);
    return rest === undefined ? [] : [descend(document, { ...child, rest }, rest)];
  });
  return deeper.reduce((best, other) => (other.rest.length < best.rest.length ? other : best), here);
}

function restAfter(path: string, step: string): string | undefined {
  if (!path.startsWith(step)) return undefined;
  const rest = path.slice(step.length);
  if (rest.startsWith('.')) return rest.slice(1);
  return rest === '' || rest.startsWith('[') ? rest : undefined;
}

interface Child {
  readonly step: string;
  readonly key?: Node;
  readonly value: Node | null;
}

function childrenOf(document: Document, node: Node | null): readonly Child[] {
  const target = isAlias(node) ? (node.resolve(document) ?? null) : node;
  if (isSeq(target)) return target.items.map((item, index) => ({ step: `[${index}]`, value: item as Node }));
  if (!isMap(target)) return [];
  return target.items.flatMap((pair): readonly Child[] => {
    const key = pair.key as Node;
    const value = pair.value as Node | null;
    const step = isScalar(key) ? String(key.value) : '';
    return step === '<<' ? mergedChildren(document, value) : [{ step, key, value }];
  });
}

/** The children that a merge key `<<` brings in: of one map, or of each map of a list. */
function mergedChildren(document: Document, value: Node | null): readonly Child[] {
  const target = isAlias(value) ? (value.resolve(document) ?? null) : value;
  if (isSeq(target)) return target.items.flatMap((item) => childrenOf(document, item as Node));
  return childrenOf(document, target);
}

function offsetOf(place: Place, aim: Aim): number {
  const keyOffset = place.key?.range?.[0];
  const valueOffset = startOfValue(place.value);
  const wantsKey = aim === 'key' || place.rest !== '' || valueOffset === undefined;
  return (wantsKey ? (keyOffset ?? valueOffset) : valueOffset) ?? place.value?.range?.[0] ?? 0;
}

/** Start of a written scalar or alias; a collection is known by its key, and an absent value has no place. */
function startOfValue(value: Node | null): number | undefined {
  const range = value?.range;
  if (value === null || range === undefined || range === null || isCollection(value)) return undefined;
  return range[1] > range[0] ? range[0] : undefined;
}
