/** Whether the editor's Python may be set, or is somebody's choice. Plain facts in, a verdict out. */
import { same, type Flavour } from '../paths';

/** What we remember of a scope between windows: who set the editor's Python last, and to what. */
export interface Memory {
  readonly by: 'us' | 'person';
  readonly interpreter: string;
}

export interface Situation {
  /** The interpreter the project should have; `undefined` where there is none to hand over. */
  readonly wanted: string | undefined;
  /** The interpreter the editor uses for the scope now. */
  readonly current: string | undefined;
  readonly memory: Memory | undefined;
  /** Whether a setting of the workspace names an interpreter. */
  readonly explicit: boolean;
}

/**
 * `set` it; `leave` things as they are; `adopt` what stands as the person's choice.
 *
 * What we set before may be replaced. What stands at first sight may be replaced too, unless a setting names it: the editor's own default is
 * nobody's choice. Anything else was chosen by the person and is kept.
 */
export function decide(situation: Situation, flavour?: Flavour): 'set' | 'leave' | 'adopt' {
  const { wanted, current, memory, explicit } = situation;
  if (wanted === undefined || same(current, wanted, flavour)) {
    return 'leave';
  }
  if (current === undefined) {
    // Nothing to fight over; and what the person chose elsewhere is what the server wants by now.
    return 'set';
  }
  if (memory === undefined) {
    return explicit ? 'adopt' : 'set';
  }
  if (same(current, memory.interpreter, flavour)) {
    return memory.by === 'us' ? 'set' : 'leave';
  }
  return 'adopt';
}
