/** Changes that a holder has made and not told of yet: only what it tells says whether a person chose. */
import { same } from '../paths';

/** How long a holder may be about to tell: it keeps what was selected first, which takes a busy machine seconds. */
const LATE_MS = 10_000;
/** A timer may end a moment early. */
const TICK_MS = 50;

interface Seen {
  readonly interpreter: string;
  readonly time: number;
}

export class Untold {
  /** What each scope was seen to have without a word of its holder. */
  readonly #seen = new Map<string, Seen>();
  /** What each scope is known to have got last: from its holder, or from us. */
  readonly #known = new Map<string, string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  /** `again` is called when a holder has been waited for in vain. */
  constructor(private readonly again: () => void) {}

  /** A holder told what a scope has now, or we have put it there. */
  know(key: string, interpreter: string): void {
    this.#known.set(key, interpreter);
    this.#forget(key);
  }

  /**
   * Whether the holder may yet tell how a scope that had `before` came to have `current`.
   *
   * @param now in milliseconds, from any beginning
   */
  awaits(key: string, before: string | undefined, current: string | undefined, now: number): boolean {
    if (before === undefined || current === undefined || same(current, before) || same(current, this.#known.get(key))) {
      this.#forget(key);
      return false;
    }
    const seen = this.#seen.get(key);
    if (seen !== undefined && same(seen.interpreter, current)) {
      return now - seen.time < LATE_MS;
    }
    this.#forget(key);
    this.#seen.set(key, { interpreter: current, time: now });
    this.#timers.set(key, setTimeout(this.again, LATE_MS + TICK_MS));
    return true;
  }

  clear(): void {
    for (const key of this.#seen.keys()) {
      this.#forget(key);
    }
    this.#known.clear();
  }

  #forget(key: string): void {
    this.#seen.delete(key);
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }
}
