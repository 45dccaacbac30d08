import { useComputed, useSignal, useSignalEffect, type ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { DeviceView, PathView, ServiceView } from '../../view/index.ts';
import { useApp } from '../shell/app-context.ts';
import { Notice } from '../shell/notice.tsx';
import { StatePill } from '../shell/state-pill.tsx';
import { serviceKey } from '../services/service-rows.ts';
import { language, reasonMeans, reasonMend, t } from '../words.ts';
import { backEnds, chosenApplication, HOP_TEXTS } from './applications.ts';
import { PathHops } from './path-hops.tsx';

/** The way of a request to an application, and from it to its back end, with the first broken hop marked. */
export function PathPage({ device }: { readonly device: DeviceView }): JSX.Element {
  const { route, navigate } = useApp();
  const wanted = route.value.page === 'path' ? route.value.chosen : '';
  const service = chosenApplication(device.services, wanted);
  return (
    <>
      <div class="page-head">
        <h1>{t('page.path')}</h1>
        <p>{t('path.intro')}</p>
      </div>
      {service === undefined ? (
        <p class="card empty">{t('path.none')}</p>
      ) : (
        <div class="stack">
          <ServiceChoice
            label={t('path.service')}
            services={device.services}
            chosen={service}
            onChoose={(key) => navigate({ page: 'path', device: device.id, chosen: key })}
          />
          <PathCard key={serviceKey(service)} device={device} service={service} />
          <BackEnd device={device} front={service} />
        </div>
      )}
    </>
  );
}

/** From the web tier by name: the Services inside the cluster that an application next to them can use. */
function BackEnd({ device, front }: { readonly device: DeviceView; readonly front: ServiceView }): JSX.Element | null {
  const chosen = useSignal('');
  const candidates = backEnds(device.services, front);
  const service = candidates.find((one) => serviceKey(one) === chosen.value) ?? candidates[0];
  if (service === undefined) return null;
  return (
    <>
      {candidates.length > 1 && (
        <ServiceChoice
          label={t('path.backEnd')}
          services={candidates}
          chosen={service}
          onChoose={(key) => (chosen.value = key)}
        />
      )}
      <PathCard key={serviceKey(service)} device={device} service={service} front={serviceKey(front)} />
    </>
  );
}

interface ServiceChoiceProps {
  readonly label: string;
  readonly services: readonly ServiceView[];
  readonly chosen: ServiceView;
  readonly onChoose: (key: string) => void;
}

function ServiceChoice({ label, services, chosen, onChoose }: ServiceChoiceProps): JSX.Element {
  return (
    <label class="row">
      <span class="strong">{label}</span>
      <select value={serviceKey(chosen)} onChange={(event) => onChoose(event.currentTarget.value)}>
        {services.map((service) => (
          <option key={serviceKey(service)} value={serviceKey(service)}>
            {serviceKey(service)}
          </option>
        ))}
      </select>
    </label>
  );
}

interface PathCardProps {
  readonly device: DeviceView;
  readonly service: ServiceView;
  /** The application whose back end this is. */
  readonly front?: string;
}

function PathCard({ device, service, front }: PathCardProps): JSX.Element {
  const key = serviceKey(service);
  const { path, failure } = usePath(device.id, key);
  const view = path.value;
  return (
    <section class="card stack" aria-label={key} aria-busy={view === undefined} data-test={`path ${key}`}>
      <header class="row">
        <h2>{key}</h2>
        <StatePill state={service.state} label={service.reason} />
        {view?.source === 'reported' && <span class="muted small">{t('path.reported')}</span>}
      </header>
      {view === undefined ? (
        <p class="muted">
          {failure.value === '' ? t('app.loading') : t('path.unavailable', { message: failure.value })}
        </p>
      ) : (
        <>
          <Verdict view={view} />
          {view.legs.map((leg) => (
            <PathHops key={leg.from} leg={leg} view={view} front={front} />
          ))}
        </>
      )}
    </section>
  );
}

interface LivePath {
  readonly path: ReadonlySignal<PathView | undefined>;
  readonly failure: ReadonlySignal<string>;
}

/** The path, asked again whenever the device has something new; a late answer never replaces a newer one. */
function usePath(device: string, service: string): LivePath {
  const { api, live } = useApp();
  const path = useSignal<PathView | undefined>(undefined);
  const failure = useSignal('');
  const moment = useComputed(() => `${live.device.value?.revision ?? ''} ${live.source.value?.state ?? ''}`);
  useSignalEffect(() => {
    if (moment.value === ' ') return undefined;
    let isCurrent = true;
    api
      .path(device, service)
      .then((view) => {
        if (!isCurrent) return;
        path.value = view;
        failure.value = '';
      })
      .catch((error: unknown) => {
        if (isCurrent) failure.value = error instanceof Error ? error.message : String(error);
      });
    return () => {
      isCurrent = false;
    };
  });
  return { path, failure };
}

function Verdict({ view }: { readonly view: PathView }): JSX.Element {
  const broken = view.legs.map((leg) => leg.broken).find((hop) => hop !== undefined);
  if (view.ok)
    return (
      <Notice tone="ok" live>
        {t('path.ok')}
      </Notice>
    );
  return (
    <Notice tone="bad" live>
      <p class="strong">{broken === undefined ? view.reason : t('path.breaksAt', { hop: t(HOP_TEXTS[broken]) })}</p>
      <p>
        {reasonMeans(view.reason)} {t('path.mend', { mend: reasonMend(view.reason) })}
      </p>
      {view.message !== undefined && (
        <p class="small">
          {language() === 'en' ? '' : `${t('path.device')} `}
          <span lang="en">{view.message}</span>
        </p>
      )}
    </Notice>
  );
}
