import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadPageAssets, startDashboard, type DeviceFacts } from '@iotedge-networking/dashboard';
import { encodeTwinKey, type Reported } from '@iotedge-networking/contract';
import { chromium, type Page } from 'playwright-core';
import { bundleDashboard } from '../../scripts/bundle-dashboard.ts';
import { memorySource, sampleFacts } from '../support/dashboard-source.ts';
import { median, quantile } from './quantile.ts';

const DEVICES = 10_000;
const SERVICES = 1_000;
const LARGE = 'large-range';

/** How long one event keeps the page's thread busy, in milliseconds of processor time. */
interface EventFigure {
  readonly events: number;
  readonly median: number;
  readonly p95: number;
  readonly worst: number;
}

/**
 * Typing and pointing in Chromium: a fleet of 10,000 devices, and a device with a /16 and 1,000 Services. A figure is the processor time from an event until the page is drawn
 * anew; 50 ms is what the page promises.
 */
export async function dashboardFigures(say: (line: string) => void): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), 'dashboard-bench-'));
  const file = join(folder, 'assets.json');
  const size = await bundleDashboard(file);
  const source = memorySource();
  for (let index = 0; index < DEVICES - 1; index += 1)
    source.put(sampleFacts(`store-${String(index).padStart(5, '0')}`));
  source.put(largeDevice());
  const dashboard = await startDashboard({
    ...{ source, assets: await loadPageAssets([pathToFileURL(file)]), about: { version: '0' } },
    randomText: () => randomBytes(32).toString('base64url'),
    onError: (error) => say(String(error)),
  });
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(dashboard.address());
    return { compressedBytes: size, milliseconds: await measureAll(page, say) };
  } finally {
    await browser.close();
    await dashboard.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureAll(page: Page, say: (line: string) => void): Promise<Readonly<Record<string, EventFigure>>> {
  const origin = new URL(page.url()).origin;
  const show = async (path: string, ready: string): Promise<void> => {
    say(`measuring ${path}`);
    await page.goto(`${origin}/#/${path}`);
    await page.locator(ready).first().waitFor();
  };
  await show('fleet', '.fleet-row');
  const fleetFilter = await typing(page, 'input[type=search]', ['s', 'st', 'store-00', 'store-0012', 'x', '']);
  const fleetHover = await hovering(page, '.fleet-row');
  await show(`devices/${LARGE}/address-map`, '.cell.several');
  const mapHover = await hovering(page, '[role=gridcell]');
  await show(`devices/${LARGE}/services`, '.svc tbody tr');
  const serviceFilter = await typing(page, 'input[type=search]', ['a', 'app-1', 'app-12', 'plant', 'x', '']);
  await show(`devices/${LARGE}/compute-network`, '#pool-0');
  const ranges = ['10.65.0.0-10.65.255.25', '10.65.0.0-10.65.255.255', '10.65.0.0-10.65.1.1', '10.65', '10.65.0.0/16'];
  const rangeTyping = await typing(page, '#pool-0', ranges);
  return { fleetFilter, fleetHover, mapHover, serviceFilter, rangeTyping };
}

const ROUNDS = 8;
const HOVERED = 60;

function typing(page: Page, selector: string, texts: readonly string[]): Promise<EventFigure> {
  const all = Array.from({ length: ROUNDS }, () => texts).flat();
  return measured(
    page,
    all.map(
      (text) => `
    const input = document.querySelector(${JSON.stringify(selector)});
    input.value = ${JSON.stringify(text)};
    input.dispatchEvent(new InputEvent('input', { bubbles: true }));`,
    ),
  );
}

async function hovering(page: Page, selector: string): Promise<EventFigure> {
  await page.locator(selector).first().waitFor();
  const count = Math.min(HOVERED, await page.locator(selector).count());
  return measured(
    page,
    Array.from(
      { length: count },
      (_, index) => `
    const element = document.querySelectorAll(${JSON.stringify(selector)})[${index}];
    element.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }));
    element.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));`,
    ),
  );
}

/** Runs each piece in the page, waits until it is drawn, and reads how long the page's thread was busy with it: processor time, so that other programs do not count. */
async function measured(page: Page, pieces: readonly string[]): Promise<EventFigure> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
  };
  const times: number[] = [];
  for (const piece of pieces) {
    const before = await busy();
    await page.evaluate(`(async () => {
      ${piece}
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    })()`);
    times.push((await busy()) - before);
  }
  await session.detach();
  return { events: times.length, median: median(times), p95: quantile(times, 0.95), worst: Math.max(...times) };
}

function largeDevice(): DeviceFacts {
  const services: Record<string, Record<string, Reported['services'][string][string]>> = {};
  const addresses: Record<string, string> = {};
  for (let index = 0; index < SERVICES; index += 1) {
    const ip = `10.65.${(index * 13) >> 8}.${(index * 13) & 255}`;
    const namespace = `line-${index % 7}`;
    const name = `app-${index}`;
    (services[namespace] ??= {})[name] = {
      ...{ type: 'LoadBalancer', ips: ip, clusterIp: `172.28.${index >> 8}.${index & 255}`, ports: '8080/TCP' },
      ...{ ready: '1/1', node: 'k8s-1', pool: 'default', state: 'Ready', reason: '', owner: 'other' },
    };
    addresses[encodeTwinKey(ip)] = `${namespace}/${name}`;
  }
  return sampleFacts(LARGE, {
    ...{ services, addresses },
    pools: { default: { ranges: '10.65.0.0-10.65.255.255', total: 65_536, used: SERVICES } },
    summary: { services: SERVICES, ready: SERVICES, external: SERVICES, poolFree: 65_536 - SERVICES },
  });
}
