import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isTwinObject } from '@iotedge-networking/contract';
import type { Logger } from '../log.ts';
import type { KnownDesired } from './desired-gate.ts';

/** Looked at this often; a mounted ConfigMap takes about a minute to arrive anyway. */
const INTERVAL_MS = 2_000;

/**
 * Desired properties from a file, for a cluster without a hub: the document itself, or a manifest's `{"properties.desired": …}`. Read at once and after each
 * change; the version counts the readings. Returns the function that ends it.
 */
export function watchDesiredFile(
  path: string,
  onDesired: (known: KnownDesired) => void,
  log: Logger,
  intervalMs = INTERVAL_MS,
): () => void {
  let version = 0;
  let text = '';
  const read = async (): Promise<void> => {
    try {
      const now = await readFile(path, 'utf8');
      if (now === text) return;
      text = now;
      const value: unknown = JSON.parse(now);
      const inner = isTwinObject(value) ? (value['properties.desired'] ?? value) : undefined;
      if (!isTwinObject(inner)) throw new Error('the file holds no JSON object');
      version += 1;
      onDesired({ version, document: inner });
    } catch (error) {
      log.warn({ file: path, cause: (error as Error).message }, 'desired file cannot be read');
    }
  };
  void read();
  watchFile(path, { interval: intervalMs, persistent: false }, () => void read());
  return () => unwatchFile(path);
}
