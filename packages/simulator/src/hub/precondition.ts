import { HubError } from './hub-error.ts';

/** An If-Match header without its quotes; undefined when there is none. */
export function readIfMatch(header: string | undefined): string | undefined {
  return header?.replace(/^"(.*)"$/, '$1');
}

/** Refuses with 412 unless `ifMatch` is `*` or the current etag. */
export function requireMatch(ifMatch: string, etag: string): void {
  if (ifMatch === '*' || ifMatch === etag) return;
  throw new HubError('PreconditionFailed', 'ETag mismatch: the object was changed by someone else; read it again');
}
