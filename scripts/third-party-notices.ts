import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** One package that is inside a bundle. */
interface Part {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** The notices of every package that bundled files (paths below `root`) come from: name, version, licence and its text. */
export async function thirdPartyNotices(root: string, files: readonly string[]): Promise<string> {
  const folders = [...new Set(files.flatMap(packageFolder))].sort();
  const parts = await Promise.all(folders.map((folder) => partOf(root, folder)));
  const notices = await Promise.all(parts.map((part) => noticeOf(root, part)));
  const head = 'This package contains the following software of others, each under its own licence.\n';
  return [head, ...notices].join(`\n${'-'.repeat(78)}\n\n`);
}

/** The innermost package of a path such as `node_modules/a/node_modules/@b/c/lib/x.js`. */
function packageFolder(path: string): readonly string[] {
  const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  return folder === undefined ? [] : [folder];
}

async function partOf(root: string, folder: string): Promise<Part> {
  const text = await readFile(resolve(root, folder, 'package.json'), 'utf8');
  const { name, version, license } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  return {
    folder,
    name: String(name),
    version: String(version),
    license: typeof license === 'string' ? license : 'see below',
  };
}

async function noticeOf(root: string, { folder, name, version, license }: Part): Promise<string> {
  const names = await readdir(resolve(root, folder));
  const texts = names.filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort();
  const contents = await Promise.all(
    texts.map((file) => readFile(resolve(root, folder, file), 'utf8').catch(() => '')),
  );
  return `${name} ${version} (${license})\n\n${contents.map((text) => text.trim()).join('\n\n')}\n`;
}
