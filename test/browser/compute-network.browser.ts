import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { connectHub } from '@iotedge-networking/deployment';
import type { Page } from 'playwright-core';
import { startSimulatedPage, type OpenPage, type SimulatedPage } from './support/simulated-page.ts';

describe('[browser] Compute network', function () {
  this.timeout(180_000);
  let world: SimulatedPage;
  let opened: OpenPage;
  let page: Page;

  before(async () => {
    world = await startSimulatedPage();
    opened = await world.open(`#/devices/${world.device}/compute-network`);
    page = opened.page;
    await page.locator('#nodeIps').waitFor();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await page.screenshot({ path: `/tmp/web/fail-${Date.now()}.png`, fullPage: true });
  });
  after(() => world.close());

  /** An address of the device's subnet, by its last two numbers: the simulated one has its own second number. */
  const own = (rest: string): string => {
    const [first = '', second = ''] = world.simulation.network.devices[0]?.computeNetwork.subnet?.split('.') ?? [];
    return `${first}.${second}.${rest}`;
  };
  const range = (first: string, last: string): string => `${own(first)}-${own(last)}`;
  const codes = async (scope: string): Promise<readonly (string | null)[]> => {
    const items = await page.locator(`${scope} [data-code]`).all();
    return Promise.all(items.map((item) => item.getAttribute('data-code')));
  };
  const discard = async (): Promise<void> => {
    const button = page.getByRole('button', { name: 'Discard' });
    if (await button.isEnabled()) await button.click();
  };
  const desired = async (): Promise<unknown> => {
    const { simulator, moduleId } = world.simulation;
    const twin = await connectHub(simulator.hub.connectionString()).getModuleTwin(simulator.deviceId, moduleId);
    return twin?.desired;
  };
  const apply = async (): Promise<void> => page.locator('.apply-bar .primary').click();

  describe('answers every mistake while it is typed', () => {
    afterEach(discard);

    const mistakes: readonly [string, string, string, () => string, RegExp | undefined][] = [
      ['N01', 'a text that is no range', 'nodeIps', () => '10.1.2', /Put back/],
      ['N01', 'a range that ends before it starts', 'nodeIps', () => range('75.201', '75.200'), /Change to .*200-/],
      ['N02', 'one node IP too few', 'nodeIps', () => own('75.200'), /Change to/],
      ['N03', 'ranges that overlap', 'pool-0', () => range('75.201', '75.215'), /Change to/],
      ['N04', 'a range outside the subnet', 'pool-0', () => '10.9.9.1-10.9.9.9', /Change to/],
      ['N04', 'a range that holds the gateway', 'pool-0', () => range('72.1', '72.9'), /Change to/],
      ['N06', 'fewer addresses than Services', 'pool-0', () => own('75.206'), /Change to/],
      ['N07', 'subnets that overlap', 'podSubnet', () => own('72.0/22'), undefined],
      ['N08', 'a subnet with host bits', 'podSubnet', () => '172.29.1.1/16', /Change to 172\.29\.0\.0\/16/],
      ['N09', 'other node IPs while the cluster exists', 'nodeIps', () => range('75.190', '75.192'), /Put back/],
      ['N10', 'a range without an address in use', 'pool-0', () => range('75.207', '75.215'), /Put back/],
    ];
    for (const [code, what, field, value, fix] of mistakes)
      it(`${code}: ${what}`, async () => {
        await page.locator(`#${field}`).fill(value());
        await page.locator(`main [data-field] [data-code="${code}"]`).first().waitFor();
        if (fix !== undefined) {
          const button = page.locator(`main [data-field] [data-code="${code}"] button`).first();
          assert.match((await button.textContent()) ?? '', fix);
          await button.click();
          const broken = await codes('[data-test="checks"]');
          assert.equal(broken.includes(code), false, `still ${broken.join()}`);
        }
      });

    it('N13: AS numbers, hold time and a peer inside the own ranges', async () => {
      await page.getByText('BGP', { exact: true }).click();
      await page.getByRole('button', { name: 'Add a peer' }).click();
      await page.locator('#peer-0-peerAddress').fill(own('75.206'));
      await page.locator('#peer-0-peerAsn').fill('65535');
      await page.locator('#peer-0-holdTimeSeconds').fill('1');
      await page.locator('[data-test="checks"] [data-code="N13"]').nth(2).waitFor();
      for (let left = 3; left > 0; left -= 1)
        await page.locator('section[aria-labelledby="announce-title"] [data-code="N13"] button').first().click();
      assert.deepEqual(await codes('[data-test="checks"]'), []);
    });

    it('N15: MTU and VLAN, and shows the lines that only the device can run', async () => {
      await page.getByText('Virtual switch of the device').click();
      await page.locator('#mtu').fill('9000');
      await page.locator('#vlans').fill('7, 7, 5000');
      await page.locator('#switch-problems [data-code="N15"]').nth(2).waitFor();
      await page.locator('#mtu').fill('1500');
      await page.locator('#vlans').fill('7, 8');
      await page.getByText(/Add-HcsVirtualNetwork .* -VlanId 8/).waitFor();
    });

    it('marks the input, counts demand against supply and does not let a broken rule be applied', async () => {
      await page.locator('#pool-0').fill(own('75.206'));
      assert.equal(await page.locator('#pool-0').getAttribute('aria-invalid'), 'true');
      await page.locator('[data-test="demand"]').getByText('Missing').waitFor();
      assert.equal(await page.locator('.apply-bar .primary').isEnabled(), false);
    });

    it('explains the three kinds of mutability at the field', async () => {
      for (const [field, text] of [
        ['externalServiceIps', 'Takes effect at once'],
        ['podSubnet', 'Set by PowerShell on the device'],
        ['nodeIps', 'remove the compute role'],
      ] as const) {
        await page.locator(`[data-field="${field}"] summary`).click();
        await page.locator(`[data-field="${field}"]`).getByText(text).waitFor();
      }
    });
  });

  describe('changes', () => {
    it('shows who would lose an address when a range shrinks; cancel leaves everything as it was', async () => {
      const { networkFile } = world.simulation;
      const before = [await readFile(networkFile, 'utf8'), JSON.stringify(await desired())];
      await page.locator('#pool-0').fill(range('75.207', '75.215'));
      await apply();
      const losers = page.locator('[data-test="losers"]');
      await losers.getByText('iotedge/edgehub').waitFor();
      await losers.getByText(own('75.206')).waitFor();
      assert.equal(await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).isEnabled(), false);
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
      await discard();
      assert.deepEqual([await readFile(networkFile, 'utf8'), JSON.stringify(await desired())], before);
    });

    it('applies a good change step by step; twin, map and Services follow', async () => {
      await page.locator('#pool-0').fill(range('75.206', '75.220'));
      await apply();
      await page.locator('[data-test="losers"]').getByText('No Service loses').waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
      await page.getByText('Done. The device reports the new state.').waitFor({ timeout: 60_000 });
      assert.ok((await page.locator('.step.done').count()) >= 3);
      assert.match(
        JSON.stringify(await desired()),
        new RegExp(`${own('75.206')}-${own('75.220')}`.replaceAll('.', '\\.')),
      );
      await page.getByRole('button', { name: 'Close' }).click();
      await page.getByRole('link', { name: 'Address map' }).click();
      await page.locator('.cell[data-end=".220"]').waitFor({ timeout: 20_000 });
      await page.getByRole('link', { name: 'Services', exact: true }).click();
      await page.locator('.svc').getByText(own('75.206')).first().waitFor();
      await page.getByRole('link', { name: 'Compute network' }).click();
    });

    it('takes an address away when that is meant, and goes back', async () => {
      await page.locator('#pool-0').fill(range('75.207', '75.220'));
      await apply();
      await page.getByRole('checkbox', { name: /I have seen/ }).check();
      await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
      await page.getByText(/Done\. The device|Not done\./).waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Go back to what was before' }).click();
      await page.getByRole('heading', { name: 'Going back' }).waitFor();
      await page.getByText('Done. The device reports the new state.').waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Close' }).click();
      await page.locator('.history').getByText('Went back').first().waitFor();
      assert.equal(await page.locator('#pool-0').inputValue(), range('75.206', '75.220'));
    });

    it('undoes a change from the history', async () => {
      const undo = page.locator('.history').getByRole('button', { name: 'Undo' }).first();
      await undo.click();
      await page.getByText(/Done\. The device|Not done\./).waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Close' }).click();
      assert.deepEqual(opened.errors, []);
    });
  });
});
