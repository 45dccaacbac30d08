/**
 * Lays rows out in columns as kubectl does: as wide as the widest cell, three spaces between, nothing after the last. The first row is the heading.
 */
export function textTable(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
  return rows.map((row) => lineOf(row, widths));
}

function lineOf(row: readonly string[], widths: readonly number[]): string {
  let line = '';
  for (const [column, width] of widths.entries()) {
    const cell = row[column] ?? '';
    line += `${column === 0 ? '' : '   '}${cell}${' '.repeat(width - widthOf(cell))}`;
  }
  return line.trimEnd();
}

const BEYOND_ASCII = /[^\0-\x7f]/;

/** Characters, not UTF-16 units. */
function widthOf(cell: string): number {
  return BEYOND_ASCII.test(cell) ? Array.from(cell).length : cell.length;
}
