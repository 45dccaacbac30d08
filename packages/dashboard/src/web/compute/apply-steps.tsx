import type { JSX } from 'preact';
import type { ApplyStep } from '../../view/index.ts';
import { Icon, type IconName } from '../shell/icon.tsx';
import { Notice } from '../shell/notice.tsx';
import { language, t } from '../words.ts';
import { STAGES } from './change-texts.ts';

type Step = Extract<ApplyStep, { kind: 'step' }>;

const ICONS: Readonly<Record<Step['state'], IconName>> = { running: 'waiting', done: 'ok', failed: 'broken' };

/** The steps of an apply as they come, with a clear end. */
export function ApplySteps({ steps }: { readonly steps: readonly ApplyStep[] }): JSX.Element {
  const end = steps.find((step) => step.kind === 'end');
  return (
    <div class="stack" role="status">
      <ol class="steps">
        {steps.map((step) =>
          step.kind === 'end' ? null : (
            <li key={step.stage} class={`step ${step.state}`}>
              <Icon name={ICONS[step.state]} />
              <div>
                <span class="strong">{t(STAGES[step.stage])}</span>{' '}
                <span class="muted small">{t(`step.${step.state}`)}</span>
                <p class="small muted" lang="en">
                  {step.text}
                </p>
              </div>
            </li>
          ),
        )}
      </ol>
      {end?.kind === 'end' && (
        <Notice tone={end.ok ? 'ok' : 'bad'}>
          <p class="strong">{end.ok ? t('apply.good') : t('apply.bad')}</p>
          {(language() === 'en' || !end.ok) && (
            <p class="small" lang="en">
              {end.text}
            </p>
          )}
        </Notice>
      )}
    </div>
  );
}
