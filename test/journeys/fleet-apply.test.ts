import assert from 'node:assert/strict';
import { createAzureHubGateway } from '../../packages/deployment/src/azure-iothub/azure-hub-gateway.ts';
import { runCli } from '../../packages/deployment/src/cli.ts';
import { recordedIo } from '../packages/deployment/recorded-io.ts';
import { startHubFixture, type HubFixture } from '../support/hub-fixture.ts';
import { timedGateway } from '../support/timed-gateway.ts';
import { createVirtualClock, type VirtualClock } from '../support/virtual-clock.ts';

const DEVICES = 1000;

/** What the hub lets through of set-modules: 20 at once, then 20 a minute. */
const THROTTLE_SECONDS = ((DEVICES - 20) / 20) * 60;

const WRITE = /^(PUT|PATCH|DELETE) |^POST \/devices$|applyConfigurationContent$/;

function networkFile(image: string): string {
  const devices = Array.from({ length: DEVICES }, (_, index) => {
    const subnet = `10.${Math.floor(index / 250)}.${index % 250}`;
    const ranges = `{ nodeIps: ${subnet}.10-${subnet}.11, externalServiceIps: [${subnet}.20-${subnet}.29] }`;
    return `  - { id: store-${String(index).padStart(4, '0')}, tags: { role: store }, computeNetwork: ${ranges} }`;
  });
  return `apiVersion: iotedge-networking/v1
name: stores
apps:
  web: { image: ${image}, expose: external, ports: { http: { port: 80 } } }
devices:
${devices.join('\n')}
`;
}

describe('[journey] a fleet of 1,000 devices on an S1 hub', function () {
  this.timeout(180_000);
  let fixture: HubFixture;
  let clock: VirtualClock;
  let text = networkFile('nginx:1');

  before(async () => {
    clock = createVirtualClock(Date.now());
    fixture = await startHubFixture({ throttles: { tier: 'S1', clock: () => new Date(clock.now()) } });
  });
  after(() => fixture.close());

  async function apply(flags: readonly string[], signal = new AbortController().signal) {
    const gateway = timedGateway(createAzureHubGateway(fixture, 'localhost'), clock);
    const io = {
      ...recordedIo({ files: { 'network.yaml': text }, environment: { IOTHUB_CONNECTION_STRING: 'any' } }),
      ...{ clock, signal, connect: () => Promise.resolve(gateway) },
    };
    const start = clock.now();
    const code = await runCli(['apply', '--yes', ...flags], io);
    return { code, io, seconds: (clock.now() - start) / 1000 };
  }

  function writes(): number {
    const requests = Object.entries(fixture.hub.requests()).filter(([name]) => WRITE.test(name));
    return requests.reduce((sum, [, count]) => sum + count, 0);
  }

  let first: Awaited<ReturnType<typeof apply>>;

  it('is interrupted in the middle: running writes end, and it says how to go on', async () => {
    const stop = new AbortController();
    const unsubscribe = fixture.hub.on('desired', ({ moduleId }) => {
      if (moduleId === '$edgeAgent' && countDeployed() >= DEVICES / 2) stop.abort();
    });
    first = await apply([], stop.signal);
    unsubscribe();
    assert.equal(first.code, 1);
    const [, changed, left] =
      /^1000 devices: (\d+) changed, 0 unchanged, 0 failed, (\d+) left/.exec(first.io.out()) ?? [];
    assert.equal(Number(changed) + Number(left), DEVICES);
    assert.ok(Number(changed) >= DEVICES / 2 && Number(left) > DEVICES / 3, first.io.out());
    assert.match(first.io.err(), /Stopped\. Run the same command again: it does only what is left\./);
    assert.match(first.io.err(), /\d+ of 1000 devices, \d+\.\d a minute, about \d+ min left/);
    assert.equal(countDeployed(), Number(changed));
  });

  it('goes on where it was, within 1.15 of the time that the throttle dictates', async () => {
    const second = await apply([]);
    assert.equal(second.code, 0, second.io.err());
    const before = /(\d+) changed/.exec(first.io.out())?.[1] ?? '';
    const after = `1000 devices: ${DEVICES - Number(before)} changed, ${before} unchanged, 0 failed (`;
    assert.ok(second.io.out().startsWith(after), second.io.out());
    assert.equal(countDeployed(), DEVICES);
    const ratio = (first.seconds + second.seconds) / THROTTLE_SECONDS;
    assert.ok(ratio >= 0.97 && ratio <= 1.15, `took ${ratio} of the throttle's own time`);
  });

  it('sends no write the second time', async () => {
    const before = writes();
    const { code, io } = await apply([]);
    assert.equal(code, 0, io.err());
    assert.match(io.out(), /^1000 devices: 0 changed, 1000 unchanged, 0 failed \(/);
    assert.equal(writes(), before);
  });

  it('changes ranges by patches of the module twin, 150 times as fast, and only where they differ', async () => {
    const before = fixture.hub.requests();
    text = text.replaceAll('.20-', '.21-').replace('.21-', '.20-');
    const { code, io, seconds } = await apply([]);
    assert.equal(code, 0, io.err());
    assert.match(io.out(), /^1000 devices: 999 changed, 1 unchanged, 0 failed \(/);
    const route = 'PATCH /twins/:deviceId/modules/:moduleId';
    assert.equal((fixture.hub.requests()[route] ?? 0) - (before[route] ?? 0), 999);
    assert.equal(
      writes() -
        Object.entries(before)
          .filter(([n]) => WRITE.test(n))
          .reduce((s, [, c]) => s + c, 0),
      999,
    );
    assert.ok(seconds < 60, `took ${seconds} s`);
  });

  function countDeployed(): number {
    const ids = Array.from({ length: DEVICES }, (_, index) => `store-${String(index).padStart(4, '0')}`);
    return ids.filter((id) => fixture.hub.identity(id, 'networking') !== undefined).length;
  }
});
