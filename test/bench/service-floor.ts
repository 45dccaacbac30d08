import type { ApiSession } from '../behaviour/api-session.ts';

/** The least time in which the objects can be made, and at which concurrency. */
export interface Floor {
  readonly ms: number;
  readonly concurrency: number;
}

/** Objects to create: one body, many names. */
export interface Creation {
  readonly body: object;
  readonly names: readonly string[];
  readonly namespace: string;
  readonly concurrency: number;
}

const CONCURRENCIES = [4, 8, 16, 32];

/** Creates Services of this body under each name by bare requests over connections that stay open, at several concurrencies, and gives the fastest. */
export async function bestFloor(api: ApiSession, body: object, names: readonly string[]): Promise<Floor> {
  const namespace = 'floor';
  await api.send({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: namespace } } });
  const floors: Floor[] = [];
  for (const concurrency of CONCURRENCIES) {
    const started = performance.now();
    await createAll(api, { body, names, namespace, concurrency });
    floors.push({ ms: performance.now() - started, concurrency });
    await deleteAll(api, namespace, names);
  }
  return floors.reduce((best, one) => (one.ms < best.ms ? one : best));
}

/** Creates the objects, so many at a time. */
export async function createAll(api: ApiSession, { body, names, namespace, concurrency }: Creation): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/services`;
  await each(names, concurrency, (name) => {
    const { metadata } = body as { readonly metadata?: object };
    return api.ask({ method: 'POST', path, body: { ...body, metadata: { ...metadata, name } } });
  });
}

/** Deletes Services. */
export function deleteAll(api: ApiSession, namespace: string, names: readonly string[]): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/services`;
  return each(names, 16, (name) => api.ask({ method: 'DELETE', path: `${path}/${name}` }));
}

async function each(
  names: readonly string[],
  concurrency: number,
  act: (name: string) => Promise<unknown>,
): Promise<void> {
  const queue = [...names];
  const work = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) await act(name);
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}
