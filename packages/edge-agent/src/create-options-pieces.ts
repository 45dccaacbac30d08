import { parseInt32 } from './dotnet-text.ts';

const PIECE = 512;
const MOST_PIECES = 100;

/** The text of all pieces, or why the agent refuses them. */
export type JoinedPieces =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly key: string; readonly message: string };

/**
 * Cuts create options into the properties `createOptions`, `createOptions01`, … of at most 512 characters, never inside a
 * surrogate pair, as the tools and the agent do (iot-hub-and-iot-edge.md 5.5). Throws a RangeError beyond 100 pieces.
 */
export function chunkCreateOptions(text: string): Record<string, string> {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > PIECE) {
    const cut = isHighSurrogate(rest.charCodeAt(PIECE - 1)) ? PIECE - 1 : PIECE;
    pieces.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  pieces.push(rest);
  if (pieces.length > MOST_PIECES) throw new RangeError(`createOptions need ${pieces.length} pieces; 100 fit.`);
  return Object.fromEntries(pieces.map((piece, index) => [pieceKey(index), piece]));
}

/**
 * Joins pieces as the agent does: keys are found in any case, sorted as text and must be numbered without a gap, beginning with
 * one that has no number. Other properties are not looked at.
 */
export function joinCreateOptions(settings: Readonly<Record<string, unknown>>): JoinedPieces {
  const keys = Object.keys(settings).filter((key) => /createoptions/i.test(key));
  const sorted = keys.sort((a, b) => compare(a.toUpperCase(), b.toUpperCase())).slice(0, MOST_PIECES);
  for (const [index, key] of sorted.entries()) {
    const number = key.replace(/^.*?createoptions(\d*).*$/i, '$1');
    const expected = index === 0 ? number === '' : parseInt32(number) === index;
    if (!expected) return { ok: false, key, message: `Expected ${pieceKey(index)} and found ${key}.` };
  }
  return { ok: true, text: sorted.map((key) => pieceText(settings[key])).join('') };
}

/** The property that holds the piece with this index. */
export function pieceKey(index: number): string {
  return index === 0 ? 'createOptions' : `createOptions${String(index).padStart(2, '0')}`;
}

/** The text that the agent takes from a property which need not be a text (rule 19). */
export function pieceText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return value === null || value === undefined ? '' : JSON.stringify(value);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
