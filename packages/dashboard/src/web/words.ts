import { signal } from '@preact/signals';
import type { Reason } from '@iotedge-networking/contract';
import type { en } from '../i18n/en.ts';
import { english, type MessageKey, type Translation } from '../i18n/translation.ts';
import type { Language } from '../i18n/language.ts';
import { fillIn, type Placeholders } from '../i18n/translate.ts';

const loaders: Readonly<Record<Language, () => Promise<Translation>>> = {
  en: () => Promise.resolve(english),
  'pt-BR': async () => (await import('../i18n/pt-br.ts')).portuguese,
  'sv-SE': async () => (await import('../i18n/sv-se.ts')).swedish,
  'es-ES': async () => (await import('../i18n/es-es.ts')).spanish,
  'fr-FR': async () => (await import('../i18n/fr-fr.ts')).french,
  'zh-TW': async () => (await import('../i18n/zh-tw.ts')).chinese,
};

interface Chosen {
  readonly language: Language;
  readonly words: Translation;
}

const chosen = signal<Chosen>({ language: 'en', words: english });

/** The language the page speaks now. */
export function language(): Language {
  return chosen.value.language;
}

/** Loads a language and speaks it from then on; only what is chosen is ever loaded. */
export async function speak(wanted: Language): Promise<void> {
  chosen.value = { language: wanted, words: await loaders[wanted]() };
}

type Values<Key extends MessageKey> = [Placeholders<(typeof en)[Key]>] extends [never]
  ? []
  : [Readonly<Record<Placeholders<(typeof en)[Key]>, string | number>>];

/** The text of a key in the language of the page; reading it follows the language. */
export function t<Key extends MessageKey>(key: Key, ...[values]: Values<Key>): string {
  return fillIn(chosen.value.words.messages[key], values ?? {});
}

/** What a reason token means. */
export function reasonMeans(reason: Reason): string {
  return chosen.value.words.reasons[reason].means;
}

/** What mends it. */
export function reasonMend(reason: Reason): string {
  return chosen.value.words.reasons[reason].mend;
}

/** A number as people of the language write it. */
export function formatNumber(value: number): string {
  return new Intl.NumberFormat(language()).format(value);
}

/** Time of day, with the date when it is not of today. */
export function formatTime(time: string | number, now: number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '–';
  const isToday = date.toDateString() === new Date(now).toDateString();
  return new Intl.DateTimeFormat(language(), {
    timeStyle: isToday ? 'medium' : 'short',
    ...(isToday ? {} : { dateStyle: 'medium' }),
  }).format(date);
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** How long ago, in words: "3 minutes ago"; below a minute "now" in the words of the language. */
export function formatAgo(time: string | undefined, now: number): string {
  const start = Date.parse(time ?? '');
  if (Number.isNaN(start)) return '–';
  const format = new Intl.RelativeTimeFormat(language(), { numeric: 'auto' });
  const passed = Math.max(0, now - start);
  const [unit, length] = STEPS.find(([, size]) => passed >= size) ?? ['second', Infinity];
  return format.format(length === Infinity ? 0 : -Math.floor(passed / length), unit);
}
