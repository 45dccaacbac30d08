import type { JSX } from 'preact';
import type { DeviceState, ServiceView } from '../../view/index.ts';
import type { MessageKey } from '../../i18n/translation.ts';
import { t } from '../words.ts';
import { Icon, type IconName } from './icon.tsx';

interface Look {
  readonly tone: 'ok' | 'warn' | 'bad' | '';
  readonly icon: IconName;
  readonly text: Extract<MessageKey, `state.${string}`>;
}

/** How each state of a device looks; never by colour alone. */
export const STATE_LOOKS: Readonly<Record<DeviceState, Look>> = {
  failing: { tone: 'bad', icon: 'broken', text: 'state.failing' },
  pending: { tone: 'warn', icon: 'waiting', text: 'state.pending' },
  unknown: { tone: '', icon: 'unknown', text: 'state.unknown' },
  ready: { tone: 'ok', icon: 'ok', text: 'state.ready' },
};

const OF_SERVICE: Readonly<Record<ServiceView['state'], DeviceState>> = {
  Failing: 'failing',
  Pending: 'pending',
  Ready: 'ready',
};

/** A state in icon, word and colour; `label` replaces the word, as for a reason token. */
export function StatePill({
  state,
  label,
}: {
  readonly state: DeviceState | ServiceView['state'];
  readonly label?: string;
}): JSX.Element {
  const { tone, icon, text } =
    STATE_LOOKS[state === 'Failing' || state === 'Pending' || state === 'Ready' ? OF_SERVICE[state] : state];
  return (
    <span class={`pill ${tone}`}>
      <Icon name={icon} />
      {label ?? t(text)}
    </span>
  );
}
