/** Sees the environment that a task creates as soon as it has an interpreter, long before everything is installed in it. */
import { existsSync } from 'node:fs';
import * as path from 'node:path';

import type { Environment } from '../protocol';

const LOOK_MS = 100;

export class NewEnvironment {
  readonly #timer: NodeJS.Timeout;
  #prefix: string | undefined;
  #told: Promise<void> = Promise.resolve();

  /** Looks for a new environment at `root`/one of `names`, and tells of the first. */
  constructor(root: string, names: readonly string[], tell: (environment: Environment) => Promise<void>) {
    const absent = names.map((name) => path.join(root, name)).filter((prefix) => interpreterIn(prefix) === undefined);
    this.#timer = setInterval(() => {
      for (const prefix of absent) {
        const interpreter = interpreterIn(prefix);
        if (interpreter !== undefined) {
          clearInterval(this.#timer);
          this.#prefix = prefix;
          const name = path.basename(prefix);
          const environment = { prefix, interpreter, version: null, implementation: 'cpython', kind: 'venv', name, health: 'ok', problem: null, project: root } as const;
          // Where it fails, the holder is told when the task has ended, as ever.
          this.#told = tell(environment).catch(() => undefined);
          return;
        }
      }
    }, LOOK_MS);
  }

  /** Stops looking. Whether an environment was told of that is no longer there. */
  async gone(): Promise<boolean> {
    clearInterval(this.#timer);
    await this.#told;
    return this.#prefix !== undefined && interpreterIn(this.#prefix) === undefined;
  }
}

function interpreterIn(prefix: string): string | undefined {
  const interpreter = process.platform === 'win32' ? path.join(prefix, 'Scripts', 'python.exe') : path.join(prefix, 'bin', 'python');
  return existsSync(path.join(prefix, 'pyvenv.cfg')) && existsSync(interpreter) ? interpreter : undefined;
}
