import type { Problem } from '@iotedge-networking/contract';

/**
 * Body of every answer that is not 2xx. Codes: `no-session` 401, `csrf` 403, `read-only` 403, `host` 421, `not-found` 404, `conflict` 409 (another revision is in force, or
 * an apply is under way), `invalid` 422 (with `problems`), `losses` 422 (addresses would be lost and `acceptLosses` is not given), `away` 503.
 */
export interface ErrorView {
  readonly code:
    | 'no-session'
    | 'csrf'
    | 'read-only'
    | 'host'
    | 'not-found'
    | 'conflict'
    | 'invalid'
    | 'losses'
    | 'away'
    | 'internal';
  readonly message: string;
  readonly problems?: readonly Problem[];
}
