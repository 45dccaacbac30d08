import type { JSX } from 'preact';
import type { DeviceView } from '../../view/index.ts';
import { ComputePage } from '../compute/compute-page.tsx';
import { FleetPage } from '../fleet/fleet-page.tsx';
import { MapPage } from '../map/map-page.tsx';
import { PathPage } from '../path/path-page.tsx';
import type { DevicePage } from '../route.ts';
import { ServicesPage } from '../services/services-page.tsx';
import { formatTime, language, reasonMeans, t } from '../words.ts';
import { useApp } from './app-context.ts';
import { now } from './clock.ts';
import { Notice } from './notice.tsx';
import { TopBar } from './top-bar.tsx';

const PAGES: Readonly<Record<DevicePage, (properties: { readonly device: DeviceView }) => JSX.Element>> = {
  'compute-network': ComputePage,
  'address-map': MapPage,
  path: PathPage,
  services: ServicesPage,
};

/** The whole page. */
export function Page(): JSX.Element {
  const { live, route } = useApp();
  const refusal = live.refusal.value;
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        {t('app.skip')}
      </a>
      <TopBar />
      <Away />
      <main id="main" class="page" tabIndex={-1}>
        {refusal !== undefined ? (
          <Notice tone="bad" live>
            {refusal === 'no-session' ? t('refused.no-session') : t('refused.other', { code: refusal })}
          </Notice>
        ) : route.value.page === 'fleet' ? (
          <FleetPage />
        ) : (
          <DeviceFrame device={route.value.device} page={route.value.page} />
        )}
      </main>
    </>
  );
}

/** The part behind `#` is the route, so the link moves the focus itself. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function Away(): JSX.Element | null {
  const { live } = useApp();
  const { state, since } = live.link.value;
  const source = live.source.value;
  const isLost = state === 'lost';
  if (!isLost && source?.state !== 'away') return null;
  return (
    <div class="banner">
      <Notice tone={isLost ? 'bad' : 'warn'} live>
        {isLost
          ? t('live.lost.long', { time: formatTime(since, now.value) })
          : t('live.away.long', { time: formatTime(source?.since ?? since, now.value) })}
        {!isLost && language() === 'en' && source?.message !== undefined && <p class="small muted">{source.message}</p>}
      </Notice>
    </div>
  );
}

function DeviceFrame({ device, page }: { readonly device: string; readonly page: DevicePage }): JSX.Element {
  const { live } = useApp();
  const view = live.device.value;
  if (view === undefined) return <p class="empty">{t('app.loading')}</p>;
  if (view === null) return <Notice tone="bad">{t('device.none', { device })}</Notice>;
  const Shown = PAGES[page];
  return (
    <>
      <DeviceNotices view={view} />
      <Shown key={view.id} device={view} />
    </>
  );
}

function DeviceNotices({ view }: { readonly view: DeviceView }): JSX.Element {
  const { desired, conditions, truncated } = view;
  return (
    <div class="stack tight device-notices">
      {desired.state === 'unknown' && <Notice tone="plain">{t('device.silent')}</Notice>}
      {desired.state === 'rejected' && (
        <Notice tone="bad">{t('device.desired.rejected', { version: desired.inForce ?? '–' })}</Notice>
      )}
      {conditions.map(({ reason, message }) => (
        <Notice key={reason} tone="warn">
          <span class="strong">{reason}</span> {reasonMeans(reason)}
          {language() === 'en' && <p class="small muted">{message}</p>}
        </Notice>
      ))}
      {truncated !== undefined && <Notice tone="plain">{t('device.truncated', { what: truncated })}</Notice>}
    </div>
  );
}
