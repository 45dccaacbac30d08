import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { jsonSchemas } from '@iotedge-networking/contract';
import { format, resolveConfig } from 'prettier';

const FOLDER = new URL('../packages/contract/schemas/', import.meta.url);

/** The JSON Schemas that editors use, as files: place and text. */
export function schemaFiles(): readonly { readonly url: URL; readonly text: string }[] {
  return Object.entries(jsonSchemas()).map(([name, schema]) => ({
    url: new URL(`${name}.schema.json`, FOLDER),
    text: JSON.stringify(schema, null, 2),
  }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await mkdir(FOLDER, { recursive: true });
  for (const { url, text } of schemaFiles()) {
    const filepath = fileURLToPath(url);
    await writeFile(url, await format(text, { ...(await resolveConfig(filepath)), filepath }));
  }
}
