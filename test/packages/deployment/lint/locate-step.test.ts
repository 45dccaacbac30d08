import assert from 'node:assert/strict';
import { locateStep } from '../../../../packages/deployment/src/lint/locate-step.ts';
import { readJson } from '../../../../packages/deployment/src/lint/read-json.ts';

const TEXT = '{ "a": [{ "b": 1 }, 2], "c": { "d": "{}" } }';

/** What stands at the place of a path. */
function found(...at: readonly (string | number)[]): string {
  const reading = readJson(TEXT);
  assert.ok(reading.ok);
  return TEXT.slice(locateStep(reading.tree, at)).slice(0, 3);
}

describe('[unit] places in a manifest', () => {
  const CASES: readonly (readonly [why: string, at: readonly (string | number)[], text: string])[] = [
    ['the whole', [], '{ "'],
    ['a collection at its key', ['a'], '"a"'],
    ['an item', ['a', 0], '{ "'],
    ['a value in an item', ['a', 0, 'b'], '1 }'],
    ['a plain item', ['a', 1], '2],'],
    ['an item that is not there: the list', ['a', 7], '"a"'],
    ['a key that is no index', ['a', 'x'], '"a"'],
    ['a missing key: its parent', ['c', 'x', 'y'], '"c"'],
    ['the inside of a text: the text', ['c', 'd', 'HostConfig', 0], '"{}'],
  ];
  for (const [why, at, text] of CASES) it(why, () => assert.equal(found(...at), text));
});
