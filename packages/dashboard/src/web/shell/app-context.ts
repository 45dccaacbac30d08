import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ReadonlySignal } from '@preact/signals';
import type { Language } from '../../i18n/language.ts';
import type { ApiClient } from '../live/api-client.ts';
import type { LiveState } from '../live/live-state.ts';
import type { Route } from '../route.ts';
import type { Theme } from './theme.ts';

/** What every part of the page can reach. */
export interface App {
  readonly api: ApiClient;
  readonly live: LiveState;
  readonly route: ReadonlySignal<Route>;
  readonly navigate: (route: Route) => void;
  readonly chooseLanguage: (language: Language) => void;
  readonly chooseTheme: (theme: Theme) => void;
}

/** Gives the parts of the page their {@link App}. */
export const AppContext = createContext<App | undefined>(undefined);

/** The page's {@link App}. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error('AppContext is missing');
  return app;
}
