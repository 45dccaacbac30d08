import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { PolicyKeys } from './access-policies.ts';
import type { StoredHub } from './hub-store.ts';

/** What a hub keeps over a restart. */
export interface HubState extends StoredHub {
  readonly policyKeys: PolicyKeys;
}

const FILE = 'hub.json';

/** Reads the state a hub left in `directory`; undefined when there is none yet. */
export async function loadHubState(directory: string): Promise<HubState | undefined> {
  const path = join(directory, FILE);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as HubState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`The state of the local hub in ${path} cannot be read; delete the file to start afresh.`, {
      cause: error,
    });
  }
}

/** Writes the state of a hub: a burst of changes makes one file, and a file is either the old one or the new one, never half of it. */
export class StateFile {
  readonly #directory: string;
  readonly #delayMs: number;
  readonly #snapshot: () => HubState;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(directory: string, delayMs: number, snapshot: () => HubState) {
    this.#directory = directory;
    this.#delayMs = delayMs;
    this.#snapshot = snapshot;
  }

  /** Asks for a write in a moment. */
  schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // A failed write shows at close; until then the next change tries again.
      this.#write().catch(() => undefined);
    }, this.#delayMs);
  }

  /** Writes what is left and waits for it. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#write();
  }

  #write(): Promise<void> {
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#writeNow());
    return this.#writing;
  }

  async #writeNow(): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const path = join(this.#directory, FILE);
    // The file holds keys: nobody but the owner may read it.
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify(this.#snapshot()));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
  }
}
