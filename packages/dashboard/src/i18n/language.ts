/** Languages of the page: English, and those of the device's own documentation that this follows. BCP 47 tags. */
export const LANGUAGES = ['en', 'pt-BR', 'sv-SE', 'es-ES', 'fr-FR', 'zh-TW'] as const;

/** One of {@link LANGUAGES}. */
export type Language = (typeof LANGUAGES)[number];

/** How each language calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  'pt-BR': 'Português (Brasil)',
  'sv-SE': 'Svenska',
  'es-ES': 'Español',
  'fr-FR': 'Français',
  'zh-TW': '繁體中文',
};

/**
 * The first wish that can be met, else English. A wish is met by the same tag, or by the only language of that name (`pt-PT` gives `pt-BR`); wishes are BCP 47
 * tags, most wanted first, and may be anything.
 */
export function chooseLanguage(wishes: readonly (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const wanted = (wish ?? '').toLowerCase();
    const [primary = ''] = wanted.split('-');
    const found =
      LANGUAGES.find((tag) => tag.toLowerCase() === wanted) ??
      LANGUAGES.find((tag) => tag.toLowerCase().split('-')[0] === primary);
    if (found !== undefined) return found;
  }
  return 'en';
}
