import type { JSX } from 'preact';
import type { ChangeView } from '../../view/index.ts';
import { Icon } from '../shell/icon.tsx';
import { language, reasonMeans, t } from '../words.ts';
import { lookUp, OTHER_CHANGES, SERVICE_CHANGES, SIGNS, VALUE_CHANGES } from './change-texts.ts';

/** What a change would do, one line each. */
export function ChangeList({ changes }: { readonly changes: readonly ChangeView[] }): JSX.Element {
  return (
    <ul class="changes">
      {changes.map((change, index) => (
        <li key={index} class={`change ${toneOf(change)}`} data-kind={change.kind}>
          <span class="sign" aria-hidden="true">
            {SIGNS[change.sign]}
          </span>
          <ChangeText change={change} />
        </li>
      ))}
    </ul>
  );
}

function toneOf({ kind, sign }: ChangeView): string {
  if (kind === 'address-lost' || kind === 'address-refused') return 'lost';
  return sign === 'attention' ? 'attention' : '';
}

function ChangeText({ change }: { readonly change: ChangeView }): JSX.Element {
  const { from, to, reason, by, text, message } = change;
  const title = titleOf(change);
  if (title === undefined) return <span lang="en">{text}</span>;
  return (
    <div>
      <span class="strong">{title}</span>
      {(from !== undefined || to !== undefined) && (
        <span class="row mono">
          <del>{listed(from)}</del>
          <span aria-hidden="true">→</span>
          <ins>{listed(to)}</ins>
        </span>
      )}
      {reason !== undefined && <p class="small">{reasonMeans(reason)}</p>}
      {message !== undefined && language() === 'en' && <p class="small muted">{message}</p>}
      {by !== undefined && (
        <p class="small row">
          <Icon name={by === 'device' ? 'lock' : 'service'} />
          {by === 'device' ? t('preview.byDevice') : t('preview.byModule')}
        </p>
      )}
    </div>
  );
}

function titleOf({ kind, service = '', path = '' }: ChangeView): string | undefined {
  const ofService = lookUp(SERVICE_CHANGES, kind);
  if (ofService !== undefined) return t(ofService, { service });
  const ofValue = lookUp(VALUE_CHANGES, kind);
  if (ofValue !== undefined) return t(ofValue, { path });
  const other = lookUp(OTHER_CHANGES, kind);
  return other === undefined ? undefined : t(other);
}

function listed(values: readonly string[] | undefined): string {
  return values === undefined || values.length === 0 ? t('change.none') : values.join(', ');
}
