const NOT_PLAIN = /[^A-Za-z0-9:-]/gu;

/**
 * Writes any text as a twin key: `10.126.75.210` → `10_126_75_210`. A dot becomes `_`; every other character that a twin, a query or an
 * old runtime could refuse becomes `~hex~`. Reversible by {@link decodeTwinKey} for every text.
 */
export function encodeTwinKey(text: string): string {
  return text.replace(NOT_PLAIN, (character) => {
    return character === '.' ? '_' : `~${Number(character.codePointAt(0)).toString(16)}~`;
  });
}

/** Reads a key written by {@link encodeTwinKey}; keys of other origin come back with `_` read as a dot. */
export function decodeTwinKey(key: string): string {
  return key.replace(/~([0-9a-f]{1,6})~|_/g, (match, hex: string | undefined) => {
    if (hex === undefined) return '.';
    const code = Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : match;
  });
}
