import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../words.ts';
import { Icon } from './icon.tsx';

const SHOWN_MS = 2000;

interface CopyButtonProps {
  readonly text: () => string | Promise<string>;
  readonly label?: string;
  /** Shows the icon only. */
  readonly isSmall?: boolean;
}

/** Puts a text on the clipboard and says so. */
export function CopyButton({ text, label, isSmall = false }: CopyButtonProps): JSX.Element {
  const isCopied = useSignal(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(await text());
    isCopied.value = true;
    setTimeout(() => (isCopied.value = false), SHOWN_MS);
  };
  return (
    <button type="button" class={`button small ${isSmall ? 'icon-only' : ''}`} onClick={() => void copy()}>
      <Icon name={isCopied.value ? 'ok' : 'copy'} />
      <span aria-live="polite" class={isSmall ? 'hidden-text' : undefined}>
        {isCopied.value ? t('app.copied') : (label ?? t('app.copy'))}
      </span>
    </button>
  );
}
