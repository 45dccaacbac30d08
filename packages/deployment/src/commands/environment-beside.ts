import { basename, dirname, join } from 'node:path';
import { readDotEnv } from '../generate/registry-credentials.ts';
import type { Environment } from '../network-file/environment-placeholders.ts';
import type { CommandIo } from './command-io.ts';

const DOT_ENV = '.env';

/** Whether a file holds variables, secrets perhaps: it is read as it is now, and never kept. */
export function isDotEnv(path: string): boolean {
  return basename(path) === DOT_ENV;
}

/** The environment, and below it the file `.env` beside the network file, where VS Code and iotedgedev look too. */
export async function environmentBeside(
  { environment, files }: Pick<CommandIo, 'environment' | 'files'>,
  file: string,
): Promise<Environment> {
  const text = await files.read(join(dirname(file), DOT_ENV)).catch(() => '');
  return { ...readDotEnv(text), ...environment };
}
