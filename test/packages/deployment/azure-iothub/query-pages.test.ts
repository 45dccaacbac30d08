import assert from 'node:assert/strict';
import { DEVICE_PAGE, modulePage } from '../../../../packages/deployment/src/azure-iothub/query-pages.ts';
import type { ModuleSelection } from '../../../../packages/deployment/src/commands/hub-gateway.ts';

/** The most that the hub gives at a time, and the most that a text of the runtime holds. */
const HUB_ROWS = 10_000;
const TEXT_CHARACTERS = 0x1fffffe8;

const SECTION_BYTES = 32 * 1024;

const CASES: readonly (Pick<ModuleSelection, 'desired' | 'reported'> & { readonly rows: number })[] = [
  { desired: false, reported: ['services'], rows: 5000 },
  { desired: ['modules'], reported: false, rows: 5000 },
  { desired: ['services'], reported: ['services'], rows: 2500 },
  { desired: true, reported: false, rows: 2500 },
  { reported: ['services'], rows: 2500 },
];

describe('[unit] pages of a query', () => {
  for (const { rows, ...selection } of CASES)
    it(`hold ${rows} module twins of ${JSON.stringify(selection)}`, () => {
      assert.equal(modulePage(selection), rows);
      assert.ok(rows * 2 * SECTION_BYTES < TEXT_CHARACTERS);
    });

  it('hold as many devices as the hub gives', () => assert.equal(DEVICE_PAGE, HUB_ROWS));
});
