import type { TextSink } from './command-io.ts';

/** A document of which one key holds a list that may be long. */
export interface StreamedDocument {
  /** What stands before the list. */
  readonly head: object;
  readonly list: string;
  readonly items: Iterable<object>;
  /** What stands behind the list; asked for when all items were written. */
  readonly tail: () => object;
}

/** Writes a document item by item, in the very form of `JSON.stringify(document, null, 2)`, so that no more than one item has to be held as text. */
export function streamJson(sink: TextSink, { head, list, items, tail }: StreamedDocument): void {
  sink.write(`{\n${entriesOf(head, ',\n')}  ${JSON.stringify(list)}: [`);
  let isEmpty = true;
  for (const item of items) {
    const text = JSON.stringify(item, null, 2).replaceAll('\n', '\n    ');
    sink.write(`${isEmpty ? '' : ','}\n    ${text}`);
    isEmpty = false;
  }
  const rest = entriesOf(tail(), '');
  sink.write(`${isEmpty ? '' : '\n  '}]${rest === '' ? '' : `,\n${rest}`}\n}\n`);
}

/** The entries of an object as lines inside a document; every entry ends with `end`, the last with `end` too. */
function entriesOf(object: object, end: string): string {
  const text = JSON.stringify(object, null, 2);
  return text === '{}' ? '' : `${text.slice(2, -2)}${end}`;
}
