import type { JSX } from 'preact';
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../../i18n/language.ts';
import { DEVICE_PAGES, formatRoute } from '../route.ts';
import { formatTime, language, t } from '../words.ts';
import { useApp } from './app-context.ts';
import { now } from './clock.ts';
import { Icon } from './icon.tsx';
import { THEMES, theme, type Theme } from './theme.ts';

/** Name, device, live state, language and colours; below it the pages of the device. */
export function TopBar(): JSX.Element {
  const { route, live } = useApp();
  const current = route.value;
  const hasFleet = live.session.value?.source !== 'device';
  return (
    <header class="top">
      <div class="top-row">
        <a class="brand" href={formatRoute({ page: 'fleet', query: '' })} aria-label={t('app.name')}>
          <Mark />
          <span>{t('app.name')}</span>
        </a>
        <div class="crumb">
          {hasFleet && <a href={formatRoute({ page: 'fleet', query: '' })}>{t('page.fleet')}</a>}
          {current.page !== 'fleet' && <span aria-hidden="true">/</span>}
          {current.page !== 'fleet' && <strong>{current.device}</strong>}
        </div>
        <div class="top-end">
          {live.session.value?.source === 'simulator' && <span class="pill accent">{t('app.simulator')}</span>}
          {live.session.value?.readOnly === true && <span class="pill">{t('app.readOnly')}</span>}
          <LivePill />
          <Choices />
        </div>
      </div>
      {current.page !== 'fleet' && (
        <nav class="tabs" aria-label={t('app.pages')}>
          {DEVICE_PAGES.map((page) => (
            <a
              key={page}
              href={formatRoute({ page, device: current.device, chosen: '' })}
              aria-current={page === current.page ? 'page' : undefined}
            >
              {t(`page.${page}`)}
            </a>
          ))}
        </nav>
      )}
    </header>
  );
}

function Mark(): JSX.Element {
  return (
    <svg viewBox="0 0 26 26" aria-hidden="true">
      <rect class="mark-bg" width="26" height="26" rx="6" />
      <path class="mark-fg" d="M7 13h5M12 13c3.500 0 3-5.500 7-5.500M12 13h7M12 13c3.500 0 3 5.500 7 5.500" />
      <circle class="mark-dot" cx="6.500" cy="13" r="2.200" />
    </svg>
  );
}

function LivePill(): JSX.Element {
  const { live } = useApp();
  const { state, since } = live.link.value;
  const source = live.source.value;
  if (state === 'lost')
    return (
      <span class="pill bad" role="status">
        <Icon name="warning" />
        {t('live.lost')}
      </span>
    );
  if (source?.state === 'away')
    return (
      <span class="pill warn" role="status">
        <Icon name="warning" />
        {t('live.away', { time: formatTime(source.since, now.value || since) })}
      </span>
    );
  const isOpen = state === 'open' && source?.state === 'connected';
  return (
    <span class={`pill ${isOpen ? 'ok' : ''}`} role="status">
      <span class="live-dot" aria-hidden="true" />
      {isOpen ? t('live.open') : source?.state === 'connecting' ? t('live.connecting') : t('live.opening')}
    </span>
  );
}

const THEME_TEXTS = { auto: 'app.theme.auto', light: 'app.theme.light', dark: 'app.theme.dark' } as const;

function Choices(): JSX.Element {
  const { chooseLanguage, chooseTheme } = useApp();
  return (
    <>
      <select
        aria-label={t('app.language')}
        value={language()}
        onChange={(event) => chooseLanguage(event.currentTarget.value as Language)}
      >
        {LANGUAGES.map((tag) => (
          <option key={tag} value={tag} lang={tag}>
            {LANGUAGE_NAMES[tag]}
          </option>
        ))}
      </select>
      <select
        aria-label={t('app.theme')}
        value={theme.value}
        onChange={(event) => chooseTheme(event.currentTarget.value as Theme)}
      >
        {THEMES.map((name) => (
          <option key={name} value={name}>
            {t(THEME_TEXTS[name])}
          </option>
        ))}
      </select>
    </>
  );
}
