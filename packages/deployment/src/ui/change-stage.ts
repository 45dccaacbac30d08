import type { HistoryEntry } from '@iotedge-networking/dashboard';
import type { PreparedChange } from './prepared-change.ts';

/** What is carried out. */
export interface Change {
  readonly id: string;
  readonly prepared: PreparedChange;
  readonly action: HistoryEntry['action'];
  /** Services that had no address before; that they have none afterwards is no news. */
  readonly lacking: ReadonlySet<string>;
}

/** How a stage ended: well, or as the history will call it with a sentence. */
export type StageEnd =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false;
      readonly outcome: Exclude<HistoryEntry['outcome'], 'pending' | 'applied'>;
      readonly text: string;
    };

/** Says that a stage goes on. */
export type Progress = AsyncGenerator<string, StageEnd>;

/** Whether a person has to set pools on the device's own page. */
export function isByHand({ changes }: PreparedChange): boolean {
  return changes.some((change) => change.kind === 'pool-changed' && change.by === 'operator');
}
