import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { CSRF_HEADER } from '../view/session-view.ts';
import { answerError } from './answer-error.ts';
import { isSame, type Session, type SessionKeeper } from './session-keeper.ts';

/** What is known of a request behind the guards. */
export interface GuardedEnv {
  Variables: { session: Session };
}

/** Browsers keep cookies by host name and not by port: the port in the name keeps pages beside each other apart. */
function cookieName(port: number): string {
  return `iotedge-net-${port}`;
}

/** Lets only signed-in browsers through. */
export function guardSession(sessions: SessionKeeper, port: () => number): MiddlewareHandler<GuardedEnv> {
  return async (context, next) => {
    const session = sessions.find(getCookie(context, cookieName(port())));
    if (session === undefined) {
      const message = 'Open the address that the program printed: it signs this browser in.';
      return answerError(context, { code: 'no-session', message });
    }
    context.set('session', session);
    await next();
    return undefined;
  };
}

/** Lets a change through only when the page itself sent it: its token, its content type, its origin. */
export function guardChange(): MiddlewareHandler<GuardedEnv> {
  return async (context, next) => {
    const given = context.req.header(CSRF_HEADER) ?? '';
    if (!isSame(given, context.get('session').csrfToken) || !isSameOrigin(context)) {
      const message = 'The request does not come from this page. Load the page again.';
      return answerError(context, { code: 'csrf', message });
    }
    await next();
    return undefined;
  };
}

function isSameOrigin(context: Context): boolean {
  const { origin, host, 'sec-fetch-site': site } = context.req.header();
  if (site !== undefined && site !== 'same-origin') return false;
  return origin === undefined || origin === `http://${host ?? ''}`;
}

/** `GET /?token=…`: a valid token becomes a session, and the address is left without it. */
export function signIn(context: Context, sessions: SessionKeeper, port: number): Response | undefined {
  const token = context.req.query('token');
  if (token === undefined) return undefined;
  const id = sessions.redeem(token);
  if (id !== undefined) setCookie(context, cookieName(port), id, { httpOnly: true, sameSite: 'Strict', path: '/' });
  return context.redirect('/', 303);
}
