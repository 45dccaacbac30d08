import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { jsonSchemas } from '@iotedge-networking/contract';

const FOLDER = new URL('../packages/contract/schemas/', import.meta.url);

/** The JSON Schemas that editors use, as files: name and text. */
export function schemaFiles(): readonly { readonly url: URL; readonly text: string }[] {
  return Object.entries(jsonSchemas()).map(([name, schema]) => ({
    url: new URL(`${name}.schema.json`, FOLDER),
    text: `${JSON.stringify(schema, null, 2)}\n`,
  }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await mkdir(FOLDER, { recursive: true });
  for (const { url, text } of schemaFiles()) await writeFile(url, text);
}
