/** What an apply goes through, in this order; a stage that has nothing to do is left out. */
export type ApplyStage = 'check' | 'history' | 'file' | 'twin' | 'module' | 'addresses';

/** One line of the answer of `POST …/apply` and `POST …/undo` (`application/x-ndjson`); also the event `apply`, so that every browser sees it. */
export type ApplyStep =
  | {
      readonly kind: 'step';
      readonly stage: ApplyStage;
      /** `running` comes once or several times, then `done` or `failed`. */
      readonly state: 'running' | 'done' | 'failed';
      /** English sentence. */
      readonly text: string;
      readonly at: string;
    }
  | {
      /** The last line, always. */
      readonly kind: 'end';
      readonly ok: boolean;
      readonly text: string;
      readonly at: string;
      /** Entry of the history that an undo goes back of; absent when nothing was changed. */
      readonly undo?: string;
    };
