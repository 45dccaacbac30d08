import type { ControllerContext } from './controller-context.ts';
import type { Lister, ListerEvent } from './lister.ts';
import { workQueue } from './work-queue.ts';
import type { WorkQueue } from './work-queue.ts';

/** A controller as data: what it watches, which keys a change concerns, and how a key is made right. */
export interface ControllerDefinition {
  readonly name: string;
  readonly sources: readonly {
    readonly lister: Lister;
    readonly keys: (event: ListerEvent) => readonly string[];
  }[];
  readonly reconcile: (key: string, queue: WorkQueue) => void;
}

/** Starts a level-based controller: what happened is dropped at the door, only the key goes on. */
export function startController(context: ControllerContext, definition: ControllerDefinition): () => void {
  const queue: WorkQueue = workQueue({
    scheduler: context.scheduler,
    reconcile: (key) => definition.reconcile(key, queue),
    onGiveUp: (error) => context.onError(definition.name, error),
  });
  const ends = definition.sources.map(({ lister, keys }) =>
    lister.onChange((event) => {
      for (const key of keys(event)) queue.add(key);
    }),
  );
  return () => {
    for (const end of ends) end();
    queue.stop();
  };
}
