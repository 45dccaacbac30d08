import assert from 'node:assert/strict';
import { chooseLanguage } from '../../../../packages/dashboard/src/i18n/language.ts';
import { fillIn } from '../../../../packages/dashboard/src/i18n/translate.ts';

describe('[unit] chooseLanguage', () => {
  const cases: readonly [string, readonly (string | null | undefined)[], string][] = [
    ['nothing wished', [], 'en'],
    ['a language of ours', ['sv-SE', 'en'], 'sv-SE'],
    ['in other letters', ['ZH-tw'], 'zh-TW'],
    ['another country of it', ['pt-PT'], 'pt-BR'],
    ['the language without a country', ['fr'], 'fr-FR'],
    ['the second wish when the first cannot be met', ['de-DE', 'es-MX'], 'es-ES'],
    ['a remembered choice that is none', [null, undefined, '', 'xx'], 'en'],
  ];
  for (const [name, wishes, expected] of cases) it(name, () => assert.equal(chooseLanguage(wishes), expected));
});

describe('[unit] fillIn', () => {
  it('puts values in the place of their names, and leaves others', () =>
    assert.equal(fillIn('{a} of {b}, {c} {a}', { a: 1, b: 'two' }), '1 of two, {c} 1'));
});
