import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { bundleDashboard } from './bundle-dashboard.ts';
import { thirdPartyNotices } from './third-party-notices.ts';
import { outputArgument } from './output-argument.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Where the package goes unless told otherwise; `npm pack` there makes the file to publish. */
export const CLI_PACKAGE = resolve(ROOT, 'dist/iotedge-net');

/**
 * Makes the package `iotedge-net`: the command line as files that run with Node alone, the JSON Schemas, licence, documentation and the notices of what is inside. The
 * Azure SDK, the sign-in and the page are files of their own, so that commands which need none of them start fast. Resolves with the sizes in bytes.
 */
export async function bundleCli(folder: string = CLI_PACKAGE): Promise<{ readonly bytes: number }> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(resolve(folder, 'bin'), { recursive: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { 'iotedge-net': 'packages/deployment/src/main.ts' },
    outdir: resolve(folder, 'bin'),
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    minify: true,
    legalComments: 'none',
    metafile: true,
    outExtension: { '.js': '.mjs' },
    // The Azure SDK is CommonJS and asks for Node's own modules by require.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';import{fileURLToPath as __toPath}from'node:url';import{dirname as __parent}from'node:path';const require=__createRequire(import.meta.url),__filename=__toPath(import.meta.url),__dirname=__parent(__filename);",
    },
    logLevel: 'error',
  });
  await bundleDashboard(resolve(folder, 'bin/dashboard-assets.json'));
  await cp(resolve(ROOT, 'packages/contract/schemas'), resolve(folder, 'schemas'), { recursive: true });
  for (const [from, to] of DOCUMENTS) await cp(resolve(ROOT, from), resolve(folder, to));
  await writeFile(resolve(folder, 'THIRD-PARTY-NOTICES.txt'), await thirdPartyNotices(ROOT, inputsOf(metafile)));
  await writeFile(resolve(folder, 'package.json'), `${JSON.stringify(await manifest(), null, 2)}\n`);
  return { bytes: Object.values(metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0) };
}

const DOCUMENTS: readonly (readonly [string, string])[] = [
  ['LICENSE', 'LICENSE'],
  ['packages/deployment/README.md', 'README.md'],
  ['docs/cli.md', 'docs/cli.md'],
  ['docs/network-yaml.md', 'docs/network-yaml.md'],
];

function inputsOf({ outputs }: Metafile): readonly string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
}

async function manifest(): Promise<object> {
  const text = await readFile(resolve(ROOT, 'packages/deployment/package.json'), 'utf8');
  const { version, license } = JSON.parse(text) as { readonly version: string; readonly license: string };
  return {
    name: 'iotedge-net',
    version,
    description: 'Networking of IoT Edge devices and their Kubernetes from one network.yaml.',
    license,
    type: 'module',
    bin: { 'iotedge-net': 'bin/iotedge-net.mjs' },
    engines: { node: '>=22' },
  };
}

if (import.meta.filename === process.argv[1]) {
  const folder = resolve(outputArgument('bundle:cli', 'the package of the command line', CLI_PACKAGE));
  const { bytes } = await bundleCli(folder);
  process.stderr.write(`${folder}: ${(bytes / 1e6).toFixed(2)} MB\n`);
}
