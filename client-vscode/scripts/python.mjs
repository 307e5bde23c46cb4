// The Python that the scripts use: the variable PYTHON, the checkout's .venv, else the one on PATH.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

export const client = path.dirname(import.meta.dirname);
export const checkout = path.dirname(client);

const own = path.join(checkout, '.venv', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
export const python = process.env.PYTHON ?? (existsSync(own) ? own : process.platform === 'win32' ? 'python' : 'python3');

/** Runs a program and gives what it wrote; ends the script with what it complained of. */
export function output(program, args, options = {}) {
  try {
    return execFileSync(program, args, { encoding: 'utf8', cwd: client, maxBuffer: 1 << 26, stdio: 'pipe', ...options });
  } catch (error) {
    console.error(`${program} ${args.slice(0, 4).join(' ')} …\n${error.stderr ?? error.message}`);
    process.exit(1);
  }
}
