import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { PageAssets } from '@iotedge-networking/dashboard';

/** A page of one document and one script, for tests that are not about the page. */
export function pageAssets(script = 'export const page = "the page";\n'.repeat(50)): PageAssets {
  const asset = (text: string, type: string) => ({
    ...{ type, etag: `"${text.length}"`, plain: new Uint8Array(Buffer.from(text)) },
    ...{ br: new Uint8Array(brotliCompressSync(text)), gzip: new Uint8Array(gzipSync(text)) },
  });
  return new Map([
    ['/', asset('<!doctype html><title>page</title>', 'text/html; charset=utf-8')],
    ['/assets/app.js', asset(script, 'text/javascript; charset=utf-8')],
  ]);
}
