import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { LANGUAGES } from '../../packages/dashboard/src/i18n/language.ts';
import { startSimulatedPage, type OpenPage, type SimulatedPage } from './support/simulated-page.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const PAGES = ['fleet', 'compute-network', 'address-map', 'path', 'services'] as const;
/** Something that is there only when the page has its data. */
const READY: Readonly<Record<(typeof PAGES)[number], string>> = {
  fleet: '.fleet-row',
  'compute-network': '#nodeIps',
  'address-map': '.cell.held',
  path: '.hop.ok',
  services: '.svc tbody tr',
};

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

describe('[browser] every page', function () {
  this.timeout(240_000);
  let world: SimulatedPage;
  let axe: string;

  before(async () => {
    axe = await readFile(AXE, 'utf8');
    world = await startSimulatedPage();
  });
  after(() => world.close());

  const show = async (page: Page, name: (typeof PAGES)[number]): Promise<void> => {
    await page.goto(`${world.origin}/${name === 'fleet' ? '#/fleet' : `#/devices/${world.device}/${name}`}`);
    await page.locator(READY[name]).first().waitFor();
  };
  const violations = async (page: Page): Promise<readonly string[]> => {
    await page.evaluate(axe);
    const found = await page.evaluate<readonly Violation[]>(
      `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
    );
    return found.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
    );
  };

  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1280, 360])
      it(`has nothing that axe-core finds wrong, ${colorScheme}, ${width} wide`, async () => {
        // axe is put in by the test; the page itself lets no foreign script in.
        const opened = await world.open('#/fleet', { colorScheme, bypassCSP: true, viewport: { width, height: 800 } });
        for (const name of PAGES) {
          await show(opened.page, name);
          assert.deepEqual(await violations(opened.page), [], name);
        }
        await opened.context.close();
      });

  it('has nothing that axe-core finds wrong in a preview with losers', async () => {
    const opened = await world.open('#/fleet', { bypassCSP: true });
    await show(opened.page, 'compute-network');
    const ranges = await opened.page.locator('#pool-0').inputValue();
    await opened.page.locator('#pool-0').fill(ranges.replace('75.206', '75.207'));
    await opened.page.locator('.apply-bar .primary').click();
    await opened.page.locator('[data-test="losers"] .change').first().waitFor();
    assert.deepEqual(await violations(opened.page), []);
    await opened.context.close();
  });

  for (const language of LANGUAGES)
    it(`speaks ${language}, chosen by the browser, without an error and within 360 px`, async () => {
      const opened = await world.open('#/fleet', { locale: language, viewport: { width: 360, height: 800 } });
      for (const name of PAGES) {
        await show(opened.page, name);
        assert.equal(await opened.page.evaluate('document.documentElement.lang'), language);
        assert.equal(await opened.page.evaluate('document.documentElement.scrollWidth'), 360, name);
        assert.doesNotMatch((await opened.page.locator('body').textContent()) ?? '', /\{\w+\}|undefined|NaN/);
      }
      assert.deepEqual(opened.errors, []);
      await opened.context.close();
    });

  it('changes its language and colours, and remembers them', async () => {
    const opened = await world.open('#/fleet');
    await opened.page.getByLabel('Language').selectOption('sv-SE');
    await opened.page.getByRole('heading', { name: 'Flotta' }).waitFor();
    await opened.page.getByLabel('Färger').selectOption('dark');
    await opened.page.reload();
    await opened.page.getByRole('heading', { name: 'Flotta' }).waitFor();
    assert.equal(await opened.page.evaluate('document.documentElement.dataset.theme'), 'dark');
    await opened.context.close();
  });

  it('is used with the keyboard alone', async () => {
    const opened: OpenPage = await world.open('#/fleet');
    const { page } = opened;
    await show(page, 'address-map');
    await page.locator('.cell.held').first().focus();
    await page.locator('[data-test="chosen-address"]').getByText('iotedge/').first().waitFor();
    await page.keyboard.press('End');
    await page.locator('[data-test="chosen-address"]').getByText('Free').waitFor();
    await page.locator('body').press('Tab');
    await show(page, 'fleet');
    await page.locator('.fleet-row').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('#nodeIps').waitFor();
    await page.keyboard.press('Tab');
    assert.notEqual(await page.evaluate('document.activeElement?.tagName'), 'BODY');
    await opened.context.close();
  });

  it('shows the fleet again after a filter that nothing fits', async () => {
    const opened = await world.open('#/fleet');
    const filter = opened.page.getByRole('searchbox');
    await opened.page.locator('.fleet-row').first().waitFor();
    await filter.fill('nothing fits this');
    await opened.page.getByText('No device fits the filter.').waitFor();
    await filter.fill('');
    await opened.page.locator('.fleet-row').first().waitFor();
    await opened.context.close();
  });

  it('asks nobody but its own server', async () => {
    const opened = await world.open('#/fleet');
    for (const name of PAGES) await show(opened.page, name);
    assert.deepEqual(
      opened.requests.filter((url) => !url.startsWith(`${world.origin}/`)),
      [],
    );
    await opened.context.close();
  });
});
