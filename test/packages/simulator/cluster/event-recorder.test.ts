import assert from 'node:assert/strict';
import { refs } from '../../../../packages/simulator/src/cluster/controllers/refs.ts';
import { eventRecorder } from '../../../../packages/simulator/src/cluster/event-recorder.ts';
import type { KubeObject } from '../../../../packages/simulator/src/cluster/object-client.ts';
import { bareCluster, type BareCluster } from './support/bare-cluster.ts';

const PULLED = { type: 'Normal', reason: 'Pulled', message: 'It was there.' } as const;
const about = (namespace: string | undefined, uid = 'u1'): KubeObject => ({
  apiVersion: 'v1',
  kind: namespace === undefined ? 'Node' : 'Pod',
  metadata: { name: 'one', namespace, uid },
});

/** Events as a clock that stands still leaves them. */
async function recording() {
  const cluster: BareCluster = await bareCluster();
  let now = new Date('2026-01-01T00:00:00Z');
  const record = eventRecorder(cluster.client, { component: 'kubelet', host: 'node-1' }, () => now);
  const events = () => cluster.client.list(refs.events).filter((one) => one['reason'] === PULLED.reason);
  return { cluster, record, events, setTime: (text: string) => void (now = new Date(text)) };
}

describe('[unit] the recorder of events', () => {
  it('says who saw what, of which part of which object, and when', async () => {
    const { record, events } = await recording();
    record(about('default'), { ...PULLED, fieldPath: 'spec.containers{web}' });
    const [event] = events();
    const { metadata, ...rest } = event ?? about('none');
    assert.match(metadata.name, /^one\.[0-9a-f]+$/);
    assert.deepEqual(rest, {
      apiVersion: 'v1',
      kind: 'Event',
      involvedObject: {
        ...{ apiVersion: 'v1', kind: 'Pod', name: 'one', namespace: 'default', uid: 'u1' },
        fieldPath: 'spec.containers{web}',
      },
      ...PULLED,
      count: 1,
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
      source: { component: 'kubelet', host: 'node-1' },
      reportingComponent: 'kubelet',
      reportingInstance: 'node-1',
    });
  });

  it('counts what is said again, and begins anew when the event is gone', async () => {
    const { cluster, record, events, setTime } = await recording();
    record(about('default'), PULLED);
    setTime('2026-01-01T00:01:00Z');
    record(about('default'), PULLED);
    record(about('default'), PULLED);
    const [event] = events();
    assert.deepEqual([event?.['count'], event?.['lastTimestamp']], [3, '2026-01-01T00:01:00Z']);
    cluster.client.remove(refs.events, { namespace: 'default', name: event?.metadata.name ?? '' });
    record(about('default'), PULLED);
    assert.deepEqual(
      events().map((one) => one['count']),
      [1],
    );
  });

  it('keeps apart what is said of two objects of one name in one moment', async () => {
    const { record, events } = await recording();
    record(about('default', 'u1'), PULLED);
    record(about('default', 'u2'), PULLED);
    assert.equal(events().length, 2);
  });

  it('puts events of objects without a namespace into default', async () => {
    const { record, events } = await recording();
    record(about(undefined), PULLED);
    assert.equal(events()[0]?.metadata.namespace, 'default');
  });

  it('drops what cannot be kept', async () => {
    const { record, events } = await recording();
    record(about('nowhere'), PULLED);
    assert.deepEqual(events(), []);
  });
});
