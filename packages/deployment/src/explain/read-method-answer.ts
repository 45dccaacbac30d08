import { checkShape, reportedSchema, type ReportedService } from '@iotedge-networking/contract';
import { isJsonObject } from '../generate/sorted-json.ts';

/** What the direct method `explain` of the networking module answered. */
export type ExplainAnswer =
  | { readonly kind: 'service'; readonly service: ReportedService }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly why: string };

const SERVICE = reportedSchema.shape.services.valueType.valueType;
const FIELDS = Object.keys(SERVICE.shape);

/** Reads the answer; what a later version adds is passed over. */
export function readMethodAnswer(status: number, payload: unknown): ExplainAnswer {
  if (status === 404) return { kind: 'missing' };
  if (status !== 200 || !isJsonObject(payload)) return { kind: 'unreadable', why: `it answered with status ${status}` };
  const known = Object.entries(payload).filter(([key]) => FIELDS.includes(key));
  const outcome = checkShape(SERVICE, Object.fromEntries(known));
  if (outcome.ok) return { kind: 'service', service: outcome.value };
  return { kind: 'unreadable', why: 'its answer has another shape' };
}
