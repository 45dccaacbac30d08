import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dashboard } from '@iotedge-networking/dashboard';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { parse, stringify } from 'yaml';
import { loopbackNetwork } from '../../../scripts/loopback-network.ts';
import { servePage } from '../../../scripts/simulation/serve-page.ts';
import { startSimulation, type Simulation } from '../../../scripts/simulation/start-simulation.ts';
import { launchChromium } from './chromium.ts';

/** A page in a browser of its own, with what it asked of anybody. */
export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Every URL that was asked for, and every error that the page or its console told of. */
  readonly requests: readonly string[];
  readonly errors: readonly string[];
}

/** A simulator, the operator's page before it, and a browser. */
export interface SimulatedPage {
  readonly simulation: Simulation;
  readonly dashboard: Dashboard;
  readonly origin: string;
  /** Device in URLs. */
  readonly device: string;
  /** Signs in a new browser and shows a page of the device, or the fleet for ''. */
  open(path: string, options?: BrowserContextOptions): Promise<OpenPage>;
  /** Ends the simulator and starts it again as it was; `meanwhile` runs while it is away. */
  restart(meanwhile: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

const EXAMPLE = new URL('../../../deployment-templates/two-tier/network.yaml', import.meta.url);

/** Simulators beside each other on one machine have addresses of their own. */
const PLACES = [6, 5, 4, 3, 2, 1];

/** Starts everything; the two-tier example on loopback addresses. */
export async function startSimulatedPage(): Promise<SimulatedPage> {
  const directory = await mkdtemp(join(tmpdir(), 'iotedge-browser-'));
  const networkFile = join(directory, 'network.yaml');
  const signal = new AbortController().signal;
  const options = { networkFile, stateDir: join(directory, 'state'), signal, progress: () => undefined };
  let simulation = await startSomewhere(options);
  const { restPort, mqttPort } = simulation.simulator.hub;
  const dashboard = await servePage(simulation, { signal });
  const browser = await launchChromium();
  const origin = `http://127.0.0.1:${dashboard.port}`;
  return {
    get simulation() {
      return simulation;
    },
    ...{ dashboard, origin, device: simulation.simulator.deviceId },
    open: (path, contextOptions) => openPage(browser, dashboard, `${origin}/${path}`, contextOptions),
    restart: async (meanwhile) => {
      await simulation.close();
      await meanwhile();
      simulation = await startSimulation({ ...options, restPort, mqttPort });
    },
    close: async () => {
      await browser.close();
      await dashboard.close();
      await simulation.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function startSomewhere(options: Parameters<typeof startSimulation>[0]): Promise<Simulation> {
  const example: unknown = parse(await readFile(EXAMPLE, 'utf8'));
  let failure: unknown;
  for (const place of PLACES) {
    await writeFile(options.networkFile ?? '', stringify(loopbackNetwork(example, place)));
    try {
      return await startSimulation(options);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function openPage(
  browser: Browser,
  dashboard: Dashboard,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const requests: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(dashboard.address());
  await page.goto(url);
  await page.locator('main').waitFor();
  return { page, context, requests, errors };
}
