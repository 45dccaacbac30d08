import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ApplyStep, PreviewView } from '../../view/index.ts';
import { CopyButton } from '../shell/copy-button.tsx';
import { Icon } from '../shell/icon.tsx';
import { Notice } from '../shell/notice.tsx';
import { t } from '../words.ts';
import { ApplySteps } from './apply-steps.tsx';
import { ChangeList } from './change-list.tsx';
import type { ChangeRun, ChangeStage } from './change-run.ts';
import { ProblemList } from './problem-list.tsx';

/** Shows what a change would do, does it step by step, and offers to go back. */
export function ChangeDialog({ run }: { readonly run: ChangeRun }): JSX.Element | null {
  const stage = run.stage.value;
  if (stage.kind === 'closed') return null;
  return (
    <Modal title={titleOf(stage)} onClose={() => run.close()} canClose={!isRunning(stage)}>
      {stage.kind === 'preview' ? <Preview preview={stage.preview} run={run} /> : <Other stage={stage} run={run} />}
    </Modal>
  );
}

function titleOf(stage: ChangeStage): string {
  if (stage.kind !== 'running') return t('preview.title');
  return stage.undo ? t('apply.undoing') : t('apply.title');
}

function isRunning(stage: ChangeStage): boolean {
  return stage.kind === 'running' && stage.steps.at(-1)?.kind !== 'end';
}

interface ModalProps {
  readonly title: string;
  readonly canClose: boolean;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

function Modal({ title, canClose, onClose, children }: ModalProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="dialog-title"
      onCancel={(event) => {
        event.preventDefault();
        if (canClose) onClose();
      }}
    >
      <div class="dialog-body">
        <h2 id="dialog-title">{title}</h2>
        {children}
      </div>
    </dialog>
  );
}

type OtherStage = Exclude<ChangeStage, { kind: 'closed' | 'preview' }>;

function Other({ stage, run }: { readonly stage: OtherStage; readonly run: ChangeRun }): JSX.Element {
  if (stage.kind === 'reading') return <p class="muted">{t('preview.reading')}</p>;
  if (stage.kind === 'failed')
    return (
      <>
        <Notice tone="bad" live>
          <p class="strong">{t('apply.bad')}</p>
          <p lang="en">{stage.message}</p>
        </Notice>
        <Foot>
          <CloseButton run={run} />
        </Foot>
      </>
    );
  const end = stage.steps.at(-1);
  return (
    <>
      <ApplySteps steps={stage.steps} />
      {end?.kind === 'end' && <EndButtons end={end} run={run} isUndo={stage.undo} />}
    </>
  );
}

interface EndButtonsProps {
  readonly end: Extract<ApplyStep, { kind: 'end' }>;
  readonly run: ChangeRun;
  readonly isUndo: boolean;
}

function EndButtons({ end, run, isUndo }: EndButtonsProps): JSX.Element {
  const { undo } = end;
  return (
    <Foot>
      {undo !== undefined && !isUndo && (
        <button type="button" class="button" onClick={() => void run.undo(undo)}>
          <Icon name="undo" />
          {t('apply.undo')}
        </button>
      )}
      <CloseButton run={run} />
    </Foot>
  );
}

function CloseButton({ run }: { readonly run: ChangeRun }): JSX.Element {
  return (
    <button type="button" class="button" onClick={() => run.close()}>
      {t('app.close')}
    </button>
  );
}

function Foot({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return <div class="dialog-foot">{children}</div>;
}

function Preview({ preview, run }: { readonly preview: PreviewView; readonly run: ChangeRun }): JSX.Element {
  const isAccepted = useSignal(false);
  const { problems, changes, losers, powershell, applicable } = preview;
  const others = changes.filter(
    (change) => !losers.includes(change) && !losers.some((one) => one.text === change.text),
  );
  const errors = problems.filter(({ level }) => level !== 'warning');
  return (
    <>
      {errors.length > 0 && (
        <Notice tone="bad">
          <p class="strong">{t('preview.refused')}</p>
          <ProblemList problems={errors} />
        </Notice>
      )}
      <div class="stack tight" data-test="losers">
        <h3>{t('preview.losers')}</h3>
        {losers.length === 0 ? <Notice tone="ok">{t('preview.noLosers')}</Notice> : <ChangeList changes={losers} />}
      </div>
      <div class="stack tight" data-test="changes">
        <h3>{t('preview.changes')}</h3>
        {changes.length === 0 ? <p class="muted">{t('preview.nothing')}</p> : <ChangeList changes={others} />}
      </div>
      {powershell.length > 0 && <PowerShell lines={powershell} />}
      {losers.length > 0 && applicable && (
        <label class="row">
          <input
            type="checkbox"
            checked={isAccepted.value}
            onChange={(event) => (isAccepted.value = event.currentTarget.checked)}
          />
          {t('preview.accept')}
        </label>
      )}
      <Foot>
        <button type="button" class="button" onClick={() => run.close()}>
          {t('preview.cancel')}
        </button>
        <button
          type="button"
          class="button primary"
          disabled={!applicable || (losers.length > 0 && !isAccepted.value)}
          onClick={() => void run.apply(isAccepted.value)}
        >
          {t('compute.apply')}
        </button>
      </Foot>
    </>
  );
}

/** Lines for the device's own PowerShell session, which this page cannot reach. */
export function PowerShell({ lines }: { readonly lines: readonly string[] }): JSX.Element {
  return (
    <div class="stack tight" data-test="powershell">
      <h3>{t('preview.powershell')}</h3>
      <p class="small muted">{t('preview.powershell.why')}</p>
      <pre class="code" tabIndex={0} aria-label={t('preview.powershell')}>
        {lines.join('\n')}
      </pre>
      <div>
        <CopyButton text={() => lines.join('\n')} />
      </div>
    </div>
  );
}
