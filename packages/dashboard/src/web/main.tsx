import { effect, signal } from '@preact/signals';
import { render } from 'preact';
import { chooseLanguage as bestLanguage, type Language } from '../i18n/language.ts';
import { apiClient } from './live/api-client.ts';
import { LiveState } from './live/live-state.ts';
import { formatRoute, parseRoute, type Route } from './route.ts';
import { AppContext, type App } from './shell/app-context.ts';
import { now } from './shell/clock.ts';
import { Page } from './shell/page.tsx';
import { readTheme, theme, type Theme } from './shell/theme.ts';
import { language, speak } from './words.ts';

const LANGUAGE_KEY = 'language';
const THEME_KEY = 'theme';
const TICK_MS = 10_000;

const api = apiClient((path, init) => fetch(path, init));
const live = new LiveState({
  api,
  openEvents: (url) => new EventSource(url),
  now: () => Date.now(),
  later: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
});
const route = signal<Route>(parseRoute(location.hash));

const app: App = {
  ...{ api, live, route },
  navigate: (next) => (location.hash = formatRoute(next)),
  chooseLanguage: (tag: Language) => {
    localStorage.setItem(LANGUAGE_KEY, tag);
    void speak(tag);
  },
  chooseTheme: (chosen: Theme) => {
    localStorage.setItem(THEME_KEY, chosen);
    theme.value = chosen;
  },
};

addEventListener('hashchange', () => (route.value = parseRoute(location.hash)));
setInterval(() => (now.value = Date.now()), TICK_MS);
now.value = Date.now();
theme.value = readTheme(localStorage.getItem(THEME_KEY));
effect(() => {
  document.documentElement.lang = language();
});
effect(() => {
  if (theme.value === 'auto') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.setAttribute('data-theme', theme.value);
});
effect(() => {
  const current = route.value;
  live.watch(current.page === 'fleet' ? undefined : current.device);
});
effect(() => {
  // One device has no fleet to choose from.
  const { source, name } = live.session.value ?? {};
  if (source === 'device' && name !== undefined && route.value.page === 'fleet')
    location.replace(formatRoute({ page: 'compute-network', device: name, chosen: '' }));
});

await speak(bestLanguage([localStorage.getItem(LANGUAGE_KEY), ...navigator.languages]));
await live.start();
const wished = live.session.peek()?.language;
if (wished !== undefined && localStorage.getItem(LANGUAGE_KEY) === null) await speak(bestLanguage([wished]));
render(
  <AppContext.Provider value={app}>
    <Page />
  </AppContext.Provider>,
  document.body,
);
