import { Hono, type Context } from 'hono';
import { answerError, errorView } from './answer-error.ts';
import { changeRoutes } from './change-routes.ts';
import { guardSession, signIn, type GuardedEnv } from './guard-session.ts';
import { isOwnHost } from './host-guard.ts';
import { chosenForm, type PageAssets } from './page-assets.ts';
import { readRoutes, type RouteParts } from './read-routes.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import type { SessionKeeper } from './session-keeper.ts';

/** What the page's server is made of. */
export interface AppParts extends RouteParts {
  readonly sessions: SessionKeeper;
  readonly assets: PageAssets;
  /** The port it listens on; cookies and the Host header depend on it. */
  readonly port: () => number;
  /** Names besides addresses and `localhost` under which it may be reached. */
  readonly hostNames: readonly string[];
  readonly onError: (error: unknown) => void;
}

/** Every answer of the page's server. Order matters: whose request it is, then who asks, then what. */
export function dashboardApp(parts: AppParts): Hono<GuardedEnv> {
  const { sessions, port, source, log, onError } = parts;
  const app = new Hono<GuardedEnv>();
  app.use(async (context, next) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.header(name, value);
    if (!isOwnHost(context.req.header('host'), port(), parts.hostNames))
      return answerError(context, { code: 'host', message: 'This server does not answer under that name.' });
    await next();
    return undefined;
  });
  app.get('/', (context) => signIn(context, sessions, port()) ?? answerAsset(context, parts.assets, '/'));
  app.get('/assets/*', (context) => answerAsset(context, parts.assets, context.req.path));
  app.use('/api/*', guardSession(sessions, port));
  app.route('/api', readRoutes(parts));
  const { changes } = source;
  app.route('/api', changeRoutes({ log, onError, ...(changes === undefined ? {} : { changes }) }));
  app.notFound((context) => answerError(context, { code: 'not-found', message: 'There is nothing at this address.' }));
  app.onError((error, context) => {
    const view = errorView(error);
    if (view.code === 'internal') onError(error);
    return answerError(context, view);
  });
  return app;
}

/** The page's own files hold nothing of the fleet; they are sent without a session, so that the page can say how to get one. */
function answerAsset(context: Context, assets: PageAssets, path: string): Response {
  const asset = assets.get(path);
  if (asset === undefined) return answerError(context, { code: 'not-found', message: 'The page has no such file.' });
  const headers = { etag: asset.etag, 'cache-control': 'no-cache', vary: 'accept-encoding' };
  const known = (context.req.header('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(asset.etag)) return context.body(null, 304, headers);
  const { body, encoding } = chosenForm(asset, context.req.header('accept-encoding') ?? '');
  return context.body(body, 200, {
    ...headers,
    'content-type': asset.type,
    ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
  });
}
