import { useSignal, type Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { DeviceView } from '../../view/index.ts';
import { Gauge } from '../shell/gauge.tsx';
import { formatNumber, t } from '../words.ts';
import { AddressCells } from './address-cells.tsx';
import type { GridCell } from './address-grid.ts';
import { ChosenAddress } from './chosen-address.tsx';
import { addressMap, type MapSection } from './map-sections.ts';
import { poolLevel } from './pool-level.ts';
import { USE_TEXTS } from './use-texts.ts';

const MAX_CELLS = 1024;

/** More cells than this are drawn small. */
const DENSE_FROM = 256;

/** Up to as many cells have room for the name of who has the address. */
const ROOMY_UNTIL = 64;

/** A picture of each range, one cell per address; large ranges share cells. */
export function MapPage({ device }: { readonly device: DeviceView }): JSX.Element {
  const chosen = useSignal<GridCell | undefined>(undefined);
  const map = addressMap(device, MAX_CELLS);
  return (
    <>
      <div class="page-head">
        <h1>{t('page.address-map')}</h1>
        <p>{t('map.intro')}</p>
      </div>
      <div class="map-layout">
        <div class="stack">
          {map.sections.length === 0 && <p class="card empty">{t('map.noRanges')}</p>}
          {map.sections.map((section) => (
            <RangeCard key={section.key} section={section} chosen={chosen} />
          ))}
          {map.outside.length > 0 && (
            <section class="card" aria-labelledby="outside">
              <header>
                <h2 id="outside">{t('map.outside')}</h2>
              </header>
              <ul class="stack tight">
                {map.outside.map((use) => (
                  <li key={use.address} class="row">
                    <span class="pill warn mono">{use.address}</span>
                    <span>{t(USE_TEXTS[use.kind])}</span>
                    <span class="muted">{use.holders.join(', ')}</span>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </div>
        <div class="map-side">
          <ChosenAddress chosen={chosen} device={device} />
          <PoolGauges device={device} />
          <Legend />
        </div>
      </div>
    </>
  );
}

function RangeCard({
  section,
  chosen,
}: {
  readonly section: MapSection;
  readonly chosen: Signal<GridCell | undefined>;
}): JSX.Element {
  const { grid, pool, key } = section;
  const box = useRef<HTMLDivElement>(null);
  const look = lookOf(grid.cells.length);
  const columns = useColumns(box, look);
  const title = pool === undefined ? t('map.nodes') : t('map.pool', { pool });
  const id = `range-${key.replace(/\W/g, '-')}`;
  return (
    <section class={`card ${look}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        <span class="mono muted">{grid.range}</span>
        <span class="end muted small">
          {t('map.usedOf', { used: formatNumber(grid.used), total: formatNumber(grid.total) })}
        </span>
      </header>
      {grid.perCell > 1 && <p class="muted small">{t('map.perCell', { n: formatNumber(grid.perCell) })}</p>}
      <div ref={box}>
        <AddressCells
          grid={grid}
          columns={columns}
          withNames={look === 'roomy'}
          label={`${title}, ${grid.range}`}
          chosen={chosen}
        />
      </div>
    </section>
  );
}

/** Few cells have room for a name; many are drawn small. */
type Look = 'roomy' | 'plain' | 'dense';

function lookOf(cells: number): Look {
  if (cells <= ROOMY_UNTIL) return 'roomy';
  return cells > DENSE_FROM ? 'dense' : 'plain';
}

/** Width of a cell with its gap, on wide and narrow screens, and of the heading of a line; as in the style sheet. */
const PITCH: Readonly<Record<Look, readonly [number, number]>> = { roomy: [107, 75], plain: [37, 29], dense: [20, 14] };
const HEAD = [115, 87] as const;

/** As many columns as fit, of the numbers by which addresses are easy to count. */
function useColumns(box: { readonly current: HTMLDivElement | null }, look: Look): number {
  const columns = useSignal(16);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      const narrow = window.innerWidth <= 640 ? 1 : 0;
      const head = look === 'roomy' ? 0 : HEAD[narrow];
      const fitting = Math.floor((element.clientWidth - head + 3) / PITCH[look][narrow]);
      columns.value =
        look === 'roomy' ? Math.max(1, fitting) : ([64, 32, 16, 8].find((count) => count <= fitting) ?? 4);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [look]);
  return columns.value;
}

function PoolGauges({ device }: { readonly device: DeviceView }): JSX.Element | null {
  if (device.pools.length === 0) return null;
  return (
    <section class="card stack tight" aria-labelledby="pools">
      <h2 id="pools">{t('fleet.pool')}</h2>
      {device.pools.map(({ name, used, total }) => (
        <div key={name}>
          <div class="gauge-text">
            <span class="strong">{name}</span>
            <span>
              {formatNumber(used)} / {formatNumber(total)} · {t(`level.${poolLevel(used, total)}`)}
            </span>
          </div>
          <Gauge
            used={used}
            total={total}
            label={t('map.gauge', { pool: name, used: formatNumber(used), total: formatNumber(total) })}
          />
        </div>
      ))}
    </section>
  );
}

const LEGEND = ['free', 'held', 'pinned', 'wanted', 'shared', 'conflict', 'node', 'gateway'] as const;

function Legend(): JSX.Element {
  return (
    <section class="card stack tight" aria-labelledby="legend">
      <h2 id="legend">{t('map.legend')}</h2>
      <ul class="legend">
        {LEGEND.map((kind) => (
          <li key={kind}>
            <span class={`cell ${kind}`} aria-hidden="true" />
            {t(USE_TEXTS[kind])}
          </li>
        ))}
      </ul>
      <p class="muted small">{t('map.keys')}</p>
    </section>
  );
}
