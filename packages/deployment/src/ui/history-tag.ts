import type { HistoryEntry } from '@iotedge-networking/dashboard';
import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../generate/sorted-json.ts';

/** Tag of the device twin that holds the history: it belongs to the device, every operator of the hub sees it, and the device never gets it. */
export const HISTORY_TAG = 'iotedgeNetworkingHistory';

/** An entry as it is kept; whether it can be undone depends on what came after. */
export type KeptEntry = Omit<HistoryEntry, 'undoable'>;

/** All tags of a device share 8 KB, a single text may have 4 KB. */
const HISTORY_BYTES = 3_000;
const MOST_ENTRIES = 12;

const entrySchema = z.object({
  at: z.string(),
  who: z.string(),
  action: z.enum(['apply', 'undo']),
  changes: z.array(z.object({ path: z.string(), from: z.string().optional(), to: z.string().optional() })),
  outcome: z.enum(['pending', 'applied', 'refused', 'timed-out', 'failed']),
  message: z.string().optional(),
});

/** The entries that the tags hold, newest first; what cannot be read is passed over. */
export function readHistory(tags: JsonObject): readonly KeptEntry[] {
  const kept = tags[HISTORY_TAG];
  if (!isJsonObject(kept)) return [];
  const entries = Object.entries(kept).flatMap(([id, text]): readonly KeptEntry[] => {
    const parsed = entrySchema.safeParse(typeof text === 'string' ? parseJson(text) : undefined);
    return parsed.success ? [{ id, ...parsed.data }] : [];
  });
  return entries.sort((one, other) => (one.at < other.at ? 1 : -1));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The tags to merge so that the entry is in the history; the oldest ones go when there is no room. */
export function historyPatch(tags: JsonObject, entry: KeptEntry): JsonObject {
  const all = [entry, ...readHistory(tags).filter(({ id }) => id !== entry.id)];
  const kept = new Map<string, string>();
  let bytes = 0;
  for (const { id, ...rest } of all) {
    const text = JSON.stringify(rest);
    bytes += Buffer.byteLength(text) + id.length;
    if (kept.size > 0 && (bytes > HISTORY_BYTES || kept.size === MOST_ENTRIES)) break;
    kept.set(id, text);
  }
  const before = isJsonObject(tags[HISTORY_TAG]) ? Object.keys(tags[HISTORY_TAG]) : [];
  const dropped = before.filter((id) => !kept.has(id)).map((id): [string, null] => [id, null]);
  return { [HISTORY_TAG]: Object.fromEntries([...kept, ...dropped]) };
}
