import { createHash, timingSafeEqual } from 'node:crypto';

/** Browsers signed in at a time; the oldest has to sign in again when there are more. */
const SESSIONS = 32;

/** One browser that may see the page. */
export interface Session {
  readonly csrfToken: string;
}

/** What {@link SessionKeeper} is made of. */
export interface SessionOptions {
  /** An unguessable text of letters, digits, `-` and `_`; 256 bits. */
  readonly randomText: () => string;
  /** A code that signs in any number of times, for people who cannot see the printed address; at least 16 characters, else ignored. */
  readonly code?: string;
  /** Told of every new one-time token: the first, and the next one whenever one was used. */
  readonly onToken?: (token: string) => void;
}

/** Who may see the page: one-time tokens become sessions. Nothing is kept beyond the process. */
export class SessionKeeper {
  readonly #options: SessionOptions;
  readonly #sessions = new Map<string, Session>();
  #token: string;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#token = this.#nextToken();
  }

  /** The token that signs in the next browser. */
  get token(): string {
    return this.#token;
  }

  /** Turns a token into the id of a new session; undefined when it is not valid, or was used before. */
  redeem(token: string): string | undefined {
    const { code, randomText } = this.#options;
    const isCode = code !== undefined && code.length >= 16 && isSame(token, code);
    if (!isCode && !isSame(token, this.#token)) return undefined;
    if (!isCode) this.#token = this.#nextToken();
    const id = randomText();
    this.#sessions.set(id, { csrfToken: randomText() });
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
    return id;
  }

  /** The session of that id. */
  find(id: string | undefined): Session | undefined {
    return id === undefined ? undefined : this.#sessions.get(id);
  }

  #nextToken(): string {
    const token = this.#options.randomText();
    this.#options.onToken?.(token);
    return token;
  }
}

/** Compares in a time that does not tell how much of the text is right. */
export function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
