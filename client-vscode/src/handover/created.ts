/** Sees the environment that a task creates as soon as it has an interpreter, long before everything is installed in it. */
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { exists } from '../files';
import type { Environment } from '../protocol';

const LOOK_MS = 100;

export class NewEnvironment {
  readonly #looking: Promise<void>;
  #known: () => void = () => undefined;
  /** Done when it is known what is there before the work. */
  readonly #before = new Promise<void>((resolve) => (this.#known = resolve));
  #ended = false;
  #prefix: string | undefined;

  /** Looks for a new environment at `root`/one of `names`, and tells of the first. */
  constructor(
    private readonly root: string,
    private readonly names: readonly string[],
    private readonly tell: (environment: Environment) => Promise<void>,
  ) {
    // Where telling fails, the holder is told when the task has ended, as ever.
    this.#looking = this.#look().catch(() => undefined);
  }

  /** Begins the work once it is known what is there before it. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    await this.#before;
    return work();
  }

  /** Stops looking. Whether an environment was told of that is no longer there. */
  async gone(): Promise<boolean> {
    this.#ended = true;
    await this.#looking;
    return this.#prefix !== undefined && (await interpreterIn(this.#prefix)) === undefined;
  }

  async #look(): Promise<void> {
    const absent: string[] = [];
    for (const prefix of this.names.map((name) => path.join(this.root, name))) {
      if ((await interpreterIn(prefix)) === undefined) {
        absent.push(prefix);
      }
    }
    this.#known();
    while (!this.#ended) {
      for (const prefix of absent) {
        const interpreter = await interpreterIn(prefix);
        if (interpreter !== undefined) {
          this.#prefix = prefix;
          const name = path.basename(prefix);
          await this.tell({ prefix, interpreter, version: null, implementation: 'cpython', kind: 'venv', name, health: 'ok', problem: null, project: this.root });
          return;
        }
      }
      await sleep(LOOK_MS);
    }
  }
}

async function interpreterIn(prefix: string): Promise<string | undefined> {
  const interpreter = process.platform === 'win32' ? path.join(prefix, 'Scripts', 'python.exe') : path.join(prefix, 'bin', 'python');
  return (await exists(path.join(prefix, 'pyvenv.cfg'))) && (await exists(interpreter)) ? interpreter : undefined;
}
