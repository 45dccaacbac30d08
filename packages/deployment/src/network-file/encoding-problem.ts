import type { PlacedProblem } from './placed-problem.ts';

/** What reading as UTF-8 makes of bytes that are none, and what UTF-16 has between letters. */
const FOREIGN = /[\u0000\ufffd]/; // eslint-disable-line no-control-regex -- the point is to find them

/**
 * Whether a text was read from bytes that are not UTF-8: a file of Windows PowerShell's `>` or Excel's "Unicode text" (UTF-16), or a table in an old
 * code page, whose umlauts would be lost without a word.
 */
export function encodingProblem(file: string, text: string): PlacedProblem | undefined {
  const offset = text.search(FOREIGN);
  if (offset < 0) return undefined;
  const before = text.slice(0, offset).split('\n');
  return {
    ...{ file, line: before.length, column: (before.at(-1) ?? '').length + 1, code: 'encoding', path: '' },
    message: 'The file is not UTF-8 text.',
    fix: 'Save it as UTF-8; in PowerShell: … | Set-Content -Encoding utf8 FILE, in Excel: "CSV UTF-8".',
  };
}
