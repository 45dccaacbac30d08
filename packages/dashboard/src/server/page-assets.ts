import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** One file of the page, in the forms in which it is sent. */
export interface PageAsset {
  readonly type: string;
  /** Strong entity tag with its quotation marks. */
  readonly etag: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly br: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
}

/** The files of the page by path; `/` is the document. */
export type PageAssets = ReadonlyMap<string, PageAsset>;

const fileSchema = z.object({ path: z.string(), type: z.string(), etag: z.string(), br: z.base64(), gzip: z.base64() });
const tableSchema = z.object({ files: z.array(fileSchema) });

/** Name of the file that the build writes; it lies beside the bundle, or in the folder `dist` of the sources. */
export const ASSETS_FILE = 'dashboard-assets.json';

const PLACES = [`./${ASSETS_FILE}`, `../../../../dist/${ASSETS_FILE}`];

/** Reads the files of the page as the build has compressed them; rejects when they were not built. */
export async function loadPageAssets(
  candidates: readonly URL[] = PLACES.map((place) => new URL(place, import.meta.url)),
): Promise<PageAssets> {
  for (const candidate of candidates) {
    const text = await readFile(candidate, 'utf8').catch(() => undefined);
    if (text !== undefined) return readTable(text);
  }
  throw new Error(`The page has not been built (no ${ASSETS_FILE}). Run npm run bundle:dashboard.`);
}

async function readTable(text: string): Promise<PageAssets> {
  const { brotliDecompressSync } = await import('node:zlib');
  const { files } = tableSchema.parse(JSON.parse(text));
  return new Map(
    files.map(({ path, type, etag, br, gzip }) => {
      const compressed = Buffer.from(br, 'base64');
      const plain = brotliDecompressSync(compressed);
      return [
        path,
        { type, etag, plain: copied(plain), br: copied(compressed), gzip: copied(Buffer.from(gzip, 'base64')) },
      ];
    }),
  );
}

function copied(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer);
}

/** The smallest form that the browser takes. */
export function chosenForm(
  asset: PageAsset,
  acceptEncoding: string,
): { body: Uint8Array<ArrayBuffer>; encoding?: 'br' | 'gzip' } {
  const accepted = acceptEncoding.split(',').map((part) => part.trim());
  const takes = (name: string): boolean =>
    accepted.some((one) => one === name || (one.startsWith(`${name};`) && !/;\s*q=0(\.0*)?$/.test(one)));
  if (takes('br')) return { body: asset.br, encoding: 'br' };
  if (takes('gzip')) return { body: asset.gzip, encoding: 'gzip' };
  return { body: asset.plain };
}
