import type { Scheduler } from './scheduler.ts';

/** A scheduler whose time stands still until it is told to move. */
export interface ManualScheduler extends Scheduler {
  /** Runs all tasks that are due, and those they cause, without moving time. Returns how many ran. */
  runDue(): number;
  /** Moves time forward, running each task at its own moment. */
  advance(milliseconds: number): void;
}

interface Task {
  readonly due: number;
  readonly run: () => void;
}

// Two controllers that undo each other's work would otherwise hang the test instead of failing it.
const taskLimit = 100_000;

/** Makes a manual scheduler that starts at the given moment. */
export function manualScheduler(start = new Date('2024-01-01T00:00:00Z')): ManualScheduler {
  let now = start.getTime();
  let tasks: Task[] = [];
  const runUntil = (limit: number): number => {
    let count = 0;
    for (;;) {
      const next = tasks.filter((task) => task.due <= limit).sort((a, b) => a.due - b.due)[0];
      if (next === undefined) return count;
      if (++count > taskLimit) throw new Error(`the scheduler ran ${taskLimit} tasks and there are still more due`);
      tasks = tasks.filter((task) => task !== next);
      now = Math.max(now, next.due);
      next.run();
    }
  };
  return {
    now: () => new Date(now),
    after: (milliseconds, run) => {
      const task = { due: now + milliseconds, run };
      tasks.push(task);
      return () => {
        tasks = tasks.filter((candidate) => candidate !== task);
      };
    },
    runDue: () => runUntil(now),
    advance: (milliseconds) => {
      const end = now + milliseconds;
      runUntil(end);
      now = end;
    },
  };
}
