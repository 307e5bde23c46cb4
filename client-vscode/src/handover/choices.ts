/** What people have chosen for projects: of two choices under way only the newer is put in use, and the server is given time to tell of it. */
import { runs, type Place } from '../paths';

/** How long the server may take to tell that a project has what was chosen for it. */
const TOLD_MS = 10_000;

interface Expected {
  readonly place: Place;
  /** In milliseconds, from any beginning. */
  readonly until: number;
}

export class Choices {
  readonly #turns = new Map<string, number>();
  readonly #expected = new Map<string, Expected>();

  /** A choice is made for a project now; gives whether it still is the newest. What was chosen before is expected no more. */
  begin(root: string): () => boolean {
    this.#expected.delete(root);
    this.#turns.set(root, (this.#turns.get(root) ?? 0) + 1);
    return this.since(root);
  }

  /** Gives whether nothing has been chosen for a project from now on. */
  since(root: string): () => boolean {
    const turn = this.#turns.get(root);
    return () => this.#turns.get(root) === turn;
  }

  /** The project is about to have this environment: for as long as the server needs to tell of it, or until something else is chosen. */
  expect(root: string, place: Place, now: number, time = TOLD_MS): void {
    this.#expected.set(root, { place, until: now + time });
  }

  /** Whether a scope that has `current` has what was chosen, and what the server tells is older. */
  isAhead(root: string, told: Place, current: string | undefined, now: number): boolean {
    const expected = this.#expected.get(root);
    if (expected === undefined || now >= expected.until || runs(told.interpreter ?? undefined, expected.place)) {
      this.#expected.delete(root);
      return false;
    }
    return runs(current, expected.place);
  }
}
