import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiSession } from '../../behaviour/api-session.ts';

/** A Kubernetes object as it is on the wire. */
export interface WireObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly resourceVersion?: string;
  };
  readonly [field: string]: unknown;
}

interface WireList {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly WireObject[];
}

interface WireEvent {
  readonly type: string;
  readonly object: WireObject;
}

const RETRY_MS = 50;

/** The objects of one collection as they come and go, listed anew whenever the watch ends. Independent of the module's own reflector on purpose. */
export class FollowedCollection {
  /** By `namespace/name`. */
  readonly objects = new Map<string, WireObject>();
  readonly #api: ApiSession;
  readonly #path: string;
  readonly #onChange: (key: string) => void;
  readonly #stopped = new AbortController();
  #closeWatch: (() => void) | undefined;
  #running: Promise<void> | undefined;

  constructor(api: ApiSession, path: string, onChange: (key: string) => void) {
    this.#api = api;
    this.#path = path;
    this.#onChange = onChange;
  }

  /** Resolves after the first list; from then on changes are told. */
  async start(): Promise<void> {
    const version = await this.#list();
    this.#running = this.#follow(version);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#closeWatch?.();
    await this.#running;
  }

  async #follow(first: string): Promise<void> {
    for (let version: string | undefined = first; !this.#stopped.signal.aborted;) {
      try {
        await this.#watch((version ??= await this.#list()));
      } catch {
        // The server is away or starts again; asked once more in a moment.
      }
      version = undefined;
      await delay(RETRY_MS, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
    }
  }

  async #list(): Promise<string> {
    const { metadata, items } = await this.#api.ask<WireList>({ path: this.#path });
    const found = new Map(items.map((object) => [keyOf(object), object]));
    for (const key of this.objects.keys()) if (!found.has(key)) this.#put(key, undefined);
    for (const [key, object] of found) this.#put(key, object);
    return metadata.resourceVersion;
  }

  async #watch(version: string): Promise<void> {
    const response = await this.#api.open({ path: `${this.#path}?watch=true&resourceVersion=${version}` });
    const lines = createInterface({ input: response });
    // A destroyed response alone leaves the reader waiting.
    this.#closeWatch = () => {
      response.destroy();
      lines.close();
    };
    if (this.#stopped.signal.aborted) this.#closeWatch();
    for await (const line of lines) {
      const { type, object } = JSON.parse(line) as WireEvent;
      if (type === 'ERROR') break;
      this.#put(keyOf(object), type === 'DELETED' ? undefined : object);
    }
    this.#closeWatch();
  }

  #put(key: string, object: WireObject | undefined): void {
    const before = this.objects.get(key);
    if (object === undefined) this.objects.delete(key);
    else this.objects.set(key, object);
    if (before?.metadata.resourceVersion !== object?.metadata.resourceVersion) this.#onChange(key);
  }
}

function keyOf({ metadata: { namespace, name } }: WireObject): string {
  return `${namespace ?? ''}/${name}`;
}
