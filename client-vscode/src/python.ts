/** A Python ≥ 3.10 of this machine to run the server: never one that the workspace brings along. */
import { execFile } from 'node:child_process';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';

import { inside } from './paths';

export const OLDEST = [3, 10] as const;
const PROBE_MS = 10_000;
const PROBE = 'import sys; print("%d.%d" % sys.version_info[:2]); print(sys.executable)';

/** One thing to try: `named` says where it comes from, in a person's words. */
export interface Attempt {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly named: string;
}

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly path: string;
  /** The setting `venvls.server.python`, or empty. */
  readonly setting: string;
  /** What the Python extension uses, or empty. */
  readonly extension: string;
  /** Folders of the workspace: nothing in them is ever tried. */
  readonly folders: readonly string[];
}

/** What to try, in order. Programs are absolute; entries of PATH that are relative or lie in the workspace are passed over. */
export function attempts(machine: Machine): Attempt[] {
  const tools = machine.platform === 'win32' ? path.win32 : path.posix;
  const flavour = machine.platform === 'win32' ? 'win32' : 'posix';
  const outside = (program: string): boolean =>
    tools.isAbsolute(program) && !machine.folders.some((folder) => inside(program, folder, flavour));
  const tries: Attempt[] = [];
  if (machine.setting !== '' && outside(machine.setting)) {
    tries.push({ program: machine.setting, arguments: [], named: 'the setting venvls.server.python' });
  }
  if (machine.extension !== '' && outside(machine.extension)) {
    tries.push({ program: machine.extension, arguments: [], named: 'the Python extension' });
  }
  const folders = machine.path.split(tools.delimiter).filter(outside);
  const suffix = machine.platform === 'win32' ? '.exe' : '';
  for (const name of ['python3', 'python']) {
    for (const folder of folders) {
      tries.push({ program: tools.join(folder, name + suffix), arguments: [], named: `${name} on PATH` });
    }
  }
  if (machine.platform === 'win32') {
    for (const folder of folders) {
      tries.push({ program: tools.join(folder, 'py.exe'), arguments: ['-3'], named: 'py -3' });
    }
  }
  return tries;
}

/** What a probe printed: the interpreter's own path where it is new enough. */
export function understood(output: string): string | undefined {
  const [version = '', executable = ''] = output.split(/\r?\n/);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return enough && executable !== '' ? executable : undefined;
}

/**
 * The first attempt that is a Python new enough. `cwd` is a neutral folder: nothing beside the workspace's files may decide (pyenv's
 * `.python-version`, a `json.py`). What the file system says last, links followed, must lie outside the workspace too.
 */
export async function findPython(machine: Machine, cwd: string, log: (line: string) => void): Promise<string | undefined> {
  for (const attempt of attempts(machine)) {
    const real = await fs.realpath(attempt.program).catch(() => undefined);
    if (real === undefined || machine.folders.some((folder) => inside(real, folder))) {
      continue;
    }
    const executable = await probe(attempt, cwd);
    if (executable !== undefined && !machine.folders.some((folder) => inside(executable, folder))) {
      log(`Python: ${executable} (${attempt.named})`);
      return executable;
    }
    log(`Python: ${attempt.program} (${attempt.named}) is not a Python ${OLDEST.join('.')} or newer`);
  }
  return undefined;
}

function probe(attempt: Attempt, cwd: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      attempt.program,
      [...attempt.arguments, '-I', '-S', '-c', PROBE],
      { cwd, timeout: PROBE_MS, windowsHide: true },
      (error, output) => {
        resolve(error === null ? understood(output) : undefined);
      },
    );
  });
}
