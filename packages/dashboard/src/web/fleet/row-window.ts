/** Which rows of a long list have to stand in the page, and the empty space for the others. */
export interface RowWindow {
  readonly first: number;
  /** Behind the last row. */
  readonly end: number;
  readonly before: number;
  readonly after: number;
}

/** Rows to draw beyond each edge, so that quick scrolling shows no gap. */
const MARGIN = 12;

/** The rows that are visible at `scrollTop`, for rows of one height. */
export function rowWindow(count: number, rowHeight: number, scrollTop: number, height: number): RowWindow {
  const last = Math.max(0, count - 1);
  const first = Math.min(last, Math.max(0, Math.floor(scrollTop / rowHeight) - MARGIN));
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + MARGIN);
  return { first, end: Math.max(first, end), before: first * rowHeight, after: Math.max(0, count - end) * rowHeight };
}
