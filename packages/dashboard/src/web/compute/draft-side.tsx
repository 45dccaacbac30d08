import { neededNodeIps } from '@iotedge-networking/contract';
import type { JSX } from 'preact';
import { Gauge } from '../shell/gauge.tsx';
import { Icon } from '../shell/icon.tsx';
import { Notice } from '../shell/notice.tsx';
import { sizeOf } from '../draft/free-range.ts';
import { formatNumber, t } from '../words.ts';
import type { DraftState } from './draft-state.ts';
import { ProblemList } from './problem-list.tsx';
import { rangeStrip } from './range-strip.ts';

/** Beside the form: demand against supply, the ranges as a picture, and everything that the rules say. */
export function DraftSide({ draft }: { readonly draft: DraftState }): JSX.Element {
  return (
    <>
      <Demand draft={draft} />
      <Strip draft={draft} />
      <Checks draft={draft} />
    </>
  );
}

function Demand({ draft }: { readonly draft: DraftState }): JSX.Element {
  const { needs, has } = draft.balance.value;
  const supply = Number(has);
  const spare = supply - needs;
  const { deviceNodes, kubernetes, nodeIps = '' } = draft.compute.value;
  return (
    <section class="card stack tight" aria-labelledby="demand" data-test="demand">
      <h2 id="demand">{t('compute.demand')}</h2>
      <Gauge
        used={needs}
        total={supply}
        label={`${t('compute.demand.need')}: ${formatNumber(needs)}; ${t('compute.demand.have')}: ${formatNumber(supply)}`}
      />
      <dl class="facts">
        <dt>{t('compute.demand.need')}</dt>
        <dd class="strong">{formatNumber(needs)}</dd>
        <dt>{t('compute.demand.have')}</dt>
        <dd class="strong">{formatNumber(supply)}</dd>
        <dt>{spare < 0 ? t('compute.demand.short') : t('compute.demand.spare')}</dt>
        <dd class="row">
          <Icon name={spare < 0 ? 'broken' : 'ok'} />
          <span class="strong">{formatNumber(Math.abs(spare))}</span>
        </dd>
        <dt>{t('compute.demand.nodes')}</dt>
        <dd>{formatNumber(neededNodeIps(deviceNodes, kubernetes))}</dd>
        <dt>{t('compute.demand.nodesHave')}</dt>
        <dd>{formatNumber(sizeOf(nodeIps))}</dd>
      </dl>
    </section>
  );
}

const WIDTH = 340;

function Strip({ draft }: { readonly draft: DraftState }): JSX.Element | null {
  const strip = rangeStrip(draft.compute.value);
  if (strip === undefined) return null;
  const hasClash = strip.stretches.some(({ kind }) => kind === 'clash');
  const summary = `${strip.first} – ${strip.last}${hasClash ? `, ${t('compute.strip.clash')}` : ''}`;
  return (
    <section class="card stack tight" aria-labelledby="strip">
      <h2 id="strip">{t('compute.strip')}</h2>
      <svg class="strip" viewBox={`0 0 ${WIDTH} 60`} role="img" aria-label={summary}>
        <rect class="net" x="0.5" y="10.5" width={WIDTH - 1} height="24" rx="4" />
        {strip.stretches.map(({ kind, start, length }, index) => (
          <rect
            key={index}
            class={kind}
            x={start * WIDTH}
            width={Math.max(3, length * WIDTH)}
            y={kind === 'clash' ? 6 : 11}
            height={kind === 'clash' ? 33 : 23}
          />
        ))}
        <text x="0" y="52">
          {strip.first}
        </text>
        <text x={WIDTH} y="52" text-anchor="end">
          {strip.last}
        </text>
      </svg>
      <ul class="row small">
        <li class="row">
          <span class="swatch node" aria-hidden="true" />
          {t('compute.nodeIps')}
        </li>
        <li class="row">
          <span class="swatch held" aria-hidden="true" />
          {t('compute.externalServiceIps')}
        </li>
        {hasClash && (
          <li class="row">
            <span class="swatch conflict" aria-hidden="true" />
            {t('compute.strip.clash')}
          </li>
        )}
      </ul>
    </section>
  );
}

function Checks({ draft }: { readonly draft: DraftState }): JSX.Element {
  const problems = draft.problems.value;
  return (
    <section class="card stack tight" aria-labelledby="checks" data-test="checks">
      <h2 id="checks">{t('compute.checks')}</h2>
      {problems.length === 0 ? (
        <Notice tone="ok">{t('compute.checks.none')}</Notice>
      ) : (
        <ProblemList problems={problems} />
      )}
    </section>
  );
}
