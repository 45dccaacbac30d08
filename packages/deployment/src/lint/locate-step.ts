import type { PathStep } from '@iotedge-networking/edge-agent';
import type { SourcePosition } from '../network-file/source-position.ts';
import type { JsonTree } from './read-json.ts';

interface Place {
  readonly tree: JsonTree;
  /** Where the key that leads here stands; absent for the root and for list items. */
  readonly key?: number;
}

/**
 * Offset of the thing at a path: a scalar at its value, a collection at the key that leads to it. Of a path that goes on where the document does not (a
 * missing key, or the inside of createOptions, which is a text) the deepest part that exists is shown.
 */
export function locateStep(tree: JsonTree, at: readonly PathStep[]): number {
  let place: Place = { tree };
  for (const step of at) {
    const child = childOf(place.tree, step);
    if (child === undefined) break;
    place = child;
  }
  return place.tree.kind === 'scalar' ? place.tree.offset : (place.key ?? place.tree.offset);
}

function childOf(tree: JsonTree, step: PathStep): Place | undefined {
  if (tree.kind === 'array') {
    const item = typeof step === 'number' ? tree.items[step] : undefined;
    return item === undefined ? undefined : { tree: item };
  }
  if (tree.kind !== 'object') return undefined;
  const member = tree.members.findLast(({ key }) => key === String(step));
  return member === undefined ? undefined : { tree: member.value, key: member.offset };
}

/** Line and column of an offset, both from 1. */
export function positionAt(text: string, offset: number): SourcePosition {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}
