import assert from 'node:assert/strict';
import { LANGUAGES } from '../../../../packages/dashboard/src/i18n/language.ts';
import { readTheme } from '../../../../packages/dashboard/src/web/shell/theme.ts';
import {
  formatAgo,
  formatNumber,
  formatTime,
  language,
  reasonMeans,
  reasonMend,
  speak,
  t,
} from '../../../../packages/dashboard/src/web/words.ts';

describe('[unit] words', () => {
  afterEach(() => speak('en'));

  for (const tag of LANGUAGES)
    it(`speaks ${tag}`, async () => {
      await speak(tag);
      assert.equal(language(), tag);
      assert.ok(t('page.services').length > 0);
      assert.match(t('fleet.shown', { shown: 3, total: 5 }), /3.*5/);
      assert.ok(reasonMeans('PoolExhausted').length > 5 && reasonMend('PoolExhausted').length > 5);
    });

  it('writes numbers as the language does', async () => {
    await speak('fr-FR');
    assert.match(formatNumber(65_536), /^65.536$/);
  });

  const now = Date.parse('2026-03-01T12:00:00');
  it('writes the date only when it is not of today', () => {
    assert.match(formatTime(now - 60_000, now), /^11:59:00/);
    assert.match(formatTime(now - 172_800_000, now), /Feb 27, 2026/);
    assert.equal(formatTime('nonsense', now), '–');
  });
  for (const [passed, expected] of [
    [59_000, 'now'],
    [61_000, '1 minute ago'],
    [7_200_000, '2 hours ago'],
    [90_000_000, 'yesterday'],
    [-5000, 'now'],
  ] as const)
    it(`${passed} ms are ${expected}`, () =>
      assert.equal(formatAgo(new Date(now - passed).toISOString(), now), expected));
  it('does not know how long ago nothing was', () => assert.equal(formatAgo(undefined, now), '–'));
});

describe('[unit] readTheme', () => {
  it('knows light and dark, and follows the system otherwise', () =>
    assert.deepEqual(['light', 'dark', 'pink', null].map(readTheme), ['light', 'dark', 'auto', 'auto']));
});
