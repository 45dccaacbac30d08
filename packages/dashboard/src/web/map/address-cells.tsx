import { useSignal, type Signal } from '@preact/signals';
import { memo } from 'preact/compat';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { formatNumber, t } from '../words.ts';
import { moveInGrid, type AddressGrid, type GridCell } from './address-grid.ts';
import { USE_TEXTS } from './use-texts.ts';

interface AddressCellsProps {
  readonly grid: AddressGrid;
  readonly columns: number;
  /** There is room for who has the address, and none is needed for the first address of each line. */
  readonly withNames: boolean;
  readonly label: string;
  readonly chosen: Signal<GridCell | undefined>;
}

/**
 * The cells of one range. One cell is in the tab order, arrow keys move from there; pointing and moving set `chosen`, which nothing here reads, so that
 * no cell is drawn anew by it.
 */
export function AddressCells({ grid, columns, withNames, label, chosen }: AddressCellsProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const current = useSignal(0);
  const cellOf = (target: EventTarget | null): number => {
    const index = target instanceof Element ? target.closest('.cell')?.getAttribute('data-index') : undefined;
    return index === undefined || index === null ? -1 : Number(index);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const from = cellOf(event.target);
    const to = from < 0 ? undefined : moveInGrid(event.key, from, { count: grid.cells.length, columns });
    if (to === undefined) return;
    event.preventDefault();
    const cells = box.current?.querySelectorAll<HTMLElement>('.cell');
    cells?.[current.peek()]?.setAttribute('tabindex', '-1');
    cells?.[to]?.setAttribute('tabindex', '0');
    cells?.[to]?.focus();
    current.value = to;
  };
  const choose = (event: Event): void => {
    const cell = grid.cells[cellOf(event.target)];
    if (cell !== undefined) chosen.value = cell;
  };
  return (
    <div
      ref={box}
      class="grid-cells"
      role="grid"
      aria-label={label}
      onKeyDown={onKeyDown}
      onFocusCapture={choose}
      onPointerOver={choose}
    >
      {rowsOf(grid.cells, columns).map((cells, row) => (
        <CellRow
          key={cells[0]?.first}
          cells={cells}
          start={row * columns}
          current={Math.min(current.peek(), grid.cells.length - 1)}
          withNames={withNames}
        />
      ))}
    </div>
  );
}

interface CellRowProps {
  readonly cells: readonly GridCell[];
  readonly start: number;
  readonly current: number;
  readonly withNames: boolean;
}

function CellRow({ cells, start, current, withNames }: CellRowProps): JSX.Element {
  return (
    <div class="grid-line" role="row">
      {!withNames && (
        <span class="grid-head" role="rowheader">
          {cells[0]?.first}
        </span>
      )}
      {cells.map((cell, index) => (
        <Cell
          key={cell.first}
          cell={cell}
          index={start + index}
          isCurrent={start + index === current}
          withName={withNames}
          text={cellText(cell)}
        />
      ))}
    </div>
  );
}

interface CellProps {
  readonly cell: GridCell;
  readonly index: number;
  readonly isCurrent: boolean;
  readonly withName: boolean;
  /** What the cell is, in the words of the language; another text draws it anew. */
  readonly text: string;
}

/** What is written in a cell stands in the style sheet's hands: to a screen reader the label says it all, and better. */
const Cell = memo(
  ({ cell, index, isCurrent, withName, text }: CellProps): JSX.Element => (
    <span
      class={cellClass(cell)}
      role="gridcell"
      data-index={index}
      tabIndex={isCurrent ? 0 : -1}
      data-end={withName ? `.${cell.label}` : cell.label}
      aria-label={text}
    >
      {withName && <span class="cell-name" data-name={shortName(cell)} />}
    </span>
  ),
  (before, after) =>
    before.text === after.text &&
    before.index === after.index &&
    before.isCurrent === after.isCurrent &&
    before.withName === after.withName &&
    cellClass(before.cell) === cellClass(after.cell),
);

/** Who has the address, without the namespace. */
function shortName(cell: GridCell): string {
  const [holder = '', ...others] = cell.uses.flatMap(({ holders }) => holders);
  return `${holder.slice(holder.indexOf('/') + 1)}${others.length > 0 ? ` +${others.length}` : ''}`;
}

function holdersOf(cell: GridCell): string {
  return cell.uses.flatMap(({ holders }) => holders).join(', ');
}

function cellClass(cell: GridCell): string {
  const fill = cell.kind === 'several' ? ` fill-${cell.eighths}` : '';
  return `cell ${cell.kind}${fill}`;
}

/** What a cell is, in words. */
export function cellText(cell: GridCell): string {
  if (cell.size > 1) {
    const counts = t('use.several.detail', { used: formatNumber(cell.used), total: formatNumber(cell.size) });
    return `${cell.first} – ${cell.last}: ${counts}`;
  }
  const holders = holdersOf(cell);
  return `${cell.first}: ${t(USE_TEXTS[cell.kind])}${holders === '' ? '' : `, ${holders}`}`;
}

function rowsOf(cells: readonly GridCell[], columns: number): readonly (readonly GridCell[])[] {
  return Array.from({ length: Math.ceil(cells.length / columns) }, (_, row) =>
    cells.slice(row * columns, (row + 1) * columns),
  );
}
