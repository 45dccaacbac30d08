import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bundleDashboard } from '../../scripts/bundle-dashboard.ts';
import { sampleReported } from '../packages/deployment/sample-reported.ts';
import { signIn } from '../support/dashboard-client.ts';
import { eventually } from '../support/eventually.ts';
import { startHubFixture, type HubFixture } from '../support/hub-fixture.ts';

const MAIN = fileURLToPath(new URL('../../packages/deployment/src/main.ts', import.meta.url));

describe('[wire] iotedge-net ui as a process', function () {
  this.timeout(60_000);
  let fixture: HubFixture;
  let folder: string;

  before(async () => {
    fixture = await startHubFixture();
    folder = await mkdtemp(join(tmpdir(), 'iotedge-ui-'));
    await writeFile(join(folder, 'ca.pem'), fixture.certificates.ca);
    await bundleDashboard();
  });
  after(async () => {
    await fixture.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('prints an address that signs in, shows the hub, keeps its secret, and ends when asked to', async () => {
    fixture.hub.ensureDevice({ deviceId: 'store-001', iotEdge: true, tags: { role: 'store' } });
    fixture.hub.ensureModule('store-001', 'networking');
    fixture.hub.patchReported('store-001', 'networking', { ...sampleReported() });
    const connection = fixture.hub.connectionString();
    const env = {
      PATH: process.env.PATH ?? '',
      IOTHUB_CONNECTION_STRING: connection,
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
    };
    const child = spawn(process.execPath, [MAIN, 'ui', '--json', '--language', 'sv-SE'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const { url } = JSON.parse(line) as { url: string };
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/\?token=[A-Za-z0-9_-]{43}$/);
    const browser = await signIn(url);
    const session = (await browser.json('/api/session')) as Record<string, unknown>;
    assert.deepEqual([session.source, session.readOnly, session.language], ['hub', false, 'sv-SE']);
    const rows = await eventually('the fleet', async () => {
      const fleet = (await browser.json('/api/fleet')) as { rows: { id: string; tags: object }[] };
      return fleet.rows.length > 0 && fleet.rows;
    });
    assert.deepEqual(
      rows.map(({ id, tags }) => [id, tags]),
      [['store-001', { role: 'store' }]],
    );
    const [, key = 'none'] = /SharedAccessKey=([^;]+)/.exec(connection) ?? [];
    for (const path of ['/', '/assets/main.js', '/api/session', '/api/fleet', '/api/devices/store-001'])
      assert.ok(!(await browser.get(path)).body.includes(key), path);
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number | null];
    assert.equal(code, 0);
  });
});
