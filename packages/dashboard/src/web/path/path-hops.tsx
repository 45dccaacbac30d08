import type { JSX } from 'preact';
import type { HopView, PathLeg, PathView, PodView } from '../../view/index.ts';
import { Icon } from '../shell/icon.tsx';
import { language, t } from '../words.ts';
import { HOP_TEXTS } from './applications.ts';

interface PathHopsProps {
  readonly leg: PathLeg;
  readonly view: PathView;
  /** The application that asks by name, where one is meant. */
  readonly front?: string;
}

/** One way through the stations, drawn from left to right, or downwards where there is little room. */
export function PathHops({ leg, view, front }: PathHopsProps): JSX.Element {
  const inside = front === undefined ? t('path.fromCluster') : t('path.fromFront', { front });
  const title = leg.from === 'outside' ? t('path.fromOutside') : inside;
  const brokenAt = leg.hops.findIndex(({ hop }) => hop === leg.broken);
  return (
    <div class="stack tight">
      <h3 class="muted">{title}</h3>
      <ol class="hops" aria-label={title}>
        {leg.hops.map((hop, index) => (
          <HopBox
            key={hop.hop}
            hop={hop}
            pods={hop.hop === 'pods' ? view.pods : []}
            isBeyond={brokenAt >= 0 && index > brokenAt}
            wire={index === leg.hops.length - 1 ? undefined : wireOf(index, brokenAt)}
          />
        ))}
      </ol>
    </div>
  );
}

type Wire = 'flow' | 'cut' | 'dim';

/** The wire into the broken station is cut; nothing flows behind it. */
function wireOf(index: number, brokenAt: number): Wire {
  if (brokenAt < 0 || index + 1 < brokenAt) return 'flow';
  return index + 1 === brokenAt ? 'cut' : 'dim';
}

interface HopBoxProps {
  readonly hop: HopView;
  readonly pods: readonly PodView[];
  readonly isBeyond: boolean;
  readonly wire: Wire | undefined;
}

function HopBox({ hop, pods, isBeyond, wire }: HopBoxProps): JSX.Element {
  const state = isBeyond ? 'beyond' : hop.state;
  return (
    <li class={`hop ${state}`} data-hop={hop.hop} data-state={state}>
      <div class="hop-box">
        <span class="hop-name">
          <Icon name={hop.hop} />
          {t(HOP_TEXTS[hop.hop])}
        </span>
        {hop.value !== '' && <span class="hop-value">{hop.value}</span>}
        <span class="small hop-state">
          <Icon name={isBeyond ? 'unknown' : hop.state} />
          {isBeyond ? t('path.beyond') : t(`hopState.${hop.state}`)}
        </span>
        {hop.hop === 'pods' && <Pods pods={pods} />}
        {language() === 'en' && !isBeyond && hop.hop !== 'pods' && <span class="small muted">{hop.message}</span>}
      </div>
      {wire !== undefined && <WireTo look={wire} />}
    </li>
  );
}

function WireTo({ look }: { readonly look: Wire }): JSX.Element {
  return (
    <svg class={`hop-wire ${look}`} viewBox="0 0 34 20" aria-hidden="true">
      <line x1="2" y1="10" x2="30" y2="10" />
      <path d={look === 'cut' ? 'M12 4l10 12M22 4L12 16' : 'M25 5l5 5-5 5'} />
    </svg>
  );
}

function Pods({ pods }: { readonly pods: readonly PodView[] }): JSX.Element {
  return (
    <ul class="pods">
      {pods.map(({ name, ip, node, ready }) => (
        <li key={name} class={`pod ${ready ? 'ready' : 'not-ready'}`}>
          <Icon name={ready ? 'ok' : 'broken'} />
          <span>
            <span class="mono">{name}</span>{' '}
            <span class="muted">
              {[ready ? t('pod.ready') : t('pod.notReady'), ip, node].filter(Boolean).join(' · ')}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
