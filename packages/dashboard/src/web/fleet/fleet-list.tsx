import { useSignal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { FleetRow } from '../../view/index.ts';
import { poolLevel } from '../map/pool-level.ts';
import { formatRoute } from '../route.ts';
import { now } from '../shell/clock.ts';
import { MiniGauge } from '../shell/gauge.tsx';
import { SortHeader } from '../shell/sort-header.tsx';
import { StatePill } from '../shell/state-pill.tsx';
import { formatAgo, reasonMeans, t } from '../words.ts';
import type { FleetColumn, FleetOrder } from './fleet-rows.ts';
import { rowWindow } from './row-window.ts';

interface FleetListProps {
  readonly rows: ReadonlySignal<readonly FleetRow[]>;
  readonly order: Signal<FleetOrder>;
  readonly isKnown: boolean;
  readonly total: number;
}

/** The rows that can be seen, out of any number. */
export function FleetList({ rows, order, isKnown, total }: FleetListProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const scrollTop = useSignal(0);
  const size = useSignal({ height: 600, row: 45 });
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void => {
      const row = element.querySelector('.fleet-row')?.getBoundingClientRect().height ?? size.peek().row;
      // A list that was just taken away has no height, and nothing can be learned from it.
      if (row === 0 || element.clientHeight === 0) return;
      if (element.clientHeight !== size.peek().height || row !== size.peek().row)
        size.value = { height: element.clientHeight, row };
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [rows.value.length > 0]);
  if (rows.value.length === 0)
    return <p class="empty">{isKnown ? t(total === 0 ? 'fleet.empty' : 'fleet.none') : t('app.loading')}</p>;
  const { first, end, before, after } = rowWindow(
    rows.value.length,
    size.value.row,
    scrollTop.value,
    size.value.height,
  );
  return (
    <>
      <FleetHead order={order} />
      <div
        class="fleet-scroll"
        ref={box}
        tabIndex={-1}
        onScroll={(event) => (scrollTop.value = event.currentTarget.scrollTop)}
      >
        <div style={{ height: `${before}px` }} />
        <ul aria-label={t('page.fleet')}>
          {rows.value.slice(first, end).map((row) => (
            <FleetLine key={row.id} row={row} />
          ))}
        </ul>
        <div style={{ height: `${after}px` }} />
      </div>
    </>
  );
}

function FleetHead({ order }: { readonly order: Signal<FleetOrder> }): JSX.Element {
  const columns: readonly [FleetColumn, string][] = [
    ['state', t('fleet.state')],
    ['id', t('fleet.device')],
    ['pool', t('fleet.pool')],
    ['services', t('fleet.services')],
    ['version', t('fleet.version')],
    ['lastSeen', t('fleet.lastSeen')],
  ];
  return (
    <div class="fleet-head">
      {columns.map(([column, label]) => (
        <span key={column}>
          <SortHeader column={column} order={order.value} label={label} onOrder={(next) => (order.value = next)} />
        </span>
      ))}
    </div>
  );
}

function FleetLine({ row }: { readonly row: FleetRow }): JSX.Element {
  const { id, state, reason, poolUsed, poolTotal, services, ready, version, lastSeen } = row;
  const isPoolKnown = poolUsed !== undefined && poolTotal !== undefined;
  return (
    <li>
      <a class="fleet-row" href={formatRoute({ page: 'compute-network', device: id, chosen: '' })}>
        <span title={reason === undefined ? undefined : reasonMeans(reason)}>
          <StatePill state={state} label={reason} />
        </span>
        <span class="strong">{id}</span>
        <span class="fleet-pool">
          {isPoolKnown && <MiniGauge used={poolUsed} total={poolTotal} />}
          {isPoolKnown ? `${poolUsed} / ${poolTotal}` : '–'}
          {isPoolKnown && poolTotal > 0 && poolLevel(poolUsed, poolTotal) !== 'plenty' && (
            <span class="small">{t(`level.${poolLevel(poolUsed, poolTotal)}`)}</span>
          )}
        </span>
        <span>{services === undefined ? '–' : `${ready ?? 0} / ${services}`}</span>
        <span class="mono">{version ?? '–'}</span>
        <span class="muted">{formatAgo(lastSeen, now.value)}</span>
      </a>
    </li>
  );
}
