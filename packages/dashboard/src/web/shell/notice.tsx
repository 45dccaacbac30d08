import type { ComponentChildren, JSX } from 'preact';
import { Icon, type IconName } from './icon.tsx';

type Tone = 'ok' | 'warn' | 'bad' | 'plain';

const ICONS: Readonly<Record<Tone, IconName>> = { ok: 'ok', warn: 'warning', bad: 'broken', plain: 'waiting' };

/** A framed message; `live` makes screen readers say it when it appears. */
export function Notice({
  tone,
  live = false,
  children,
}: {
  readonly tone: Tone;
  readonly live?: boolean;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class={`notice ${tone}`} role={live ? 'status' : undefined}>
      <Icon name={ICONS[tone]} />
      <div>{children}</div>
    </div>
  );
}
