import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { DeviceState } from '../../view/index.ts';
import { useApp } from '../shell/app-context.ts';
import { Icon } from '../shell/icon.tsx';
import { STATE_LOOKS } from '../shell/state-pill.tsx';
import { formatNumber, t } from '../words.ts';
import { FleetList } from './fleet-list.tsx';
import { fleetCounts, fleetRows, type FleetOrder } from './fleet-rows.ts';

const STATES: readonly DeviceState[] = ['failing', 'pending', 'unknown', 'ready'];

/** Every device in one list, problems first; filtered, ordered and scrolled without delay from 1 to 10,000. */
export function FleetPage(): JSX.Element {
  const { live, route } = useApp();
  const text = useSignal(route.value.page === 'fleet' ? route.value.query : '');
  const state = useSignal<DeviceState | undefined>(undefined);
  const order = useSignal<FleetOrder>({ column: 'state', descending: false });
  const all = useComputed(() => [...(live.fleet.value?.values() ?? [])]);
  const counts = useComputed(() => fleetCounts(all.value));
  const rows = useComputed(() => fleetRows(all.value, { text: text.value, state: state.value }, order.value));
  return (
    <>
      <div class="page-head">
        <h1>{t('page.fleet')}</h1>
        <p>{t('fleet.intro')}</p>
      </div>
      <div class="stack">
        <div class="counts">
          {STATES.map((name) => (
            <Count
              key={name}
              state={name}
              count={counts.value[name]}
              isPressed={state.value === name}
              onPress={() => (state.value = state.value === name ? undefined : name)}
            />
          ))}
        </div>
        <section class="card" aria-label={t('page.fleet')}>
          <header>
            <input
              class="input grow"
              type="search"
              aria-label={t('fleet.filter')}
              placeholder={`${t('fleet.filter')}: ${t('fleet.filter.hint')}`}
              value={text.value}
              onInput={(event) => (text.value = event.currentTarget.value)}
            />
            <span class="muted small" role="status">
              {t('fleet.shown', { shown: formatNumber(rows.value.length), total: formatNumber(all.value.length) })}
            </span>
          </header>
          <FleetList rows={rows} order={order} isKnown={live.fleet.value !== undefined} total={all.value.length} />
        </section>
      </div>
    </>
  );
}

interface CountProps {
  readonly state: DeviceState;
  readonly count: number;
  readonly isPressed: boolean;
  readonly onPress: () => void;
}

function Count({ state, count, isPressed, onPress }: CountProps): JSX.Element {
  const { icon, text, tone } = STATE_LOOKS[state];
  return (
    <button type="button" class={`count ${count > 0 ? tone : ''}`} aria-pressed={isPressed} onClick={onPress}>
      <b>{formatNumber(count)}</b>
      <span>
        <Icon name={icon} />
        {t(text)}
      </span>
    </button>
  );
}
