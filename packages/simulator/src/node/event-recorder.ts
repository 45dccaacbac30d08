import type { KubeObject, ObjectClient } from '../cluster/object-client.ts';

/** What an Event says about an object. */
export interface RecordedEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** The part of the object that is meant, such as `spec.containers{web}`. */
  readonly fieldPath?: string;
}

/** Writes an Event about an object. The same event again raises `count` of the one that is there. Never throws. */
export type EventRecorder = (about: KubeObject, event: RecordedEvent) => void;

const events = { group: '', version: 'v1', plural: 'events' } as const;

/** A recorder that writes core/v1 Events as this component. Events are best effort, as in the platform: a refusal is ignored. */
export function eventRecorder(client: ObjectClient, source: { component: string; host?: string }): EventRecorder {
  const known = new Map<string, { name: string; count: number }>();
  let serial = Date.now();
  return (about, event) => {
    const { name, namespace = 'default', uid } = about.metadata;
    const key = [about.kind, namespace, name, uid, event.reason, event.message].join('\n');
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const seen = known.get(key);
    try {
      if (seen !== undefined && client.get(events, { namespace, name: seen.name }) !== undefined) {
        seen.count += 1;
        client.patch(
          events,
          { namespace, name: seen.name },
          { kind: 'merge', body: { count: seen.count, lastTimestamp: now } },
        );
        return;
      }
      serial += 1;
      const entry = { name: `${name}.${serial.toString(16)}`, count: 1 };
      known.set(key, entry);
      if (known.size > 2000) known.delete(known.keys().next().value ?? '');
      client.create(events, eventObject(about, event, { name: entry.name, namespace, now, source }));
    } catch {
      // The namespace may be going away, or the event was removed meanwhile: an event that cannot be kept is dropped.
    }
  };
}

function eventObject(
  about: KubeObject,
  event: RecordedEvent,
  at: { name: string; namespace: string; now: string; source: { component: string; host?: string } },
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: at.name, namespace: at.namespace },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name: about.metadata.name,
      namespace: at.namespace,
      uid: about.metadata.uid,
      resourceVersion: about.metadata.resourceVersion,
      ...(event.fieldPath === undefined ? {} : { fieldPath: event.fieldPath }),
    },
    type: event.type,
    reason: event.reason,
    message: event.message,
    count: 1,
    firstTimestamp: at.now,
    lastTimestamp: at.now,
    source: at.source,
    reportingComponent: at.source.component,
    reportingInstance: at.source.host ?? '',
  };
}
