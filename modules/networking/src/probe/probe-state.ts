/** What came of one probe. */
export type ProbeOutcome =
  | { readonly kind: 'right' }
  /** There was an answer, and it is not the right one. */
  | { readonly kind: 'wrong'; readonly message: string }
  /** Nothing answered: either the other end or the way there is down. */
  | { readonly kind: 'silent'; readonly message: string }
  /** It could not even be asked from here, which says nothing about the other end. */
  | { readonly kind: 'unable' };

/** What is believed of one target after its latest probes; a value. */
export interface ProbeState {
  readonly belief: 'unknown' | 'right' | 'wrong' | 'silent';
  /** Sentence of the failure that is believed. */
  readonly message: string;
  /** Probes in a row that contradict the belief. */
  readonly doubts: number;
}

/** Nothing was asked yet. */
export const UNASKED: ProbeState = { belief: 'unknown', message: '', doubts: 0 };

/** So many probes in a row have to say the opposite before it is believed: one lost packet is everyday life, in both directions. */
const CONFIRMATIONS = 2;

/** What is believed after one more outcome. The first right answer is believed at once; a failure only when it was confirmed. */
export function nextState(before: ProbeState, outcome: ProbeOutcome): ProbeState {
  if (outcome.kind === 'unable') return before;
  const failed = outcome.kind !== 'right';
  const believedFailed = before.belief === 'wrong' || before.belief === 'silent';
  const message = failed ? outcome.message : '';
  if (failed === believedFailed && before.belief !== 'unknown') {
    return { belief: outcome.kind, message, doubts: 0 };
  }
  const doubts = before.doubts + 1;
  const isBelieved = doubts >= CONFIRMATIONS || (!failed && before.belief === 'unknown');
  return isBelieved ? { belief: outcome.kind, message, doubts: 0 } : { ...before, doubts };
}
