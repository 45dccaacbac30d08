import type { ApiContext } from './api-context.ts';
import type { Exchange } from './exchange.ts';

/** Placeholder until the documents exist. */
export async function handleOpenApi(_context: ApiContext, _exchange: Exchange): Promise<boolean> {
  return Promise.resolve(false);
}
