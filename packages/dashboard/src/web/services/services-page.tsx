import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { DeviceView } from '../../view/index.ts';
import { hostsUrl, zoneUrl } from '../live/api-client.ts';
import { useApp } from '../shell/app-context.ts';
import { CopyButton } from '../shell/copy-button.tsx';
import { Icon } from '../shell/icon.tsx';
import { formatNumber, t } from '../words.ts';
import { kubectlTable } from './kubectl-table.ts';
import { serviceRows, type ServiceOrder } from './service-rows.ts';
import { ServicesTable } from './services-table.tsx';

/** More rows are drawn when the end of these comes into view: a keystroke must not wait for a thousand. */
const FIRST_ROWS = 20;

/** kubectl's columns and what explains them; filter, order, copy and names for clients. */
export function ServicesPage({ device }: { readonly device: DeviceView }): JSX.Element {
  const text = useSignal('');
  const order = useSignal<ServiceOrder>({ column: 'ready', descending: false });
  const shown = useSignal(FIRST_ROWS);
  const rows = serviceRows(device.services, text.value, order.value);
  return (
    <div class="stack">
      <div class="page-head">
        <h1>{t('page.services')}</h1>
        <p>{t('services.intro')}</p>
      </div>
      <div class="card">
        <header>
          <input
            class="input grow"
            type="search"
            aria-label={t('services.filter')}
            placeholder={`${t('services.filter')}: ${t('services.filter.hint')}`}
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
              shown.value = FIRST_ROWS;
            }}
          />
          <span class="muted small" role="status">
            {t('services.shown', { shown: formatNumber(rows.length), total: formatNumber(device.services.length) })}
          </span>
          <CopyButton text={() => kubectlTable(rows, Date.now())} label={t('services.copy')} />
        </header>
        {rows.length === 0 ? (
          <p class="empty">{t(device.services.length === 0 ? 'path.none' : 'services.none')}</p>
        ) : (
          <ServicesTable rows={rows.slice(0, shown.value)} device={device.id} order={order} />
        )}
        {rows.length > shown.value && <MoreRows onSeen={() => (shown.value += FIRST_ROWS)} />}
      </div>
      <NameFiles device={device.id} />
    </div>
  );
}

/** Stands at the end of the rows and tells when it can be seen; a button for those who do not scroll. */
function MoreRows({ onSeen }: { readonly onSeen: () => void }): JSX.Element {
  const end = useRef<HTMLButtonElement>(null);
  const seen = useRef(onSeen);
  seen.current = onSeen;
  useEffect(() => {
    if (end.current === null) return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) seen.current();
    });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, []);
  return (
    <button ref={end} type="button" class="button small" onClick={onSeen}>
      {t('services.more')}
    </button>
  );
}

/** Names for clients: hosts lines to copy, both files to download. */
function NameFiles({ device }: { readonly device: string }): JSX.Element {
  return (
    <section class="card" aria-labelledby="names">
      <header class="row">
        <h2 id="names">{t('services.names')}</h2>
        <span class="muted">{t('services.names.hint')}</span>
        <span class="row end">
          <HostsCopy device={device} />
          <a class="button small" href={hostsUrl(device)} download={`hosts-${device}.txt`}>
            <Icon name="download" />
            {t('services.hosts')}
          </a>
          <a class="button small" href={zoneUrl(device)} download={`${device}.zone`}>
            <Icon name="download" />
            {t('services.zone')}
          </a>
        </span>
      </header>
    </section>
  );
}

function HostsCopy({ device }: { readonly device: string }): JSX.Element {
  const { api } = useApp();
  return <CopyButton text={() => api.hosts(device)} label={t('services.hosts.copy')} />;
}
