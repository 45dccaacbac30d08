import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';
import { servePage } from './simulation/serve-page.ts';
import { startSimulation } from './simulation/start-simulation.ts';

const USAGE = `Runs the simulator and writes a PNG of every page of the dashboard, light and dark, 1280 and 360 wide.

  npm run screenshots -- [--out FOLDER] [--language TAG]

  --out FOLDER      where they go; default: dist/screenshots
  --language TAG    language of the pages: en, pt-BR, sv-SE, es-ES, fr-FR, zh-TW; default: en
`;

/** Pages, with what is there when they have their data, and what is done before the picture. */
const PAGES: readonly {
  readonly name: string;
  readonly ready: string;
  readonly act?: (page: Page) => Promise<void>;
}[] = [
  { name: 'fleet', ready: '.fleet-row' },
  { name: 'compute-network', ready: '#nodeIps' },
  {
    name: 'address-map',
    ready: '.cell.held',
    act: (page) => page.locator('.cell.held[role="gridcell"]').last().hover(),
  },
  { name: 'path', ready: '.hop.ok' },
  { name: 'services', ready: '.svc tbody tr' },
  { name: 'preview', ready: '#nodeIps', act: previewLosers },
];

/** Asks what a shorter range would do. */
async function previewLosers(page: Page): Promise<void> {
  const ranges = page.locator('#pool-0');
  const [first = '', last = ''] = (await ranges.inputValue()).split('-');
  await ranges.fill(`${first.replace(/\d+$/, (end) => String(Number(end) + 1))}-${last}`);
  await page.locator('.apply-bar .primary').click();
  await page.locator('[data-test="losers"] .change').first().waitFor();
}

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'dist/screenshots' },
    language: { type: 'string', default: 'en' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) process.stdout.write(USAGE);
else await takeAll(resolve(values.out), values.language);

async function takeAll(folder: string, locale: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { signal } = new AbortController();
  const simulation = await startSimulation({ signal, progress: (line) => process.stderr.write(`${line}\n`) });
  const dashboard = await servePage(simulation, { signal });
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1280, 360])
        await take(browser, { folder, locale, colorScheme, width, dashboard, device: simulation.simulator.deviceId });
  } finally {
    await browser.close();
    await dashboard.close();
    await simulation.close();
  }
}

interface Shot {
  readonly folder: string;
  readonly locale: string;
  readonly colorScheme: 'light' | 'dark';
  readonly width: number;
  readonly dashboard: { readonly port: number; address(): string };
  readonly device: string;
}

/** Every page in one look; each picture is as high as its page. */
async function take(browser: Browser, shot: Shot): Promise<void> {
  const { folder, locale, colorScheme, width, dashboard, device } = shot;
  const context = await browser.newContext({
    locale,
    colorScheme,
    reducedMotion: 'reduce',
    viewport: { width, height: 800 },
  });
  const page = await context.newPage();
  await page.goto(dashboard.address());
  for (const { name, ready, act } of PAGES) {
    const place = name === 'fleet' ? 'fleet' : `devices/${device}/${name === 'preview' ? 'compute-network' : name}`;
    await page.setViewportSize({ width, height: 800 });
    await page.goto(`http://127.0.0.1:${dashboard.port}/#/${place}`);
    await page.reload();
    await page.locator(ready).first().waitFor();
    if (name !== 'preview') await page.setViewportSize({ width, height: await heightOf(page) });
    await act?.(page);
    const file = `${folder}/${name}-${colorScheme}-${width}.png`;
    await page.screenshot({ path: file });
    process.stderr.write(`${file}\n`);
  }
  await context.close();
}

/** What sticks to the lower edge would cover the middle of a long page otherwise. */
async function heightOf(page: Page): Promise<number> {
  return Math.max(640, Number(await page.evaluate('document.documentElement.scrollHeight')));
}
