/** One line that a container wrote. `time` is RFC 3339. */
export interface LogLine {
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** Who follows a log: `onEnd` is called when the container's run is over. */
export interface LogFollower {
  readonly onLine: (line: LogLine) => void;
  readonly onEnd: () => void;
}

/** The last lines of one run of a container, oldest first, and those to come. */
export interface LogBuffer {
  append(line: LogLine): void;
  lines(): readonly LogLine[];
  /** Tells of each new line until the returned function is called. */
  follow(follower: LogFollower): () => void;
  /** The run is over. */
  end(): void;
}

/** A buffer that keeps the last `limit` lines. */
export function logBuffer(limit = 5000): LogBuffer {
  const kept: LogLine[] = [];
  const followers = new Set<LogFollower>();
  let ended = false;
  return {
    append(line) {
      kept.push(line);
      // Trimmed in slices: shifting a long array for each line would cost more than the line itself.
      if (kept.length > limit * 1.25) kept.splice(0, kept.length - limit);
      for (const { onLine } of followers) onLine(line);
    },
    lines: () => kept.slice(-limit),
    follow(follower) {
      if (ended) follower.onEnd();
      else followers.add(follower);
      return () => followers.delete(follower);
    },
    end() {
      ended = true;
      for (const { onEnd } of followers) onEnd();
      followers.clear();
    },
  };
}
