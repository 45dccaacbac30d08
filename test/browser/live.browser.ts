import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { startSimulatedPage, type OpenPage, type SimulatedPage } from './support/simulated-page.ts';

const DEPLOYMENTS = { group: 'apps', version: 'v1', plural: 'deployments' };

describe('[browser] the page is live', function () {
  this.timeout(180_000);
  let world: SimulatedPage;
  let opened: OpenPage;
  let page: Page;

  before(async () => {
    world = await startSimulatedPage();
    opened = await world.open(`#/devices/${world.device}/path?chosen=iotedge%2Fwebserver`);
    page = opened.page;
  });
  after(() => world.close());

  const hop = (service: string, name: string): Locator =>
    page.locator(`[data-test="path iotedge/${service}"] [data-hop="${name}"]`).first();
  const state = (service: string, name: string, expected: string): Promise<void> =>
    page
      .locator(`[data-test="path iotedge/${service}"] [data-hop="${name}"][data-state="${expected}"]`)
      .first()
      .waitFor({ timeout: 30_000 });
  const scaleDatabase = (replicas: number): unknown =>
    world.simulation.simulator.cluster.client.patch(
      DEPLOYMENTS,
      { namespace: 'iotedge', name: 'database' },
      { kind: 'merge', body: { spec: { replicas } } },
    );

  it('draws the way from a client to the pods, and by name to the database', async () => {
    for (const name of ['address', 'announcer', 'service', 'endpoints', 'pods']) await state('webserver', name, 'ok');
    for (const name of ['dns', 'clusterIp', 'endpoints', 'pods']) await state('database', name, 'ok');
    assert.match((await hop('database', 'dns').textContent()) ?? '', /database\.iotedge\.svc\.cluster\.local/);
    assert.equal(await hop('webserver', 'pods').locator('.pod').count(), 2);
  });

  it('names the broken hop when the database is killed, and heals with it', async () => {
    scaleDatabase(0);
    await state('database', 'endpoints', 'broken');
    await state('database', 'pods', 'beyond');
    await page.locator('[data-test="path iotedge/database"]').getByText('The path breaks at: Endpoints').waitFor();
    await state('webserver', 'address', 'ok');
    scaleDatabase(1);
    await state('database', 'endpoints', 'ok');
  });

  it('shows two browsers the same, without reloading', async () => {
    const services = `#/devices/${world.device}/services`;
    // One after the other: an address signs in one browser.
    const one = await world.open(services);
    const other = await world.open(services);
    const rows = (browser: OpenPage): Promise<string[]> =>
      browser.page.locator('.svc tbody tr td:nth-child(2)').allTextContents();
    await one.page.locator('.svc tbody tr').first().waitFor();
    await other.page.locator('.svc tbody tr').first().waitFor();
    scaleDatabase(0);
    for (const { page: shown } of [one, other])
      await shown
        .locator('.svc tr', { hasText: 'database' })

        .locator('.pill.bad')
        .waitFor({ timeout: 30_000 });
    assert.deepEqual(await rows(one), await rows(other));
    scaleDatabase(1);
    for (const { page: shown } of [one, other])
      await shown
        .locator('.svc tr', { hasText: 'database' })
        .getByText('Ready', { exact: true })
        .waitFor({ timeout: 30_000 });
    await Promise.all([one.context.close(), other.context.close()]);
  });

  it('says what is going on while the simulator is away, and goes on when it is back', async () => {
    await world.restart(async () => {
      await page.getByText(/^Hub away since/).waitFor({ timeout: 60_000 });
      await page.getByText(/What you see is from before/).waitFor();
      await hop('webserver', 'address').waitFor();
    });
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 60_000 });
    await state('webserver', 'endpoints', 'ok');
  });

  it('says that the program that serves it is away', async () => {
    await world.dashboard.close();
    await page.getByText('Server away').waitFor();
    await page.getByText(/The program that serves this page has not answered/).waitFor();
    const outside = [...opened.requests].filter((url) => !url.startsWith(`${world.origin}/`));
    assert.deepEqual(outside, []);
  });
});
