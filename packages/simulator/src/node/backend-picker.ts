import type { Backend } from './service.ts';

/** Chooses the endpoint for each new connection: in turn, or the client's own one while its session lasts. */
export interface BackendPicker {
  pick(client: string): Backend | undefined;
  /** Replaces the endpoints and the session time; sessions with endpoints that stay are kept. */
  update(backends: readonly Backend[], affinitySeconds: number | undefined): void;
  readonly backends: readonly Backend[];
}

/** A picker; `now` is the time in milliseconds. */
export function backendPicker(now: () => number): BackendPicker {
  let backends: readonly Backend[] = [];
  let affinityMs: number | undefined;
  let turn = 0;
  const sessions = new Map<string, { readonly backend: Backend; usedAt: number }>();

  return {
    get backends() {
      return backends;
    },
    pick(client) {
      const session = affinityMs === undefined ? undefined : sessions.get(client);
      if (session !== undefined && now() - session.usedAt < (affinityMs ?? 0)) {
        session.usedAt = now();
        return session.backend;
      }
      const backend = backends[turn % backends.length];
      turn = (turn + 1) % Math.max(backends.length, 1);
      if (affinityMs !== undefined && backend !== undefined) sessions.set(client, { backend, usedAt: now() });
      return backend;
    },
    update(next, affinitySeconds) {
      backends = next;
      affinityMs = affinitySeconds === undefined ? undefined : affinitySeconds * 1000;
      if (affinityMs === undefined) sessions.clear();
      const present = new Set(next.map(backendKey));
      for (const [client, { backend }] of sessions) if (!present.has(backendKey(backend))) sessions.delete(client);
    },
  };
}

/** `ip:port` of an endpoint. */
export function backendKey(backend: Backend): string {
  return `${backend.ip}:${backend.port}`;
}
