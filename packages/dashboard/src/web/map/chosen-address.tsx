import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { AddressUse, DeviceView } from '../../view/index.ts';
import { serviceKey } from '../services/service-rows.ts';
import { formatRoute } from '../route.ts';
import { StatePill } from '../shell/state-pill.tsx';
import { formatNumber, reasonMeans, t } from '../words.ts';
import type { GridCell } from './address-grid.ts';
import { USE_TEXTS } from './use-texts.ts';

const SHOWN = 8;

/** Who uses the chosen address, and how that Service is. */
export function ChosenAddress({
  chosen,
  device,
}: {
  readonly chosen: ReadonlySignal<GridCell | undefined>;
  readonly device: DeviceView;
}): JSX.Element {
  const cell = chosen.value;
  return (
    <section class="card stack tight" aria-labelledby="chosen" data-test="chosen-address">
      <h2 id="chosen">{t('map.chosen')}</h2>
      {cell === undefined ? <p class="muted">{t('map.choose')}</p> : <CellDetail cell={cell} device={device} />}
    </section>
  );
}

function CellDetail({ cell, device }: { readonly cell: GridCell; readonly device: DeviceView }): JSX.Element {
  const isSingle = cell.size === 1;
  return (
    <div class="stack tight">
      <p class="row">
        <span class="mono strong">{isSingle ? cell.first : `${cell.first} – ${cell.last}`}</span>
        <span class="pill">{t(USE_TEXTS[cell.kind])}</span>
      </p>
      {!isSingle && (
        <p class="muted small">
          {t('use.several.detail', { used: formatNumber(cell.used), total: formatNumber(cell.size) })}
        </p>
      )}
      {cell.uses.slice(0, SHOWN).map((use) => (
        <Use key={use.address} use={use} device={device} withAddress={!isSingle} />
      ))}
      {cell.used > SHOWN && <p class="muted small">{t('map.more', { n: formatNumber(cell.used - SHOWN) })}</p>}
    </div>
  );
}

interface UseProps {
  readonly use: AddressUse;
  readonly device: DeviceView;
  readonly withAddress: boolean;
}

function Use({ use, device, withAddress }: UseProps): JSX.Element {
  const services = device.services.filter((service) => use.holders.includes(serviceKey(service)));
  const others = use.holders.filter((holder) => !services.some((service) => serviceKey(service) === holder));
  return (
    <div class="stack tight">
      {withAddress && <span class="mono small">{use.address}</span>}
      {others.map((holder) => (
        <span key={holder}>{holder}</span>
      ))}
      {services.map((service) => (
        <div key={serviceKey(service)} class="stack tight">
          <span class="row">
            <a href={formatRoute({ page: 'path', device: device.id, chosen: serviceKey(service) })}>
              {serviceKey(service)}
            </a>
            <StatePill state={service.state} label={service.reason} />
          </span>
          <span class="muted small">{reasonMeans(service.reason)}</span>
        </div>
      ))}
    </div>
  );
}
