import assert from 'node:assert/strict';
import { moduleState } from '../../../../packages/simulator/src/edge/module-state.ts';
import type { ContainerStatus, Pod } from '../../../../packages/simulator/src/node/pod.ts';

const at = '2024-01-01T00:00:00Z';
const later = '2024-01-01T00:01:00Z';
const crashed = { terminated: { exitCode: 137, reason: 'Error', startedAt: at, finishedAt: later } };

function pod(status: Partial<ContainerStatus>): Pod {
  const container = {
    name: 'web',
    image: 'x',
    imageID: '',
    ready: true,
    started: true,
    restartCount: 0,
    state: {},
    lastState: {},
    ...status,
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1' },
    spec: { containers: [] },
    status: { containerStatuses: [container] },
  };
}

describe('[unit] state of a module', () => {
  const cases: [string, Pod | undefined, boolean, string, number][] = [
    ['it has no pod', undefined, false, 'unknown', 0],
    ['it is stopped', undefined, true, 'stopped', 0],
    ['its pod has no status yet', { ...pod({}), status: {} }, false, 'backoff', 0],
    ['it runs', pod({ state: { running: { startedAt: at } } }), false, 'running', 0],
    [
      'it runs again',
      pod({ state: { running: { startedAt: later } }, lastState: crashed, restartCount: 1 }),
      false,
      'running',
      137,
    ],
    ['it waits', pod({ state: { waiting: { reason: 'ContainerCreating' } } }), false, 'backoff', 0],
    ['it ended well', pod({ state: { terminated: { exitCode: 0, reason: 'Completed' } } }), false, 'stopped', 0],
    ['it ended badly', pod({ state: crashed }), false, 'failed', 137],
    ['its state is empty', pod({}), false, 'backoff', 0],
  ];
  for (const [when, object, stopped, status, exitCode] of cases) {
    it(`is ${status} when ${when}`, () => {
      const state = moduleState(object, 'web', stopped);
      assert.equal(state.runtimeStatus, status);
      assert.equal(state.exitCode, exitCode);
    });
  }

  it('tells when it was started, ended and restarted', () => {
    const state = moduleState(
      pod({ state: { running: { startedAt: later } }, lastState: crashed, restartCount: 2 }),
      'web',
      false,
    );
    assert.deepEqual(
      [state.lastStartTimeUtc, state.lastExitTimeUtc, state.lastRestartTimeUtc, state.restartCount],
      [later, later, later, 2],
    );
    assert.equal(moduleState(pod({}), 'web', false).lastStartTimeUtc, '0001-01-01T00:00:00Z');
  });
});
