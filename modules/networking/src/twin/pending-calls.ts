/**
 * Calls that wait for an answer of the hub. The SDK gives twin calls no time-out, and an answer that was on its way when the link dropped never comes: so each
 * call is given up after its time, and all of them when the link is made anew.
 */
export class PendingCalls {
  readonly #rejects = new Set<(error: Error) => void>();

  /** The result of `work`, or a rejection after `ms`, or when {@link PendingCalls.giveUp} is called before. */
  wait<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => fail(new Error(`${what}: no answer within ${ms} ms`)), ms);
      const settle = (): void => {
        clearTimeout(timer);
        this.#rejects.delete(fail);
      };
      const fail = (error: Error): void => {
        settle();
        reject(error);
      };
      this.#rejects.add(fail);
      work.then((value) => {
        settle();
        resolve(value);
      }, fail);
    });
  }

  /** Rejects everything that waits. */
  giveUp(cause: string): void {
    for (const reject of [...this.#rejects]) reject(new Error(cause));
  }
}
