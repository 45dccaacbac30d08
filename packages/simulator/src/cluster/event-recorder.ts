import { refs } from './controllers/refs.ts';
import type { KubeObject, ObjectClient } from './object-client.ts';
import { systemScheduler, timestamp } from './timing/scheduler.ts';

/** What an Event says about an object, for people. */
export interface RecordedEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** The part of the object that is meant, such as `spec.containers{web}`. */
  readonly fieldPath?: string;
}

/** Who says it. */
export interface EventSource {
  readonly component: string;
  readonly host?: string;
}

/** Writes an Event about an object. The same event again raises `count` of the one that is there. Never throws. */
export type EventRecorder = (about: KubeObject, event: RecordedEvent) => void;

/** Events that are remembered to be counted, as many as nobody reads any more. */
const MOST_KNOWN = 2000;

/** A recorder that writes core/v1 Events as this component. Events are best effort, as in the platform: a refusal is ignored. */
export function eventRecorder(
  client: ObjectClient,
  source: EventSource,
  now: () => Date = () => systemScheduler.now(),
): EventRecorder {
  const known = new Map<string, string>();
  let serial = 0n;
  return (about, event) => {
    const { namespace = 'default', uid } = about.metadata;
    const { type, reason, message, fieldPath } = event;
    const identity = [about.kind, uid, type, reason, message, fieldPath].join('\u0000');
    const at = now();
    const time = timestamp(at);
    try {
      if (raiseCount(client, { namespace, name: known.get(identity) ?? '' }, time)) return;
      // Nanoseconds, as real recorders use: two events of one millisecond must not share a name.
      const suffix = (BigInt(at.getTime()) * 1_000_000n + serial++).toString(16);
      const name = `${about.metadata.name}.${suffix}`;
      client.create(refs.events, eventObject(about, event, { name, namespace, time, source }));
      known.set(identity, name);
      if (known.size > MOST_KNOWN) known.delete(known.keys().next().value ?? '');
    } catch {
      // The namespace may be going away, or the event was removed meanwhile: an event that cannot be kept is dropped.
    }
  };
}

function raiseCount(client: ObjectClient, key: { namespace: string; name: string }, time: string): boolean {
  const present = key.name === '' ? undefined : client.get(refs.events, key);
  if (present === undefined) return false;
  const count = typeof present['count'] === 'number' ? present['count'] + 1 : 2;
  client.patch(refs.events, key, { kind: 'merge', body: { count, lastTimestamp: time } });
  return true;
}

interface Occasion {
  readonly name: string;
  readonly namespace: string;
  readonly time: string;
  readonly source: EventSource;
}

function eventObject(about: KubeObject, event: RecordedEvent, { name, namespace, time, source }: Occasion): KubeObject {
  const { apiVersion, kind } = about;
  const { type, reason, message, fieldPath } = event;
  const { uid, resourceVersion } = about.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace },
    involvedObject: {
      ...{ apiVersion, kind, name: about.metadata.name, namespace: about.metadata.namespace, uid, resourceVersion },
      ...(fieldPath === undefined ? {} : { fieldPath }),
    },
    ...{ type, reason, message, count: 1, firstTimestamp: time, lastTimestamp: time },
    source,
    reportingComponent: source.component,
    reportingInstance: source.host ?? '',
  };
}
