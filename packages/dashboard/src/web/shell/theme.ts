import { signal } from '@preact/signals';

/** Choices of colours. */
export const THEMES = ['auto', 'light', 'dark'] as const;

/** One of {@link THEMES}. */
export type Theme = (typeof THEMES)[number];

/** The colours chosen in this browser. */
export const theme = signal<Theme>('auto');

/** The choice behind a remembered text; what is unknown follows the system. */
export function readTheme(text: string | null): Theme {
  return THEMES.find((name) => name === text) ?? 'auto';
}
