import { checkShape, formatProblem, reportedSchema, type Reported } from '@iotedge-networking/contract';
import type { JsonObject } from '../generate/sorted-json.ts';

/** The reported properties of a networking module as far as they can be used. */
export type ReportedState =
  | { readonly kind: 'understood'; readonly reported: Reported }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown'; readonly why: string };

/** The reported properties that this version understands, to ask for no more. */
export const REPORTED_KEYS: readonly string[] = Object.keys(reportedSchema.shape);

/** Reads reported properties; a module of another version may report what this program does not know. */
export function readReported(section: JsonObject): ReportedState {
  if (Object.keys(section).length === 0) return { kind: 'nothing' };
  const outcome = checkShape(reportedSchema, section);
  if (outcome.ok) return { kind: 'understood', reported: outcome.value };
  const [first] = outcome.problems;
  return { kind: 'unknown', why: first === undefined ? 'it has another shape' : formatProblem(first) };
}
