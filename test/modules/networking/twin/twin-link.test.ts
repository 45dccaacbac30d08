import assert from 'node:assert/strict';
import type { TwinObject } from '@iotedge-networking/contract';
import { SILENT } from '../../../../modules/networking/src/log.ts';
import type { KnownDesired } from '../../../../modules/networking/src/twin/desired-gate.ts';
import type { HubSession, SessionListener, TwinSections } from '../../../../modules/networking/src/twin/hub-session.ts';
import { TwinLink } from '../../../../modules/networking/src/twin/twin-link.ts';
import { eventually } from '../../../support/eventually.ts';

const TIMING = { rereadMs: 60_000, reopen: { baseMs: 2, capMs: 10 }, retry: { baseMs: 2, capMs: 10 }, patience: 3 };

/** A hub in memory, with switches for what goes wrong. */
class FakeHub {
  desired: TwinObject = { $version: 1 };
  reads = 0;
  opens = 0;
  closes = 0;
  refuseOpen = 0;
  failRead = 0;
  hangRead = false;
  hangOpen = false;
  onRead: (() => void) | undefined;
  listener: SessionListener | undefined;
  readonly heard: KnownDesired[] = [];
  readonly reported: TwinObject[] = [];
  offline = 0;
  readonly link: TwinLink;

  constructor(timing: object = {}) {
    this.link = new TwinLink({
      open: (listener) => this.#open(listener),
      onDesired: (known) => this.heard.push(known),
      onReported: (reported) => this.reported.push(reported),
      onOffline: () => (this.offline += 1),
      onMethod: () => Promise.resolve({ status: 200, payload: {} }),
      log: SILENT,
      random: () => 0.5,
      timing: { ...TIMING, ...timing },
    });
  }

  patch(patch: TwinObject, isHeard = true): void {
    const $version = (this.desired.$version as number) + 1;
    this.desired = { ...this.desired, ...patch, $version };
    if (isHeard) this.listener?.onDesiredPatch({ ...patch, $version });
  }

  get version(): number | undefined {
    return this.heard.at(-1)?.version;
  }

  #open(listener: SessionListener): Promise<HubSession> {
    this.opens += 1;
    if (this.refuseOpen > 0) {
      this.refuseOpen -= 1;
      return Promise.reject(new Error('refused'));
    }
    this.listener = listener;
    if (this.hangOpen) return new Promise(() => undefined);
    return Promise.resolve({
      getTwin: () => this.#read(),
      updateReported: () => Promise.resolve(),
      sendEvent: () => Promise.resolve(),
      close: () => Promise.resolve(void (this.closes += 1)),
    });
  }

  async #read(): Promise<TwinSections> {
    this.reads += 1;
    const desired = { ...this.desired };
    this.onRead?.();
    if (this.hangRead) return new Promise(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    if (this.failRead > 0) {
      this.failRead -= 1;
      throw new Error('no answer');
    }
    return { desired, reported: { $version: 1 } };
  }
}

describe('[unit] the twin link', () => {
  let hub: FakeHub;
  afterEach(() => hub.link.stop());

  async function connect(timing?: object): Promise<FakeHub> {
    hub = new FakeHub(timing);
    hub.link.start();
    await eventually('the first read', () => hub.link.online && hub.version === 1);
    return hub;
  }

  it('reads the twin when it is connected, and follows patches without reading again', async () => {
    const { reads } = await connect();
    hub.patch({ a: 1 });
    hub.patch({ b: 2 });
    assert.deepEqual(hub.heard.at(-1), { version: 3, document: { a: 1, b: 2 } });
    assert.equal(hub.reads, reads);
    assert.equal(hub.reported.length, 1);
    hub.link.start();
    await hub.link.updateReported({});
    await hub.link.sendEvent('x', {});
  });

  it('reads again after a gap, after a reconnect and when the time has come', async () => {
    await connect({ rereadMs: 20 });
    hub.patch({ a: 1 }, false);
    hub.patch({ b: 2 });
    await eventually('the gap to be closed', () => hub.version === 3);
    hub.patch({ c: 3 }, false);
    hub.listener?.onConnect();
    await eventually('the reconnect', () => hub.version === 4);
    hub.patch({ d: 4 }, false);
    await eventually('the slow timer', () => hub.version === 5);
  });

  it('does not trust an answer that a patch overtook', async () => {
    await connect();
    let patches = 1;
    hub.onRead = () => {
      if (patches > 0) hub.patch({ during: (patches -= 1) });
    };
    const { reads } = hub;
    hub.link.read();
    await eventually('a second read', () => hub.reads === reads + 2);
    assert.equal(hub.version, 2);
  });

  it('tries again when a read fails, and opens anew when it keeps failing', async () => {
    await connect();
    hub.failRead = 2;
    hub.link.read();
    await eventually('the recovery', () => hub.failRead === 0 && hub.link.online);
    assert.equal(hub.opens, 1);
    hub.failRead = 3;
    hub.link.read();
    await eventually('a new connection', () => hub.opens === 2 && hub.link.online);
    assert.equal(hub.closes, 1);
    assert.equal(hub.offline, 1);
  });

  it('opens again after a refusal and after the SDK has given up', async () => {
    hub = new FakeHub();
    hub.refuseOpen = 2;
    hub.link.start();
    await eventually('the third attempt', () => hub.opens === 3 && hub.version === 1);
    hub.listener?.onLost('four minutes are over');
    await eventually('the next connection', () => hub.opens === 4 && hub.link.online);
  });

  it('gives up a connection in which the SDK failed, whatever it was doing, and opens anew', async () => {
    await connect();
    hub.hangRead = true;
    hub.link.read();
    hub.link.abandon(new TypeError('reading desired of undefined'));
    hub.hangRead = false;
    await eventually('a new connection', () => hub.opens === 2 && hub.link.online);
    hub.hangOpen = true;
    hub.link.abandon(new SyntaxError('no JSON'));
    await eventually('a connection that is being opened', () => hub.opens === 3);
    hub.hangOpen = false;
    hub.link.abandon(new SyntaxError('no JSON'));
    await eventually('the next connection', () => hub.opens === 4 && hub.link.online);
    assert.equal(hub.link.failures, 3);
  });

  it('reads the twin a while after a patch, to see whether it arrived', async () => {
    await connect({ confirmMs: 5 });
    const { reads } = hub;
    await hub.link.updateReported({ a: 1 });
    await hub.link.updateReported({ a: 2 });
    await eventually('one more read', () => hub.reads === reads + 1);
  });

  it('waits longer from attempt to attempt as long as no connection was of use', async () => {
    hub = new FakeHub({ reopen: { baseMs: 20, capMs: 10_000 }, patience: 1 });
    hub.failRead = 3;
    const startedAt = performance.now();
    hub.link.start();
    await eventually('a read', () => hub.link.online && hub.version === 1);
    assert.equal(hub.opens, 4);
    assert.ok(performance.now() - startedAt >= 15 + 30 + 60);
  });

  it('refuses to send while there is no connection', async () => {
    hub = new FakeHub();
    await assert.rejects(hub.link.updateReported({}), /not connected/);
    await assert.rejects(hub.link.sendEvent('x', {}), /not connected/);
    hub.link.read();
    assert.equal(hub.link.online, false);
  });
});
