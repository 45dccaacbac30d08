import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isTwinObject } from '@iotedge-networking/contract';
import type { Logger } from '../log.ts';
import type { KnownDesired } from './desired-gate.ts';

/** What a restart without a hub has to know. */
export interface KeptState {
  /** The last good desired document. */
  readonly desired?: KnownDesired;
  /** Addresses by `namespace/name`. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** A file that keeps the last good document and the addresses over restarts. What cannot be read or written is logged, and the module goes on without. */
export class StateFile {
  readonly #path: string;
  readonly #log: Logger;
  #written = '';
  #pending: KeptState | undefined;
  #writing: Promise<void> | undefined;

  constructor(folder: string, log: Logger) {
    this.#path = path.join(folder, 'networking-state.json');
    this.#log = log;
  }

  /** What an earlier run kept. */
  async read(): Promise<KeptState | undefined> {
    try {
      const text = await readFile(this.#path, 'utf8');
      const state = readState(JSON.parse(text));
      if (state !== undefined) this.#written = text;
      return state;
    } catch (error) {
      const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!isAbsent) this.#log.warn({ file: this.#path, cause: (error as Error).message }, 'state file cannot be read');
      return undefined;
    }
  }

  /** Keeps a state; what is the same is not written again, and a crash leaves the old or the new one. */
  keep(state: KeptState): void {
    this.#pending = state;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Waits until everything is written. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    for (let state = this.#pending; state !== undefined; state = this.#pending) {
      this.#pending = undefined;
      const text = JSON.stringify(state);
      if (text === this.#written) continue;
      try {
        await mkdir(path.dirname(this.#path), { recursive: true });
        await writeFile(`${this.#path}.new`, text, { mode: 0o600 });
        await rename(`${this.#path}.new`, this.#path);
        this.#written = text;
      } catch (error) {
        this.#log.warn({ file: this.#path, cause: (error as Error).message }, 'state file cannot be written');
      }
    }
  }
}

function readState(value: unknown): KeptState | undefined {
  if (!isTwinObject(value) || !isTwinObject(value.addresses)) return undefined;
  const addresses = Object.entries(value.addresses).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return { desired: readKnown(value.desired), addresses: Object.fromEntries(addresses) };
}

function readKnown(value: unknown): KnownDesired | undefined {
  if (!isTwinObject(value) || typeof value.version !== 'number' || !isTwinObject(value.document)) return undefined;
  return { version: value.version, document: value.document };
}
