import { diffTwin, type Reported, type TwinObject } from '@iotedge-networking/contract';

/**
 * What goes to the hub next: `whole` the report; `answer` its `desired` part alone, ahead of everything else, while the changes that it asked for are being
 * written; `later` nothing yet, since the hub has that answer and the rest is about to change again.
 */
export type Turn = 'whole' | 'answer' | 'later';

/** The turn of a report, given what the hub holds. A hub without a report gets the whole, for a part is none; and addresses are what people wait for. */
export function chooseTurn(confirmed: TwinObject, { desired, addresses }: Reported): Turn {
  if (desired.state !== 'applying' || confirmed.schemaVersion === undefined) return 'whole';
  if (differs(confirmed.addresses, addresses)) return 'whole';
  return differs(confirmed.desired, desired) ? 'answer' : 'later';
}

function differs(held: unknown, part: unknown): boolean {
  return diffTwin({ part: held }, { part }) !== undefined;
}
