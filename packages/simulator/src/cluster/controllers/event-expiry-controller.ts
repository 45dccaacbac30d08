import { textAt } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import type { ControllerContext } from './controller-context.ts';
import { refs } from './refs.ts';

const lifetime = 60 * 60 * 1000;
const interval = 60 * 1000;

/** Removes Events an hour after they were last seen, as the API server's time to live does. */
export function startEventExpiry({ client, scheduler, lister }: ControllerContext): () => void {
  const events = lister(refs.events);
  let cancel: () => void;
  const again = (): void => {
    cancel = scheduler.after(interval, () => {
      const limit = scheduler.now().getTime() - lifetime;
      for (const event of events.list()) if (lastSeen(event) < limit) client.remove(refs.events, event.metadata);
      again();
    });
  };
  again();
  return () => cancel();
}

function lastSeen(event: KubeObject): number {
  const stamp =
    textAt(event, 'lastTimestamp') || textAt(event, 'eventTime') || (event.metadata.creationTimestamp ?? '');
  return Date.parse(stamp);
}
