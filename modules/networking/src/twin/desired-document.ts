import { readDesired, type Desired } from '@iotedge-networking/contract';
import { WAITING, type DesiredStatus } from '../decide/desired-status.ts';
import type { KnownDesired } from './desired-gate.ts';

/** The document in force and how the latest one was received. */
export interface DesiredDocument {
  readonly status: DesiredStatus;
  readonly inForce?: { readonly source: KnownDesired; readonly desired: Desired };
}

/** Before anything was received. */
export const NO_DOCUMENT: DesiredDocument = { status: WAITING };

/** Takes a received document: a good one comes into force, a bad one is refused as a whole, and an empty one says nothing; the last good one stays. */
export function receiveDocument({ inForce }: DesiredDocument, source: KnownDesired): DesiredDocument {
  const { version } = source;
  const former = inForce === undefined ? {} : { inForce: inForce.source.version };
  if (Object.keys(source.document).length === 0) {
    return { inForce, status: { version, state: 'waiting', problems: [], ...former } };
  }
  const outcome = readDesired(source.document);
  if (!outcome.ok) return { inForce, status: { version, state: 'rejected', problems: outcome.problems, ...former } };
  return { inForce: { source, desired: outcome.value }, status: { version, state: 'accepted', problems: [] } };
}
