/** Keeps the books of node ports. */
export interface NodePortAllocator {
  readonly first: number;
  readonly last: number;
  next(random: () => number): number | undefined;
  refusal(port: number, protocol: string): string | undefined;
  take(port: number, protocol: string): void;
  release(port: number, protocol: string): void;
}

/** Makes an allocator for a port range. TCP and UDP of one number are two ports, but a port that is chosen freely is free for all protocols. */
export function nodePortAllocator(first: number, last: number): NodePortAllocator {
  const taken = new Map<number, Set<string>>();
  return {
    first,
    last,
    next: (random) => {
      const size = last - first + 1;
      const start = Math.floor(random() * size);
      for (let step = 0; step < size; step++) {
        const port = first + ((start + step) % size);
        if (!taken.has(port)) return port;
      }
      return undefined;
    },
    refusal: (port, protocol) => {
      if (port < first || port > last) {
        return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
      }
      return taken.get(port)?.has(protocol) === true ? 'provided port is already allocated' : undefined;
    },
    take: (port, protocol) => {
      taken.set(port, (taken.get(port) ?? new Set<string>()).add(protocol));
    },
    release: (port, protocol) => {
      const protocols = taken.get(port);
      protocols?.delete(protocol);
      if (protocols?.size === 0) taken.delete(port);
    },
  };
}
