/** When a server that ended by itself is started again: soon at first, later and later, and at last not any more. */

const FIRST_MS = 500;
const MOST_MS = 20_000;
const WINDOW_MS = 3 * 60_000;
const ATTEMPTS = 5;

export class Backoff {
  #ends: number[] = [];

  /** How long to wait before the next start, or `undefined` where five ends within three minutes say that it is no use. */
  next(now: number): number | undefined {
    this.#ends = this.#ends.filter((end) => now - end < WINDOW_MS);
    this.#ends.push(now);
    const count = this.#ends.length;
    return count > ATTEMPTS ? undefined : Math.min(FIRST_MS * 2 ** (count - 1), MOST_MS);
  }

  /** Whether this is the first end in a while: the one that is told. */
  get first(): boolean {
    return this.#ends.length === 1;
  }

  /** The person starts it: what was before does not count. */
  reset(): void {
    this.#ends = [];
  }
}
