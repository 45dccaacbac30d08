import type { Context } from 'hono';
import type { ErrorView } from '../view/error-view.ts';
import { SourceError } from './dashboard-source.ts';

const STATUS = {
  'no-session': 401,
  csrf: 403,
  'read-only': 403,
  host: 421,
  'not-found': 404,
  conflict: 409,
  invalid: 422,
  losses: 422,
  away: 503,
  internal: 500,
} as const satisfies Record<ErrorView['code'], number>;

/** Answers with an error that the page can show. */
export function answerError(context: Context, { code, message, problems }: ErrorView): Response {
  const body: ErrorView = { code, message, ...(problems === undefined ? {} : { problems }) };
  return context.json(body, STATUS[code]);
}

/** What went wrong in words for the browser; what nobody foresaw stays in the server's log. */
export function errorView(error: unknown): ErrorView {
  if (error instanceof SourceError) return { code: error.code, message: error.message, problems: error.problems };
  return { code: 'internal', message: 'The server of the page has failed; its log says why.' };
}
