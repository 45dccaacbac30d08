import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { memo } from 'preact/compat';
import type { ServiceView } from '../../view/index.ts';
import { formatRoute } from '../route.ts';
import { now } from '../shell/clock.ts';
import { CopyButton } from '../shell/copy-button.tsx';
import { SortHeader } from '../shell/sort-header.tsx';
import { StatePill } from '../shell/state-pill.tsx';
import { language, reasonMeans, t } from '../words.ts';
import { age, externalIp } from './kubectl-table.ts';
import { reachability } from './reachability.ts';
import { serviceKey, type ServiceColumn, type ServiceOrder } from './service-rows.ts';

interface ServicesTableProps {
  readonly rows: readonly ServiceView[];
  readonly device: string;
  readonly order: Signal<ServiceOrder>;
}

/** Columns in order; those that order the table name what they order by. */
function columns(): readonly { readonly label: string; readonly column?: ServiceColumn }[] {
  return [
    { label: 'NAMESPACE', column: 'namespace' },
    { label: 'NAME', column: 'name' },
    { label: 'TYPE', column: 'type' },
    { label: 'CLUSTER-IP', column: 'clusterIp' },
    { label: 'EXTERNAL-IP', column: 'externalIp' },
    { label: 'PORT(S)', column: 'ports' },
    { label: 'AGE' },
    { label: t('services.url') },
    { label: t('services.reachable') },
    { label: t('services.owner'), column: 'owner' },
    { label: t('services.reason'), column: 'ready' },
  ];
}

/** The table. On a narrow screen each Service is a block of name and value. */
export function ServicesTable({ rows, device, order }: ServicesTableProps): JSX.Element {
  const labels = columns();
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label={t('services.table')}>
      <table class="svc">
        <thead>
          <tr>
            {labels.map(({ label, column }) => (
              <th key={label} scope="col" aria-sort={column === undefined ? undefined : sortOf(order.value, column)}>
                {column === undefined ? (
                  label
                ) : (
                  <SortHeader
                    column={column}
                    order={order.value}
                    label={label}
                    onOrder={(next) => (order.value = next)}
                  />
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((service) => (
            <ServiceRow key={serviceKey(service)} service={service} device={device} tongue={language()} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function sortOf({ column, descending }: ServiceOrder, own: ServiceColumn): 'ascending' | 'descending' | 'none' {
  if (column !== own) return 'none';
  return descending ? 'descending' : 'ascending';
}

interface ServiceRowProps {
  readonly service: ServiceView;
  readonly device: string;
  /** Draws the row anew when the language changes. */
  readonly tongue: string;
}

/** A row is drawn anew only when its own Service changes: typing in the filter would be slow otherwise. */
const ServiceRow = memo(({ service, device }: ServiceRowProps): JSX.Element => (
  <tr>
    <Cell label="NAMESPACE">{service.namespace}</Cell>
    <Cell label="NAME">
      <a
        class="strong"
        href={formatRoute({ page: 'path', device, chosen: serviceKey(service) })}
        title={t('services.showPath')}
      >
        {service.name}
      </a>
    </Cell>
    <Cell label="TYPE">{service.type ?? '–'}</Cell>
    <Cell label="CLUSTER-IP" mono>
      {service.clusterIp ?? '–'}
    </Cell>
    <Cell label="EXTERNAL-IP" mono>
      {externalIp(service)}
    </Cell>
    <Cell label="PORT(S)" mono>
      <span class="lines">
        {service.ports.map((port) => (
          <span key={port}>{port}</span>
        ))}
      </span>
    </Cell>
    <Cell label="AGE">
      <Age since={service.since} />
    </Cell>
    <Cell label={t('services.url')}>
      <Urls urls={service.urls} />
    </Cell>
    <Cell label={t('services.reachable')}>
      <span class="reach">{t(`services.reachable.${reachability(service)}`)}</span>
    </Cell>
    <Cell label={t('services.owner')}>
      <span class="owner">{service.owner === undefined ? '–' : t(`services.owner.${service.owner}`)}</span>
    </Cell>
    <Cell label={t('services.reason')}>
      <Why service={service} />
    </Cell>
  </tr>
));

function Age({ since }: { readonly since: string | undefined }): JSX.Element {
  return <>{age(since, now.value)}</>;
}

interface CellProps {
  readonly label: string;
  readonly mono?: boolean;
  readonly children: JSX.Element | string;
}

function Cell({ label, mono = false, children }: CellProps): JSX.Element {
  return (
    <td data-label={label}>
      <span class={mono ? 'mono' : undefined}>{children}</span>
    </td>
  );
}

function Urls({ urls }: { readonly urls: readonly string[] }): JSX.Element {
  if (urls.length === 0) return <>–</>;
  return (
    <span class="urls">
      {urls.map((url) => (
        <span key={url} class="row">
          {url.startsWith('http') ? (
            <a class="mono" href={url} target="_blank" rel="noreferrer">
              {url}
            </a>
          ) : (
            <span class="mono">{url}</span>
          )}
          <CopyButton text={() => url} label={`${t('app.copy')} ${url}`} isSmall />
        </span>
      ))}
    </span>
  );
}

function Why({ service }: { readonly service: ServiceView }): JSX.Element {
  return (
    <span class="stack tight wrap">
      <span>
        <StatePill state={service.state} label={service.reason} />
      </span>
      {service.reason !== 'Ready' && <span class="muted small">{reasonMeans(service.reason)}</span>}
    </span>
  );
}
