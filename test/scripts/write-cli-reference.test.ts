import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { cliReference, CLI_REFERENCE } from '../../scripts/write-cli-reference.ts';

describe('[unit] docs/cli.md', function () {
  this.timeout(30_000);

  it('is what the definitions of the commands make it (node scripts/write-cli-reference.ts)', async () => {
    assert.equal(await readFile(CLI_REFERENCE, 'utf8'), await cliReference());
  });
});
