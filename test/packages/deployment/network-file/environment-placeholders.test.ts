import assert from 'node:assert/strict';
import { expandPlaceholders } from '../../../../packages/deployment/src/network-file/environment-placeholders.ts';

const CASES: readonly { why: string; text: string; expect: string; codes?: readonly string[] }[] = [
  { why: 'plain text stays', text: 'nginx:1', expect: 'nginx:1' },
  { why: 'a name is replaced, also in the middle', text: 'a-${NAME}-b', expect: 'a-value-b' },
  { why: 'several are replaced', text: '${NAME}${NAME}', expect: 'valuevalue' },
  { why: 'an empty variable is a value', text: '[${EMPTY}]', expect: '[]' },
  { why: 'a default stands in for an unset variable', text: '${UNSET:-fallback}', expect: 'fallback' },
  { why: 'a default stands in for an empty variable', text: '${EMPTY:-fallback}', expect: 'fallback' },
  { why: 'a default does not hide a value', text: '${NAME:-fallback}', expect: 'value' },
  { why: 'a default may be empty', text: '[${UNSET:-}]', expect: '[]' },
  { why: 'a default may hold what a name may not', text: '${UNSET:-10.0.0.1:80}', expect: '10.0.0.1:80' },
  { why: 'a doubled dollar makes it literal', text: '$${NAME}', expect: '${NAME}' },
  { why: 'a dollar alone is text', text: '$NAME and $', expect: '$NAME and $' },
  { why: 'an open brace without end is text', text: '${NAME', expect: '${NAME' },
  { why: 'values are not expanded again', text: '${NESTED}', expect: '${NAME}' },
  { why: 'an unset variable is a problem', text: '${UNSET}', expect: '${UNSET}', codes: ['unresolved-placeholder'] },
  { why: 'a bad name is a problem', text: '${1st}', expect: '${1st}', codes: ['bad-placeholder'] },
  {
    why: 'every problem is reported',
    text: '${UNSET} ${}',
    expect: '${UNSET} ${}',
    codes: ['unresolved-placeholder', 'bad-placeholder'],
  },
];

describe('[unit] environment placeholders', () => {
  for (const { why, text, expect, codes = [] } of CASES)
    it(why, () => {
      const expanded = expandPlaceholders(text, { NAME: 'value', EMPTY: '', NESTED: '${NAME}' });
      assert.deepEqual(
        { text: expanded.text, codes: expanded.problems.map((problem) => problem.code) },
        { text: expect, codes },
      );
    });
});
