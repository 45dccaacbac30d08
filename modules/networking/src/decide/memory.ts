import { decodeTwinKey, type Reason, type Reported } from '@iotedge-networking/contract';
import type { Loser } from './losers-under.ts';
import { objectKey } from '../gather/snapshot.ts';

/** The address a Service had, and which object of that name had it; the uid is empty when only the name is known. */
export interface Pin {
  readonly ips: string;
  readonly uid: string;
}

/** A state with the moment at which it began. */
export interface RememberedState {
  readonly state: 'Ready' | 'Pending' | 'Failing';
  readonly reason: Reason | '';
  readonly since: string;
}

/** What one pass hands to the next; a value, so that decisions can be replayed. */
export interface Memory {
  /** Last address of each desired Service, by `namespace/name`. */
  readonly pins: ReadonlyMap<string, Pin>;
  readonly states: ReadonlyMap<string, RememberedState>;
  /** What was wanted when a Service last agreed with it: a later difference with the same wish is drift. */
  readonly agreed: ReadonlyMap<string, string>;
  /** Who lost addresses to a document, and that document's `$version`. */
  readonly taken?: { readonly version: number; readonly losers: readonly Loser[] };
}

/** The memory of a module that has seen nothing yet. */
export const EMPTY_MEMORY: Memory = { pins: new Map(), states: new Map(), agreed: new Map() };

/**
 * Recalls addresses and the beginnings of states from the reported properties of an earlier run. What this run has seen itself is kept.
 * `reported` is what the hub holds, of any origin: whatever does not look as expected is passed over.
 */
export function recallReported(memory: Memory, reported: Partial<Pick<Reported, 'services'>>): Memory {
  const pins = new Map(memory.pins);
  const states = new Map(memory.states);
  for (const [namespace, services] of Object.entries(reported.services ?? {})) {
    for (const [name, service] of Object.entries(services)) {
      const key = objectKey({ namespace: decodeTwinKey(namespace), name: decodeTwinKey(name) });
      const { ips, state, reason, since, owner } = service;
      if (ips !== undefined && ips !== '' && owner !== 'other' && !pins.has(key)) pins.set(key, { ips, uid: '' });
      if (since !== undefined && !states.has(key)) states.set(key, { state, reason, since });
    }
  }
  return { ...memory, pins, states };
}
