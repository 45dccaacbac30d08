import { ApiError } from '../api-error.ts';
import type { Verb } from './request-info.ts';

/** Which requests a fault hits; everything by default. */
export interface FaultTarget {
  readonly verbs?: readonly Verb[];
  /** The plural of a resource. */
  readonly resource?: string;
}

/** Switches that make the API server misbehave in the ways real ones do. Each says what it models. */
export interface ApiFaults {
  /** Cuts every open watch without a last chunk, as a lost connection or a killed API server does. Returns how many there were. */
  dropWatches(): number;
  /** Ends every open watch cleanly, as the server does after its time-out. Returns how many there were. */
  endWatches(): number;
  /**
   * Keeps watches open but silent for good, as a half-open connection behind a NAT or firewall does: those that are open, and those that are opened until
   * `false` is said.
   */
  hangWatches(hang: boolean): void;
  /**
   * Answers the next `count` requests with 429, 500 or 503 (with Retry-After: 1 on 429 and 503), as an overloaded server does, or with 409, as for an
   * object that somebody else has just changed.
   */
  failNext(count: number, code: FailureCode, target?: FaultTarget): void;
  /** Delays every answer by so many milliseconds, as a busy etcd does. 0 ends it. */
  slowDown(milliseconds: number): void;
  /** Forgets the watch history, as compaction does: a watch or continue token from before is answered by 410 Gone. */
  expireHistory(): void;
  /** Refuses every write, as an etcd without quorum does. Reads go on. */
  refuseWrites(refuse: boolean): void;
  /** Ends all faults. Watches that have fallen silent stay so. */
  calm(): void;
}

/** Statuses that {@link ApiFaults.failNext} answers with. */
export type FailureCode = 409 | 429 | 500 | 503;

/** The state behind the switches, as the server consults it. */
export interface FaultState {
  /** Throws when the request is to fail. */
  check(verb: Verb | undefined, resource: string | undefined): void;
  readonly delayMilliseconds: number;
  /** Remembers an open watch; returns the function that forgets it. */
  addWatch(watch: OpenWatch): () => void;
}

/** A watch connection, as faults can hit it. */
export interface OpenWatch {
  cut(): void;
  end(): void;
  /** Says nothing from now on, and does not end either. */
  mute(): void;
}

interface Failure {
  left: number;
  readonly code: FailureCode;
  readonly target: FaultTarget;
}

const reading = new Set<Verb | undefined>(['get', 'list', 'watch', undefined]);

/** Makes the switches and the state behind them. `compact` forgets the store's history. */
export function apiFaults(compact: () => void): ApiFaults & { readonly state: FaultState } {
  const watches = new Set<OpenWatch>();
  let failures: Failure[] = [];
  let delayMilliseconds = 0;
  let hanging = false;
  let refusing = false;
  const each = (act: (watch: OpenWatch) => void): number => {
    const open = [...watches];
    for (const watch of open) act(watch);
    return open.length;
  };
  const check: FaultState['check'] = (verb, resource) => {
    if (refusing && !reading.has(verb)) throw new ApiError(500, '', 'etcdserver: request timed out');
    const hit = failures.find(({ target }) => hits(target, verb, resource));
    if (hit === undefined) return;
    hit.left -= 1;
    failures = failures.filter((failure) => failure.left > 0);
    throw failure(hit.code);
  };
  return {
    dropWatches: () => each((watch) => watch.cut()),
    endWatches: () => each((watch) => watch.end()),
    hangWatches: (hang) => {
      hanging = hang;
      if (hang) each((watch) => watch.mute());
    },
    failNext: (count, code, target = {}) => void failures.push({ left: count, code, target }),
    slowDown: (milliseconds) => void (delayMilliseconds = milliseconds),
    expireHistory: compact,
    refuseWrites: (refuse) => void (refusing = refuse),
    calm: () => {
      failures = [];
      delayMilliseconds = 0;
      hanging = false;
      refusing = false;
    },
    state: {
      check,
      get delayMilliseconds() {
        return delayMilliseconds;
      },
      addWatch: (watch) => {
        watches.add(watch);
        if (hanging) watch.mute();
        return () => void watches.delete(watch);
      },
    },
  };
}

function hits(target: FaultTarget, verb: Verb | undefined, resource: string | undefined): boolean {
  if (target.resource !== undefined && target.resource !== resource) return false;
  return target.verbs === undefined || (verb !== undefined && target.verbs.includes(verb));
}

function failure(code: FailureCode): ApiError {
  if (code === 409) {
    const message = 'the object has been modified; please apply your changes to the latest version and try again';
    return new ApiError(409, 'Conflict', `Operation cannot be fulfilled: ${message}`);
  }
  if (code === 429) {
    return new ApiError(
      429,
      'TooManyRequests',
      'the server has received too many requests and has asked us to try again later',
      { retryAfterSeconds: 1 },
    );
  }
  if (code === 503) {
    return new ApiError(503, 'ServiceUnavailable', 'the server is currently unable to handle the request', {
      retryAfterSeconds: 1,
    });
  }
  return new ApiError(500, 'InternalError', 'Internal error occurred: injected fault', {
    causes: [{ message: 'injected fault' }],
  });
}
