/** One line that a container wrote. `time` is RFC 3339. */
export interface LogLine {
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** The last lines of a container, oldest first, and those to come. */
export interface LogBuffer {
  append(line: LogLine): void;
  lines(): readonly LogLine[];
  /** Calls the listener with each new line until the returned function is called. */
  subscribe(listener: (line: LogLine) => void): () => void;
}

/** A buffer that keeps the last `limit` lines. */
export function logBuffer(limit = 5000): LogBuffer {
  const kept: LogLine[] = [];
  const listeners = new Set<(line: LogLine) => void>();
  return {
    append(line) {
      kept.push(line);
      // Trimmed in slices: shifting a long array for each line would cost more than the line itself.
      if (kept.length > limit * 1.25) kept.splice(0, kept.length - limit);
      for (const listener of listeners) listener(line);
    },
    lines: () => kept.slice(-limit),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
