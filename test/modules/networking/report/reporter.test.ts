import assert from 'node:assert/strict';
import { applyTwinPatch, type TwinObject } from '@iotedge-networking/contract';
import { SILENT } from '../../../../modules/networking/src/log.ts';
import { Reporter } from '../../../../modules/networking/src/report/reporter.ts';
import { eventually } from '../../../support/eventually.ts';
import { reportOf } from '../support/build-report.ts';

const TIMING = {
  settleMs: 5,
  applyingSettleMs: 15,
  patienceMs: 20,
  applyingPatienceMs: 60_000,
  rate: { burst: 2, intervalMs: 60 },
  grantForDesired: 2,
};

/** A hub that keeps what it is sent. */
function hub(timing: object = TIMING) {
  const state = {
    section: {} as TwinObject,
    patches: [] as TwinObject[],
    failures: 0,
    reads: 0,
    errors: [] as object[],
  };
  const reporter: Reporter = new Reporter({
    send: (patch) => {
      state.patches.push(patch);
      state.section = applyTwinPatch(state.section, patch);
      if (state.failures === 0) return Promise.resolve();
      state.failures -= 1;
      return Promise.reject(new Error('the answer was lost'));
    },
    readBack: () => {
      state.reads += 1;
      setTimeout(() => reporter.adopt(state.section), 1);
    },
    now: () => performance.now(),
    log: { ...SILENT, error: (facts) => state.errors.push(facts) },
    timing,
  });
  return { state, reporter };
}

const free = (section: TwinObject): unknown =>
  (section.summary as { readonly poolFree?: number } | undefined)?.poolFree;

describe('[unit] the reporter', () => {
  it('sends nothing before it knows what the hub holds, then what differs', async () => {
    const { state, reporter } = hub();
    reporter.submit(reportOf(1));
    assert.equal(reporter.upToDate, false);
    reporter.adopt({ ...reportOf(1), stale: true, $version: 3 });
    await eventually('the patch', () => reporter.upToDate);
    assert.deepEqual(state.patches, [{ stale: null }]);
    assert.equal(reporter.patches, 1);
    assert.ok(reporter.bytes > 0);
  });

  it('sends changes that come together as one patch, and the same report never again', async () => {
    const { state, reporter } = hub();
    reporter.adopt({});
    for (let count = 0; count < 5; count += 1) reporter.submit(reportOf(count));
    await eventually('the report', () => reporter.upToDate && free(state.section) === 4);
    reporter.submit(reportOf(4));
    reporter.submit(reportOf(5));
    await eventually('the change', () => reporter.upToDate && free(state.section) === 5);
    assert.deepEqual(state.patches.slice(1), [{ summary: { poolFree: 5 } }]);
  });

  it('waits a little longer while changes are being written, so that their outcome goes into the same patch', async () => {
    const { state, reporter } = hub({ ...TIMING, applyingSettleMs: 60_000, patienceMs: 60_000 });
    reporter.adopt({});
    reporter.submit(reportOf(1, { desired: { version: 1, state: 'applying', problems: {} } }));
    reporter.submit(reportOf(2));
    await eventually('the outcome', () => free(state.section) === 2);
    assert.equal(state.patches.length, 1);
  });

  const applying = (version: number) => ({ desired: { version, state: 'applying', problems: {} } }) as const;

  it('sends the answer to a document ahead while it is being applied, and the rest with the outcome', async () => {
    const { state, reporter } = hub();
    reporter.adopt({ ...reportOf(1) });
    reporter.submit(reportOf(2, applying(7)));
    await eventually('the answer', () => state.patches.length === 1);
    reporter.submit(reportOf(3, applying(7)));
    reporter.submit(reportOf(4, { desired: { version: 7, state: 'applied', problems: {} } }));
    await eventually('the outcome', () => reporter.upToDate);
    assert.deepEqual(state.patches, [
      { desired: { version: 7, state: 'applying' } },
      { desired: { state: 'applied' }, summary: { poolFree: 4 } },
    ]);
  });

  it('does not hold back the rest for ever', async () => {
    const { state, reporter } = hub({ ...TIMING, applyingPatienceMs: 100 });
    reporter.adopt({ ...reportOf(1) });
    reporter.submit(reportOf(2, applying(7)));
    await eventually('the whole', () => reporter.upToDate);
    assert.deepEqual(state.patches, [{ desired: { version: 7, state: 'applying' } }, { summary: { poolFree: 2 } }]);
  });

  it('holds nothing back at the end', async () => {
    const { state, reporter } = hub();
    reporter.adopt({ ...reportOf(1) });
    reporter.submit(reportOf(2, applying(7)));
    await reporter.flush();
    assert.deepEqual(state.patches, [{ desired: { version: 7, state: 'applying' }, summary: { poolFree: 2 } }]);
  });

  it('keeps to the rate in a burst, and the last state arrives', async () => {
    const { state, reporter } = hub({ ...TIMING, rate: { burst: 2, intervalMs: 100 } });
    reporter.adopt({});
    const startedAt = performance.now();
    let count = 0;
    await eventually('300 ms of changes', () => {
      reporter.submit(reportOf((count += 1)));
      return performance.now() - startedAt > 300;
    });
    await eventually('the last state', () => reporter.upToDate && free(state.section) === count);
    const most = 2 + Math.ceil((performance.now() - startedAt) / 100);
    assert.ok(state.patches.length <= most, `${state.patches.length} patches, at most ${most} expected`);
  });

  it('keeps a token for what a burst ends with', async () => {
    const { state, reporter } = hub({ ...TIMING, settleMs: 100, rate: { burst: 2, intervalMs: 60_000 } });
    reporter.adopt({});
    const startedAt = performance.now();
    let count = 0;
    await eventually('100 ms of changes', () => {
      reporter.submit(reportOf((count += 1)));
      return performance.now() - startedAt > 100;
    });
    await eventually('the last state', () => reporter.upToDate && free(state.section) === count, 1000);
    assert.equal(state.patches.length, 2);
  });

  it('does not let the answer to a desired document wait for the rate', async () => {
    const { state, reporter } = hub({ ...TIMING, rate: { burst: 1, intervalMs: 60_000 } });
    reporter.adopt({});
    reporter.submit(reportOf(1));
    await eventually('the first', () => reporter.upToDate);
    reporter.submit(reportOf(2));
    reporter.expectAnswer();
    await eventually('the answer', () => free(state.section) === 2, 1000);
  });

  it('reads back after a lost answer, and ends right whether or not the patch had arrived', async () => {
    const { state, reporter } = hub();
    reporter.adopt({});
    state.failures = 1;
    reporter.submit(reportOf(1));
    await eventually('the read', () => state.reads === 1);
    reporter.submit(reportOf(2));
    await eventually('the right state', () => reporter.upToDate && free(state.section) === 2);
  });

  it('knows nothing after the link is gone, and sends again what the hub turns out not to have', async () => {
    const { state, reporter } = hub();
    reporter.adopt({});
    reporter.submit(reportOf(1));
    await eventually('the first', () => reporter.upToDate);
    reporter.forget();
    reporter.submit(reportOf(2));
    assert.equal(reporter.upToDate, false);
    reporter.adopt({ foreign: 1 });
    await eventually('the whole', () => reporter.upToDate);
    assert.equal((state.patches.at(-1) as { foreign?: unknown }).foreign, null);
  });

  it('sends what is left at the end, and nothing afterwards', async () => {
    const { state, reporter } = hub({ ...TIMING, settleMs: 10_000, patienceMs: 10_000 });
    await reporter.flush();
    reporter.adopt({});
    reporter.submit(reportOf(1));
    assert.deepEqual(state.patches, []);
    const other = hub({ ...TIMING, settleMs: 10_000, patienceMs: 10_000 });
    other.reporter.adopt({});
    other.reporter.submit(reportOf(1));
    await other.reporter.flush();
    assert.equal(free(other.state.section), 1);
    assert.equal(other.reporter.report?.summary.poolFree, 1);
  });

  it('never sends what the hub would refuse', async () => {
    const { state, reporter } = hub();
    reporter.adopt({});
    reporter.submit(reportOf(1, { conditions: { 'bad key': 'x' } }));
    await eventually('the complaint', () => state.errors.length > 0);
    assert.deepEqual(state.patches, []);
  });
});
