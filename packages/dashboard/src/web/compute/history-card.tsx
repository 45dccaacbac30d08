import { useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import type { HistoryEntry } from '../../view/index.ts';
import { useApp } from '../shell/app-context.ts';
import { now } from '../shell/clock.ts';
import { Icon } from '../shell/icon.tsx';
import { formatTime, t } from '../words.ts';
import type { ChangeRun } from './change-run.ts';
import { OUTCOMES } from './change-texts.ts';

/** Who changed what and when, newest first, each with its undo. */
export function HistoryCard({ device, run }: { readonly device: string; readonly run: ChangeRun }): JSX.Element | null {
  const { api, live } = useApp();
  const entries = useSignal<readonly HistoryEntry[] | undefined>(undefined);
  useSignalEffect(() => {
    const tick = live.historyTick.value;
    api
      .history(device)
      .then((view) => {
        if (tick === live.historyTick.peek()) entries.value = view.entries;
      })
      .catch(() => (entries.value ??= []));
  });
  return (
    <section class="card" aria-labelledby="history">
      <header>
        <h2 id="history">{t('history.title')}</h2>
      </header>
      {entries.value?.length === 0 && <p class="muted">{t('history.none')}</p>}
      <ol class="history">
        {(entries.value ?? []).map((entry) => (
          <Entry key={entry.id} entry={entry} run={run} />
        ))}
      </ol>
    </section>
  );
}

function Entry({ entry, run }: { readonly entry: HistoryEntry; readonly run: ChangeRun }): JSX.Element {
  const isGood = entry.outcome === 'applied';
  return (
    <li>
      <div class="row">
        <span class="strong">{entry.action === 'undo' ? t('history.wentBack') : t('history.apply')}</span>
        <span>{entry.who}</span>
        <time class="muted small" dateTime={entry.at}>
          {formatTime(entry.at, now.value)}
        </time>
        <span class={`pill ${isGood ? 'ok' : entry.outcome === 'pending' ? 'warn' : 'bad'}`}>
          <Icon name={isGood ? 'ok' : entry.outcome === 'pending' ? 'waiting' : 'broken'} />
          {t(OUTCOMES[entry.outcome])}
        </span>
        {entry.undoable && (
          <button type="button" class="button small end" onClick={() => void run.undo(entry.id)}>
            <Icon name="undo" />
            {t('history.undo')}
          </button>
        )}
      </div>
      <ul class="stack tight">
        {entry.changes.map(({ path, from, to }) => (
          <li key={path} class="row small">
            <span class="muted">{path}</span>
            <del class="mono">{from ?? t('change.none')}</del>
            <span aria-hidden="true">→</span>
            <ins class="mono">{to ?? t('change.none')}</ins>
          </li>
        ))}
      </ul>
      {entry.message !== undefined && (
        <p class="small muted" lang="en">
          {entry.message}
        </p>
      )}
    </li>
  );
}
