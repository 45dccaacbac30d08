import assert from 'node:assert/strict';
import { manualScheduler } from '../../../../../packages/simulator/src/cluster/timing/manual-scheduler.ts';
import {
  microTimestamp,
  systemScheduler,
  timestamp,
} from '../../../../../packages/simulator/src/cluster/timing/scheduler.ts';

describe('[unit] schedulers', () => {
  it('the manual one runs tasks at their moment, in order, and what they cause too', () => {
    const scheduler = manualScheduler(new Date('2024-01-01T00:00:00Z'));
    const ran: string[] = [];
    const note = (name: string) => () => void ran.push(`${name} ${scheduler.now().toISOString().slice(17, 23)}`);
    scheduler.after(2000, note('late'));
    scheduler.after(1000, () => {
      note('early')();
      scheduler.after(500, note('caused'));
    });
    scheduler.after(1500, note('cancelled'))();
    assert.equal(scheduler.runDue(), 0);
    scheduler.advance(3000);
    assert.deepEqual(ran, ['early 01.000', 'caused 01.500', 'late 02.000']);
    assert.equal(scheduler.now().toISOString(), '2024-01-01T00:00:03.000Z');
  });

  it('the manual one refuses to run for ever', () => {
    const scheduler = manualScheduler();
    const again = (): void => void scheduler.after(0, again);
    again();
    assert.throws(() => scheduler.runDue(), /there are still more due/);
  });

  it('the real one runs soon, later, and not when cancelled', async () => {
    const ran: string[] = [];
    systemScheduler.after(1, () => ran.push('cancelled'))();
    systemScheduler.after(0, () => ran.push('cancelled too'))();
    await new Promise<void>((resolve) => {
      systemScheduler.after(0, () => ran.push('soon'));
      // An unref'd timer alone would let the test end early.
      const keep = setInterval(() => undefined, 1000);
      systemScheduler.after(5, () => {
        ran.push('later');
        clearInterval(keep);
        resolve();
      });
    });
    assert.deepEqual(ran, ['soon', 'later']);
    assert.ok(Math.abs(systemScheduler.now().getTime() - Date.now()) < 1000);
  });

  it('stamps are whole seconds, or microseconds', () => {
    const date = new Date('2024-01-02T03:04:05.678Z');
    assert.deepEqual([timestamp(date), microTimestamp(date)], ['2024-01-02T03:04:05Z', '2024-01-02T03:04:05.678000Z']);
  });
});
