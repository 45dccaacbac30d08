import type { JSX } from 'preact';
import { parseCidr, cidrToRange, addressAt, formatAddress } from '@iotedge-networking/addressing';
import { reservedClusterIps } from '@iotedge-networking/contract';
import type { PoolText } from '../draft/compute-form.ts';
import { Icon } from '../shell/icon.tsx';
import { t } from '../words.ts';
import type { DraftState } from './draft-state.ts';
import { Field, TextInput } from './field.tsx';

/** The ranges of the device's page: node IPs, external service IPs, and the subnet they lie in. */
export function RangeFields({ draft }: { readonly draft: DraftState }): JSX.Element {
  const form = draft.form.value;
  return (
    <section class="card" aria-labelledby="ranges-title">
      <header>
        <h2 id="ranges-title">{t('compute.ranges.title')}</h2>
      </header>
      <div class="fields">
        <Plain draft={draft} field="subnet" label={t('compute.subnet')} placeholder="10.126.72.0/22" />
        <Plain draft={draft} field="gateway" label={t('compute.gateway')} placeholder="10.126.72.1" />
        <Plain
          draft={draft}
          field="nodeIps"
          label={t('compute.nodeIps')}
          hint={t('compute.nodeIps.hint')}
          placeholder="10.126.75.200-10.126.75.201"
        />
        <Field draft={draft} field="deviceNodes" id="deviceNodes" label={t('compute.deviceNodes')}>
          <select
            id="deviceNodes"
            value={form.deviceNodes}
            onChange={(event) => draft.edit({ deviceNodes: event.currentTarget.value })}
          >
            <option value="1">1</option>
            <option value="2">2</option>
          </select>
        </Field>
        <PoolFields draft={draft} />
      </div>
    </section>
  );
}

/** The subnets inside the cluster. */
export function InsideFields({ draft }: { readonly draft: DraftState }): JSX.Element {
  const [api = '–', dns = '–'] = reserved(draft.form.value.clusterIpSubnet.trim());
  return (
    <section class="card" aria-labelledby="inside-title">
      <header>
        <h2 id="inside-title">{t('compute.inside.title')}</h2>
      </header>
      <div class="fields">
        <Plain
          draft={draft}
          field="podSubnet"
          label={t('compute.podSubnet')}
          hint={t('compute.podSubnet.hint')}
          placeholder="172.27.0.0/16"
        />
        <Plain
          draft={draft}
          field="clusterIpSubnet"
          label={t('compute.clusterIpSubnet')}
          hint={t('compute.clusterIpSubnet.hint', { api, dns })}
          placeholder="172.28.0.0/16"
        />
      </div>
    </section>
  );
}

function reserved(subnet: string): readonly string[] {
  const cidr = parseCidr(subnet);
  if (cidr === undefined) return [];
  const { last } = cidrToRange(cidr);
  return reservedClusterIps(subnet)
    .filter((value) => value <= last)
    .map((value) => formatAddress(addressAt(cidr.family, value)));
}

interface PlainProps {
  readonly draft: DraftState;
  readonly field: 'subnet' | 'gateway' | 'nodeIps' | 'podSubnet' | 'clusterIpSubnet';
  readonly label: string;
  readonly hint?: string;
  readonly placeholder: string;
}

function Plain({ draft, field, label, hint, placeholder }: PlainProps): JSX.Element {
  return (
    <Field draft={draft} field={field} id={field} label={label} hint={hint}>
      <TextInput
        draft={draft}
        id={field}
        value={draft.form.value[field]}
        onValue={(text) => draft.edit({ [field]: text })}
        paths={[field]}
        placeholder={placeholder}
        describedBy={`${hint === undefined ? '' : `${field}-hint `}${field}-problems`}
      />
    </Field>
  );
}

/** Pins of applications are broken by the ranges, so they are told of there. */
const POOL_PATHS = ['externalServiceIps', 'apps', 'services', 'devices', 'claims'];

function PoolFields({ draft }: { readonly draft: DraftState }): JSX.Element {
  const { pools } = draft.form.value;
  const change = (index: number, pool: PoolText): void => draft.edit({ pools: pools.with(index, pool) });
  return (
    <Field
      draft={draft}
      field="externalServiceIps"
      id="pool-0"
      label={t('compute.externalServiceIps')}
      hint={t('compute.externalServiceIps.hint')}
      wide
      paths={POOL_PATHS}
    >
      <div class="stack tight">
        {pools.map((pool, index) => (
          <div key={index} class="pool-row">
            <input
              class="input"
              aria-label={t('compute.pool')}
              value={pool.name}
              onInput={(event) => change(index, { ...pool, name: event.currentTarget.value })}
            />
            <TextInput
              draft={draft}
              id={`pool-${index}`}
              value={pool.ranges}
              onValue={(ranges) => change(index, { ...pool, ranges })}
              paths={pools.length === 1 ? POOL_PATHS : [`externalServiceIps.${pool.name}`]}
              label={t('compute.ranges', { pool: pool.name })}
              placeholder="10.126.75.206-10.126.75.215"
              describedBy="pool-0-hint pool-0-problems"
            />
            <button
              type="button"
              class="button plain"
              disabled={pools.length === 1}
              aria-label={t('compute.removePool', { pool: pool.name })}
              onClick={() => draft.edit({ pools: pools.toSpliced(index, 1) })}
            >
              <Icon name="broken" />
            </button>
          </div>
        ))}
        <div>
          <button
            type="button"
            class="button small"
            onClick={() => draft.edit({ pools: [...pools, { name: `pool-${pools.length + 1}`, ranges: '' }] })}
          >
            <Icon name="plus" />
            {t('compute.addPool')}
          </button>
        </div>
      </div>
    </Field>
  );
}
