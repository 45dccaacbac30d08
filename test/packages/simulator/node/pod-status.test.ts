import assert from 'node:assert/strict';
import type { ContainerState, ContainerStatus, Pod, PodSpec } from '../../../../packages/simulator/src/node/pod.ts';
import { podStatus } from '../../../../packages/simulator/src/node/pod-status.ts';
import type { PodFacts } from '../../../../packages/simulator/src/node/pod-status.ts';

const now = '2024-01-01T00:00:00Z';
const running: ContainerState = { running: { startedAt: now } };
const creating: ContainerState = { waiting: { reason: 'ContainerCreating' } };
const ended = (exitCode: number): ContainerState => ({
  terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' },
});

function container(state: ContainerState, ready = false, lastState: ContainerState = {}): ContainerStatus {
  return { name: 'main', image: 'x', imageID: '', ready, started: true, restartCount: 0, state, lastState };
}

function statusOf(
  containers: ContainerStatus[],
  facts: Partial<PodFacts> = {},
  restartPolicy: PodSpec['restartPolicy'] = 'Always',
) {
  const pod: Pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { restartPolicy, containers: [] } };
  return podStatus({
    pod,
    hostIp: '10.0.0.1',
    podIp: '172.27.0.1',
    startTime: now,
    initContainers: [],
    containers,
    now,
    ...facts,
  });
}

describe('[unit] pod status', () => {
  const phases: [string, ReturnType<typeof statusOf>, string][] = [
    ['nothing has started', statusOf([container(creating)]), 'Pending'],
    ['one of two has started', statusOf([container(running), container(creating)]), 'Pending'],
    ['all run', statusOf([container(running)]), 'Running'],
    [
      'it waits between two runs',
      statusOf([container({ waiting: { reason: 'CrashLoopBackOff' } }, false, ended(1))]),
      'Running',
    ],
    ['it ended well and is not restarted', statusOf([container(ended(0))], {}, 'OnFailure'), 'Succeeded'],
    ['it ended badly and is not restarted', statusOf([container(ended(1))], {}, 'Never'), 'Failed'],
    ['one of two ended well', statusOf([container(ended(0)), container(running)], {}, 'Never'), 'Running'],
    ['an init container runs', statusOf([container(creating)], { initContainers: [container(running)] }), 'Pending'],
    [
      'an init container failed for good',
      statusOf([container(creating)], { initContainers: [container(ended(1))] }, 'Never'),
      'Failed',
    ],
  ];
  for (const [when, status, phase] of phases) {
    it(`is ${phase} when ${when}`, () => assert.equal(status.phase, phase));
  }

  it('names the containers that keep it from being ready', () => {
    const ready = statusOf([container(running, true), { ...container(running), name: 'side' }]).conditions?.find(
      ({ type }) => type === 'Ready',
    );
    assert.equal(ready?.status, 'False');
    assert.equal(ready.message, 'containers with unready status: [side]');
  });

  it('moves the transition time of a condition only when it turns', () => {
    const before = statusOf([container(running)]);
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [] }, status: before };
    const later = '2024-01-01T00:01:00Z';
    const times = statusOf([container(running, true)], { pod, now: later }).conditions?.map(
      ({ type, lastTransitionTime }) => [type, lastTransitionTime],
    );
    assert.deepEqual(times, [
      ['Initialized', now],
      ['Ready', later],
      ['ContainersReady', later],
      ['PodScheduled', now],
    ]);
  });
});
