import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { schemaFiles } from '../../scripts/write-schemas.ts';

describe('[unit] JSON Schemas for editors', () => {
  for (const { url, text } of schemaFiles())
    it(`${url.pathname.split('/').at(-1) ?? ''} is current; node scripts/write-schemas.ts writes it anew`, async () => {
      assert.deepEqual(JSON.parse(await readFile(url, 'utf8')), JSON.parse(text));
    });
});
