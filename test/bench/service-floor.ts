import type { ApiSession } from '../behaviour/api-session.ts';

/** Objects to create: one body, many names. */
export interface Creation {
  readonly body: object;
  readonly names: readonly string[];
  readonly namespace: string;
  readonly concurrency: number;
}

const CONCURRENCIES = [4, 8, 16, 32];

/** Objects that are the same but for their names. */
export type Batch = Omit<Creation, 'concurrency'>;

/** The least time in which Services can be made: this body under each name, by bare requests over connections that stay open. */
export class ServiceFloor {
  /** So many requests at a time were fastest. */
  readonly concurrency: number;
  readonly #api: ApiSession;
  readonly #batch: Batch;

  private constructor(api: ApiSession, batch: Batch, concurrency: number) {
    this.#api = api;
    this.#batch = batch;
    this.concurrency = concurrency;
  }

  /** Tries several concurrencies twice: the first lap warms client and server, the second one chooses. */
  static async find(api: ApiSession, batch: Batch): Promise<ServiceFloor> {
    const candidates = CONCURRENCIES.map((concurrency) => new ServiceFloor(api, batch, concurrency));
    for (const floor of candidates) await floor.measure();
    const times: number[] = [];
    for (const floor of candidates) times.push(await floor.measure());
    return candidates[times.indexOf(Math.min(...times))] as ServiceFloor;
  }

  /** Makes the Services, then removes them; resolves with the milliseconds that making took. */
  async measure(): Promise<number> {
    const started = performance.now();
    await createAll(this.#api, { ...this.#batch, concurrency: this.concurrency });
    const ms = performance.now() - started;
    await deleteAll(this.#api, this.#batch.namespace, this.#batch.names);
    return ms;
  }
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
