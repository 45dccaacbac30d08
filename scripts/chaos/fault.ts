import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';

/** Something that goes wrong around changes. `during` carries the changes out; afterwards nothing of the fault may be left but its consequences. */
export interface Fault {
  readonly name: string;
  readonly weight: number;
  readonly strike: (stage: Stage, random: Random, during: () => void) => Promise<void>;
}

/** A moment in which the module can notice; it lives many times as fast. */
export const moment = (random: Random): Promise<void> => delay(5 + random.integer(60));
