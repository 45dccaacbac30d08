/** Time as the cluster sees it. Everything that waits or stamps goes through one of these, so that tests need not sleep. */
export interface Scheduler {
  now(): Date;
  /** Runs the task once after so many milliseconds (0: soon, but never at once). Returns the function that cancels it. */
  after(milliseconds: number, task: () => void): () => void;
}

/** The scheduler of the real machine. Its timers never keep the process alive. */
export const systemScheduler: Scheduler = {
  now: () => new Date(),
  after: (milliseconds, task) => {
    if (milliseconds === 0) {
      const immediate = setImmediate(task);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(task, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** The time stamp format of Kubernetes objects: RFC 3339 with whole seconds. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** The time stamp format of `metav1.MicroTime`: RFC 3339 with microseconds. */
export function microTimestamp(date: Date): string {
  return date.toISOString().replace('Z', '000Z');
}
