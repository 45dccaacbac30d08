import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { commandDefinitions, commandReference } from '@iotedge-networking/deployment';
import { format, resolveConfig } from 'prettier';

/** Where the reference of the command line stands. */
export const CLI_REFERENCE = new URL('../docs/cli.md', import.meta.url);

/** docs/cli.md as the definitions of the commands make it. */
export async function cliReference(): Promise<string> {
  const filepath = fileURLToPath(CLI_REFERENCE);
  return format(commandReference(commandDefinitions), { ...(await resolveConfig(filepath)), filepath });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(CLI_REFERENCE, await cliReference());
