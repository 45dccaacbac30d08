import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { DeviceView } from '../../view/index.ts';
import { useApp } from '../shell/app-context.ts';
import { Notice } from '../shell/notice.tsx';
import { formatNumber, t } from '../words.ts';
import { AnnounceFields } from './announce-fields.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { changeRun, type ChangeRun } from './change-run.ts';
import { STAGES } from './change-texts.ts';
import { DraftSide } from './draft-side.tsx';
import { draftState, type DraftState } from './draft-state.ts';
import { HistoryCard } from './history-card.tsx';
import { InsideFields, RangeFields } from './range-fields.tsx';
import { VirtualSwitchCard } from './virtual-switch-card.tsx';

/** The device's page "Compute network", with the answers of the rules while typing and the consequences before Apply. */
export function ComputePage({ device }: { readonly device: DeviceView }): JSX.Element {
  const { api, live } = useApp();
  const draft = useMemo(() => draftState(device), [device.id]);
  const run = useMemo(() => changeRun(api, draft), [draft]);
  useEffect(() => {
    draft.device.value = device;
  }, [device]);
  const isReadOnly = live.session.value?.readOnly === true;
  return (
    <>
      <div class="page-head">
        <h1>{t('page.compute-network')}</h1>
        <p>{t('compute.intro')}</p>
      </div>
      <fieldset class="compute-form" disabled={isReadOnly}>
        <div class="compute-layout">
          <div class="stack">
            {draft.isOvertaken.value && (
              <Notice tone="warn" live>
                {t('compute.newer')}
              </Notice>
            )}
            <Elsewhere device={device.id} run={run} />
            <Enabled device={device} />
            <RangeFields draft={draft} />
            <InsideFields draft={draft} />
            <AnnounceFields draft={draft} />
            <VirtualSwitchCard draft={draft} />
            {isReadOnly ? <Notice tone="plain">{t('app.readOnly.why')}</Notice> : <ApplyBar draft={draft} run={run} />}
            {!isReadOnly && <HistoryCard device={device.id} run={run} />}
          </div>
          <div class="compute-side">
            <DraftSide draft={draft} />
          </div>
        </div>
      </fieldset>
      <ChangeDialog run={run} />
    </>
  );
}

/** An apply that somebody began in another browser. */
function Elsewhere({ device, run }: { readonly device: string; readonly run: ChangeRun }): JSX.Element | null {
  const { live } = useApp();
  const last = live.applies.value.get(device)?.at(-1);
  if (last?.kind !== 'step' || run.stage.value.kind === 'running') return null;
  return (
    <Notice tone="plain" live>
      {t('apply.elsewhere', { stage: t(STAGES[last.stage]) })}
    </Notice>
  );
}

function Enabled({ device }: { readonly device: DeviceView }): JSX.Element {
  return (
    <section class="card row" aria-label={t('compute.enable')}>
      <input id="enable" type="checkbox" checked={device.hasCluster} disabled />
      <label for="enable" class="strong">
        {t('compute.enable')}
      </label>
      <span class="muted small">{device.hasCluster ? t('compute.enabled') : t('compute.notEnabled')}</span>
    </section>
  );
}

function ApplyBar({ draft, run }: { readonly draft: DraftState; readonly run: ChangeRun }): JSX.Element {
  const problems = draft.problems.value;
  const errors = problems.filter(({ level }) => level !== 'warning').length;
  const warnings = problems.length - errors;
  const changed = draft.changed.value.length;
  return (
    <div class="apply-bar" data-test="apply-bar">
      <span class="row small" role="status">
        <span>{changed === 0 ? t('compute.unchanged') : t('compute.changed', { n: formatNumber(changed) })}</span>
        {errors > 0 && <span class="pill bad">{t('compute.errors', { n: formatNumber(errors) })}</span>}
        {warnings > 0 && <span class="pill warn">{t('compute.warnings', { n: formatNumber(warnings) })}</span>}
      </span>
      <span class="row end">
        <button type="button" class="button" disabled={changed === 0} onClick={() => draft.discard()}>
          {t('compute.reset')}
        </button>
        <button
          type="button"
          class="button primary"
          disabled={changed === 0 || errors > 0}
          onClick={() => void run.preview()}
        >
          {t('compute.apply')}
        </button>
      </span>
    </div>
  );
}
