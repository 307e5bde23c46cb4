/** Whether the editor's Python may be set, or is somebody's choice. Plain facts in, a verdict out. */
import { runs, same, type Flavour, type Place } from '../paths';

/** What we remember of a scope between windows: who set the editor's Python last, and to what. */
export interface Memory {
  readonly by: 'us' | 'person';
  readonly interpreter: string;
}

export interface Situation {
  /** The environment the project should have; `undefined` where there is none to hand over. */
  readonly wanted: Place | undefined;
  /** The interpreter the editor uses for the scope now. */
  readonly current: string | undefined;
  readonly memory: Memory | undefined;
  /** Whether a setting of the workspace names an interpreter. */
  readonly explicit: boolean;
}

/**
 * `set` it; `leave` things as they are; `adopt` the current one as the person's choice.
 *
 * A choice is what a setting names, or what the person was seen to choose (and is remembered for). Everything else may be replaced: a Python
 * extension picks an interpreter by itself when it starts, when its own state is lost and when an environment is deleted.
 */
export function decide(situation: Situation, flavour?: Flavour): 'set' | 'leave' | 'adopt' {
  const { wanted, current, memory, explicit } = situation;
  if (wanted === undefined || runs(current, wanted, flavour)) {
    return 'leave';
  }
  const remembered = same(current, memory?.interpreter, flavour);
  if (remembered && memory?.by === 'person') {
    return 'leave';
  }
  return current !== undefined && explicit && !remembered ? 'adopt' : 'set';
}
