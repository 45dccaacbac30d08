/** One value that a change replaced; `from` or `to` is absent where there is none. */
export interface ValueChange {
  readonly path: string;
  readonly from?: string;
  readonly to?: string;
}

/** Who changed what, when, and what became of it. */
export interface HistoryEntry {
  readonly id: string;
  readonly at: string;
  /** Name of the operator's account on the machine that served the page. */
  readonly who: string;
  readonly action: 'apply' | 'undo';
  readonly changes: readonly ValueChange[];
  /** `pending` while the module has not answered. */
  readonly outcome: 'pending' | 'applied' | 'refused' | 'timed-out' | 'failed';
  readonly message?: string;
  /** Whether {@link HistoryEntry.id} may be given to `POST …/undo`: nothing it changed was changed again since. */
  readonly undoable: boolean;
}

/** Answer of `GET …/history`, newest first. */
export interface HistoryView {
  readonly entries: readonly HistoryEntry[];
}

/** Body of `POST …/undo`. */
export interface UndoRequest {
  readonly entry: string;
}
