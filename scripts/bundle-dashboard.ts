import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'esbuild';
import { outputArgument } from './output-argument.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const WEB = resolve(ROOT, 'packages/dashboard/src/web');

/** Where the files of the page go unless told otherwise; the server looks for them there. */
export const DASHBOARD_ASSETS = resolve(ROOT, 'dist/dashboard-assets.json');

/** Sizes in bytes, compressed by gzip, of what a browser loads for a page in English. */
export interface DashboardSize {
  readonly script: number;
  readonly style: number;
}

interface PageFile {
  readonly path: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Makes the page for modern browsers (those with CSS `light-dark()`, 2024): minified and split, so that a language is loaded when it is chosen; every file compressed
 * in advance, all in one JSON file that lies beside a bundle of the server.
 */
export async function bundleDashboard(outfile: string = DASHBOARD_ASSETS): Promise<DashboardSize> {
  const files = [...(await bundled()), ...(await Promise.all(['index.html', 'icon.svg'].map(asItIs)))];
  const packed = await Promise.all(files.map(pack));
  await mkdir(dirname(outfile), { recursive: true });
  await writeFile(outfile, JSON.stringify({ files: packed }));
  const sizeOf = (path: string): number => {
    const file = packed.find((one) => one.path === path);
    return file === undefined ? 0 : Buffer.byteLength(file.gzip, 'base64');
  };
  return { script: sizeOf('/assets/main.js') + chunkSize(packed), style: sizeOf('/assets/main.css') };
}

async function bundled(): Promise<readonly PageFile[]> {
  const { outputFiles } = await build({
    entryPoints: [resolve(WEB, 'main.tsx'), resolve(WEB, 'style/main.css')],
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    outdir: ROOT,
    bundle: true,
    write: false,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: ['es2022', 'chrome123', 'firefox120', 'safari17.5'],
    supported: { 'top-level-await': true },
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  });
  return outputFiles.map(({ path, contents }) => ({ ...describe(basename(path)), bytes: contents }));
}

async function asItIs(name: string): Promise<PageFile> {
  return { ...describe(name), bytes: await readFile(resolve(WEB, name)) };
}

function describe(name: string): Pick<PageFile, 'path' | 'type'> {
  const path = name === 'index.html' ? '/' : `/assets/${name}`;
  return { path, type: TYPES[extname(name)] ?? 'application/octet-stream' };
}

interface PackedFile {
  readonly path: string;
  readonly type: string;
  readonly etag: string;
  readonly br: string;
  readonly gzip: string;
}

async function pack({ path, type, bytes }: PageFile): Promise<PackedFile> {
  const [br, zipped] = await Promise.all([
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    promisify(gzip)(bytes, { level: 9 }),
  ]);
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  return { path, type, etag: `"${digest}"`, br: br.toString('base64'), gzip: zipped.toString('base64') };
}

/** Parts that several scripts share are loaded with the first; languages are named after their files and loaded when chosen. */
function chunkSize(packed: readonly PackedFile[]): number {
  return packed
    .filter(({ path }) => path.startsWith('/assets/chunk-'))
    .reduce((sum, file) => sum + Buffer.byteLength(file.gzip, 'base64'), 0);
}

if (import.meta.filename === process.argv[1]) {
  const outfile = resolve(outputArgument('bundle:dashboard', 'the page', DASHBOARD_ASSETS));
  const { script, style } = await bundleDashboard(outfile);
  const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;
  process.stderr.write(`${outfile}: script ${kilobytes(script)}, style ${kilobytes(style)} compressed\n`);
}
