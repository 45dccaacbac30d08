import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { bundleDashboard, DASHBOARD_ASSETS } from './bundle-dashboard.ts';
import { outputArgument } from './output-argument.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Where the bundle goes unless told otherwise. */
export const NETWORKING_BUNDLE = resolve(ROOT, 'dist/networking.mjs');

/** Flags with which the container images start Node: a small young generation, and code that is compiled for size. */
export const NETWORKING_FLAGS: readonly string[] = ['--max-semi-space-size=1', '--optimize-for-size'];

/** What the container images set in the environment beside it: one arena of memory, as Alpine's C library has anyway. */
export const NETWORKING_ENVIRONMENT: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };

/**
 * Makes the networking module one file that runs with Node alone, as it stands in the container image, and beside it the server of its page, which is loaded only
 * when it is asked for. The Azure SDK is CommonJS: the banner gives it the `require` that it needs for Node's own modules. Resolves with the size of the first
 * in bytes.
 */
export async function bundleNetworking(outfile: string = NETWORKING_BUNDLE): Promise<number> {
  await mkdir(dirname(outfile), { recursive: true });
  await bundleProgram('page/open-page.ts', resolve(dirname(outfile), PAGE_BUNDLE));
  return bundleProgram('main.ts', outfile, [pageApart, mqttWithoutCache], [NO_CACHE]);
}

async function bundleProgram(
  source: string,
  outfile: string,
  plugins: Plugin[] = [],
  inject: string[] = [],
): Promise<number> {
  await build({
    entryPoints: [resolve(ROOT, 'modules/networking/src', source)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    minify: true,
    legalComments: 'none',
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    logLevel: 'warning',
    plugins,
    inject,
  });
  const text = escapeNonAscii(await readFile(outfile, 'utf8'));
  await writeFile(outfile, text);
  return text.length;
}

const PAGE_BUNDLE = 'networking-page.mjs';

/** The page's server stays a file of its own: a module that serves no page does not carry it in memory. */
const pageApart: Plugin = {
  name: PAGE_BUNDLE,
  setup(builder) {
    builder.onResolve({ filter: /\/page\/open-page\.ts$/ }, () => ({ path: `./${PAGE_BUNDLE}`, external: true }));
  },
};

const NO_CACHE = 'mqtt-packet-without-cache';

/**
 * The SDK's MQTT library makes a Buffer for each of 65,536 numbers in advance, nine megabytes that a module with a few packets a minute never needs. It has a
 * switch for that; this sets it before anything else runs.
 */
const mqttWithoutCache: Plugin = {
  name: NO_CACHE,
  setup(builder) {
    const ofSdk = createRequire(createRequire(import.meta.url).resolve('azure-iot-mqtt-base'));
    builder.onResolve({ filter: new RegExp(`^${NO_CACHE}$`) }, () => ({ path: NO_CACHE, namespace: NO_CACHE }));
    builder.onLoad({ filter: /./, namespace: NO_CACHE }, () => ({
      contents: `require(${JSON.stringify(ofSdk.resolve('mqtt-packet'))}).writeToStream.cacheNumbers = false;`,
      resolveDir: ROOT,
    }));
  },
};

/**
 * One character beyond Latin-1 makes V8 keep the whole source with two bytes per character: four megabytes of memory on every device for one `µ`. The
 * bundler escapes strings, but not regular expressions and comments.
 */
function escapeNonAscii(text: string): string {
  // eslint-disable-next-line no-control-regex -- everything outside ASCII is exactly what is meant.
  return text.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

if (import.meta.filename === process.argv[1]) {
  const outfile = resolve(
    outputArgument('bundle', 'the networking module as one file, its page beside it', NETWORKING_BUNDLE),
  );
  const bytes = await bundleNetworking(outfile);
  await bundleDashboard(resolve(dirname(outfile), basename(DASHBOARD_ASSETS)));
  process.stderr.write(`${outfile}: ${(bytes / 1e6).toFixed(2)} MB\n`);
}
