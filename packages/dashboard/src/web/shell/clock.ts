import { signal } from '@preact/signals';

/** The time that relative times on the page refer to, in milliseconds; set by the one clock of the page. */
export const now = signal(0);
