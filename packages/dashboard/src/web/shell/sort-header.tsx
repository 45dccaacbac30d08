import type { JSX } from 'preact';
import { t } from '../words.ts';
import { Icon } from './icon.tsx';

/** What a sortable heading needs to know. */
export interface SortHeaderProps<Column extends string> {
  readonly column: Column;
  readonly order: { readonly column: Column; readonly descending: boolean };
  readonly label: string;
  readonly onOrder: (order: { readonly column: Column; readonly descending: boolean }) => void;
}

/** A heading that orders by its column, and turns the order round when it does already. */
export function SortHeader<Column extends string>(props: SortHeaderProps<Column>): JSX.Element {
  const { column, order, label, onOrder } = props;
  const isChosen = order.column === column;
  const direction = order.descending ? t('sort.descending') : t('sort.ascending');
  return (
    <button
      type="button"
      class="sort"
      onClick={() => onOrder({ column, descending: isChosen ? !order.descending : false })}
    >
      {label}
      {isChosen && <Icon name={order.descending ? 'down' : 'up'} />}
      {isChosen && <span class="hidden-text">, {direction}</span>}
    </button>
  );
}
