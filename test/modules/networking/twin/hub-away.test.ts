import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { applyTwinPatch, type NetworkEvent, type TwinObject } from '@iotedge-networking/contract';
import { EventQueue } from '../../../../modules/networking/src/events/event-queue.ts';
import { SILENT } from '../../../../modules/networking/src/log.ts';
import { Reporter } from '../../../../modules/networking/src/report/reporter.ts';
import type { HubSession, SessionListener } from '../../../../modules/networking/src/twin/hub-session.ts';
import { TwinLink } from '../../../../modules/networking/src/twin/twin-link.ts';
import { reportOf } from '../support/build-report.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** How a hub can be away; each session that is opened meanwhile behaves so. */
type Absence = 'refuses' | 'never answers' | 'drops at once' | 'answers no read' | 'confirms no patch';

/** A hub in memory, the parts of the module that talk to it, and a clock that only this test turns. */
class Site {
  absence: Absence | undefined;
  opens = 0;
  sent = 0;
  desired: TwinObject = { $version: 1 };
  reported: TwinObject = {};
  versions: number[] = [];
  readonly events: string[] = [];
  readonly link: TwinLink;
  readonly reporter: Reporter;
  readonly queue: EventQueue;
  #elapsed = 0;

  constructor() {
    this.reporter = new Reporter({
      send: (patch) => this.link.updateReported(patch),
      readBack: () => this.link.read(),
      now: () => this.#elapsed,
      log: SILENT,
    });
    this.queue = new EventQueue((event) => this.link.sendEvent('networkEvents', event), SILENT);
    this.link = new TwinLink({
      open: (listener) => this.#open(listener),
      onDesired: ({ version }) => this.versions.push(version),
      onReported: (reported) => {
        this.reporter.adopt(reported);
        this.queue.open();
      },
      onOffline: () => {
        this.reporter.forget();
        this.queue.close();
      },
      onMethod: () => Promise.resolve({ status: 200, payload: {} }),
      log: SILENT,
      random: () => 0.5,
    });
  }

  /** Lets time pass, second by second, and everything that follows from it happen. */
  async pass(ms: number, eachSecond: (second: number) => void = () => undefined): Promise<void> {
    for (let second = 0; second < ms / SECOND; second += 1) {
      eachSecond(second);
      this.#elapsed += SECOND;
      mock.timers.tick(SECOND);
      await new Promise(setImmediate);
    }
  }

  #open(listener: SessionListener): Promise<HubSession> {
    this.opens += 1;
    if (this.absence === 'refuses') return Promise.reject(new Error('connect ECONNREFUSED'));
    // As the session does it: waiting for the SDK ends after a minute and a half.
    if (this.absence === 'never answers') return refusal('connecting took too long', 90 * SECOND);
    if (this.absence === 'drops at once') setTimeout(() => listener.onLost('read ECONNRESET'), SECOND);
    const lost = (what: string): Promise<never> => refusal(`${what} took too long`, 15 * SECOND);
    return Promise.resolve({
      getTwin: () => {
        if (this.absence !== undefined && this.absence !== 'confirms no patch') return lost('reading the twin');
        return Promise.resolve({ desired: this.desired, reported: this.reported });
      },
      updateReported: (patch) => {
        this.sent += 1;
        if (this.absence !== undefined) return lost('updating reported properties');
        this.reported = applyTwinPatch(this.reported, patch);
        return Promise.resolve();
      },
      sendEvent: (_, body) => {
        if (this.absence !== undefined) return lost('sending an event');
        this.events.push((body as NetworkEvent).at);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    });
  }
}

function refusal(message: string, ms: number): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error(message)), ms));
}

describe('[unit] a hub that is away for hours', function () {
  this.timeout(30_000);
  let site: Site;
  beforeEach(async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    site = new Site();
    site.link.start();
    site.reporter.submit(reportOf(0));
    await site.pass(5 * SECOND);
    assert.deepEqual([site.opens, site.sent, site.versions.at(-1)], [1, 1, 1]);
  });
  afterEach(async () => {
    const stopped = site.link.stop();
    await site.pass(100 * SECOND);
    await stopped;
    mock.timers.reset();
  });

  /** The first connection is torn down, then the hub is away in this manner. */
  const leave = async (absence: Absence): Promise<void> => {
    site.absence = absence;
    site.link.abandon(new Error('the link is gone'));
    site.opens = 0;
    site.sent = 0;
    await site.pass(SECOND);
  };

  // An attempt a minute at most, and, where a connection can be opened, one for three reads that were not answered.
  const cases: readonly (readonly [Absence, number, number])[] = [
    ['refuses', 1, 90],
    ['refuses', 12, 990],
    ['never answers', 12, 400],
    ['drops at once', 12, 990],
    ['answers no read', 12, 500],
  ];
  for (const [absence, hours, attempts] of cases)
    it(`${absence} for ${hours} h: tries with patience, and brings one patch when it is back`, async () => {
      await leave(absence);
      let changes = 0;
      await site.pass(hours * HOUR, (second) => {
        if (second % 30 !== 0) return;
        changes += 1;
        site.reporter.submit(reportOf(changes));
        const at = new Date(second * SECOND).toISOString();
        site.queue.push([{ kind: 'AddressAssigned', at, service: 'a/b', ips: '10.0.0.1' }]);
      });
      assert.ok(site.opens <= attempts, `${site.opens} attempts`);
      assert.ok(site.opens >= hours * 20, `only ${site.opens} attempts`);
      assert.equal(site.sent, 0);
      const newestEvents = Math.min(changes, 200);
      assert.equal(site.queue.dropped, changes - newestEvents);

      site.absence = undefined;
      site.desired = { $version: 7 };
      await site.pass(200 * SECOND);
      assert.deepEqual(site.reported['summary'], { services: 0, ready: 0, external: 0, poolFree: changes });
      assert.deepEqual([site.sent, site.versions.at(-1)], [1, 7]);
      assert.equal(site.events.length, newestEvents);
      assert.deepEqual(site.events, site.events.toSorted());
    });

  it('confirms no patch for 12 h: the twin is read, not flooded, and is right once patches arrive', async () => {
    await leave('confirms no patch');
    let changes = 0;
    await site.pass(12 * HOUR, (second) => {
      if (second % 30 === 0) site.reporter.submit(reportOf((changes += 1)));
    });
    assert.ok(site.sent <= 12 * 60 + 10, `${site.sent} patches`);
    site.absence = undefined;
    await site.pass(60 * SECOND);
    assert.deepEqual(site.reported['summary'], { services: 0, ready: 0, external: 0, poolFree: changes });
  });
});
