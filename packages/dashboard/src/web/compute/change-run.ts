import { signal, type ReadonlySignal } from '@preact/signals';
import type { ApplyStep, PreviewView } from '../../view/index.ts';
import { ApiError, type ApiClient } from '../live/api-client.ts';
import { addStep } from '../live/live-state.ts';
import type { DraftState } from './draft-state.ts';

/** Where the dialog of a change stands. */
export type ChangeStage =
  | { readonly kind: 'closed' }
  | { readonly kind: 'reading' }
  | { readonly kind: 'preview'; readonly preview: PreviewView; readonly revision: string }
  | { readonly kind: 'running'; readonly undo: boolean; readonly steps: readonly ApplyStep[] }
  /** The server refused; its sentence says why. */
  | { readonly kind: 'failed'; readonly message: string };

/** A change from its preview to its end. */
export interface ChangeRun {
  readonly stage: ReadonlySignal<ChangeStage>;
  preview(): Promise<void>;
  apply(acceptLosses: boolean): Promise<void>;
  undo(entry: string): Promise<void>;
  close(): void;
}

/** Makes the run of one page. A draft that was applied is discarded, so that the form follows the device again. */
export function changeRun(api: ApiClient, draft: DraftState): ChangeRun {
  const stage = signal<ChangeStage>({ kind: 'closed' });
  const fail = (error: unknown): void => {
    stage.value = { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  };
  const preview = async (): Promise<void> => {
    stage.value = { kind: 'reading' };
    const { id, revision } = draft.device.peek();
    try {
      const view = await api.preview(id, { computeNetwork: draft.compute.peek(), revision });
      if (stage.peek().kind === 'reading') stage.value = { kind: 'preview', preview: view, revision };
    } catch (error) {
      fail(error);
    }
  };
  const run = async (undo: boolean, work: (onStep: (step: ApplyStep) => void) => Promise<void>): Promise<void> => {
    let steps: readonly ApplyStep[] = [];
    stage.value = { kind: 'running', undo, steps };
    try {
      await work((step) => {
        steps = addStep(steps, step);
        stage.value = { kind: 'running', undo, steps };
      });
      if (succeeded(steps)) draft.discard();
    } catch (error) {
      // The device has something new since the preview was made: what would change has to be seen again.
      if (error instanceof ApiError && error.code === 'conflict' && !undo) await preview();
      else fail(error);
    }
  };
  return {
    stage,
    preview,
    apply: (acceptLosses) => {
      const now = stage.peek();
      if (now.kind !== 'preview') return Promise.resolve();
      const { id } = draft.device.peek();
      const request = { computeNetwork: draft.compute.peek(), revision: now.revision, acceptLosses };
      return run(false, (onStep) => api.apply(id, request, onStep));
    },
    undo: (entry) => run(true, (onStep) => api.undo(draft.device.peek().id, entry, onStep)),
    close: () => (stage.value = { kind: 'closed' }),
  };
}

/** Whether the steps came to a good end. */
export function succeeded(steps: readonly ApplyStep[]): boolean {
  const last = steps.at(-1);
  return last?.kind === 'end' && last.ok;
}
