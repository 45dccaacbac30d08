import type { KubeObject, ObjectClient } from '../object-client.ts';
import type { Scheduler } from '../timing/scheduler.ts';
import { timestamp } from '../timing/scheduler.ts';
import { refs } from './refs.ts';

/** What happened to an object, for people. */
export interface EventText {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** Writes Events. A repeated event raises the count of the first one. */
export type EventRecorder = (object: KubeObject, event: EventText) => void;

/** Makes a recorder that signs with the name of a component. */
export function eventRecorder(client: ObjectClient, scheduler: Scheduler, component: string): EventRecorder {
  const known = new Map<string, string>();
  let count = 0;
  return (object, event) => {
    const { name, namespace = 'default', uid } = object.metadata;
    const time = timestamp(scheduler.now());
    const identity = [uid, event.type, event.reason, event.message].join('\u0000');
    const present = known.has(identity)
      ? client.get(refs.events, { namespace, name: known.get(identity) ?? '' })
      : undefined;
    if (present !== undefined) {
      const repeats = typeof present['count'] === 'number' ? present['count'] : 1;
      client.patch(
        refs.events,
        { namespace, name: present.metadata.name },
        { kind: 'merge', body: { count: repeats + 1, lastTimestamp: time } },
      );
      return;
    }
    // Nanoseconds, as real recorders use: two events of one millisecond must not share a name.
    const suffix = (BigInt(scheduler.now().getTime()) * 1_000_000n + BigInt(count++)).toString(16);
    const created = client.create(refs.events, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${suffix}`, namespace },
      involvedObject: referenceTo(object),
      ...event,
      source: { component },
      reportingComponent: component,
      reportingInstance: '',
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
    });
    known.set(identity, created.metadata.name);
  };
}

function referenceTo(object: KubeObject): Record<string, unknown> {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  return { kind: object.kind, namespace, name, uid, apiVersion: object.apiVersion, resourceVersion };
}
