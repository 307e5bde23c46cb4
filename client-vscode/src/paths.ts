/** Paths as strings, compared as the platform compares them. No file is touched. */
import * as path from 'node:path';

export type Flavour = 'posix' | 'win32';

const flavours = { posix: path.posix, win32: path.win32 };
const here: Flavour = process.platform === 'win32' ? 'win32' : 'posix';

function normal(value: string, flavour: Flavour): string {
  const clean = flavours[flavour].normalize(value).replace(flavour === 'win32' ? /[\\/]+$/ : /(?<=.)\/+$/, '');
  return flavour === 'win32' ? clean.toLowerCase() : clean;
}

/** Where an environment is, and the interpreter it has. */
export interface Place {
  readonly prefix: string;
  readonly interpreter: string | null;
  readonly kind?: string;
}

/** Whether two paths name the same place, as far as text can tell. */
export function same(path: string | undefined | null, otherPath: string | undefined | null, flavour: Flavour = here): boolean {
  return path != null && otherPath != null && normal(path, flavour) === normal(otherPath, flavour);
}

/** Whether a path is one of `paths`. */
export function among(path: string, paths: readonly string[], flavour: Flavour = here): boolean {
  return paths.some((each) => same(each, path, flavour));
}

/**
 * Whether an interpreter (or prefix) is the environment's, by whichever of its names: `bin/python` and `bin/python3.12` are one environment.
 * Several Pythons of the machine share a prefix: of those only the very same path counts.
 */
export function runs(interpreter: string | undefined, environment: Place, flavour: Flavour = here): boolean {
  if (interpreter === undefined || same(interpreter, environment.interpreter, flavour)) {
    return interpreter !== undefined;
  }
  return environment.kind !== 'system' && (same(interpreter, environment.prefix, flavour) || same(prefixOf(interpreter, flavour), environment.prefix, flavour));
}

/** Whether `value` is `folder` or lies in it. */
export function inside(value: string, folder: string, flavour: Flavour = here): boolean {
  const [inner, outer] = [normal(value, flavour), normal(folder, flavour)];
  const separator = flavours[flavour].sep;
  return inner === outer || inner.startsWith(outer.endsWith(separator) ? outer : outer + separator);
}

/** The folder with an environment's programs, from its interpreter; `bin` or `Scripts` below the prefix where that is unknown. */
export function programs(environment: { prefix: string; interpreter: string | null }, flavour: Flavour = here): string {
  const tools = flavours[flavour];
  return environment.interpreter ? tools.dirname(environment.interpreter) : tools.join(environment.prefix, flavour === 'win32' ? 'Scripts' : 'bin');
}

/** The environment an interpreter belongs to: the folder above `bin` or `Scripts`, or its own folder (conda on Windows). */
export function prefixOf(interpreter: string, flavour: Flavour = here): string {
  const tools = flavours[flavour];
  const folder = tools.dirname(interpreter);
  return /^(bin|scripts)$/i.test(tools.basename(folder)) ? tools.dirname(folder) : folder;
}

/** The innermost of `roots` that `file` lies in. */
export function innermost<T>(file: string, roots: readonly T[], rootOf: (root: T) => string, flavour: Flavour = here): T | undefined {
  let best: T | undefined;
  for (const root of roots) {
    if (inside(file, rootOf(root), flavour) && (best === undefined || rootOf(root).length > rootOf(best).length)) {
      best = root;
    }
  }
  return best;
}

/** `value` as seen from `folder`, where it lies in it; else as it is. */
export function shown(value: string, folder: string | undefined, flavour: Flavour = here): string {
  return folder !== undefined && inside(value, folder, flavour) ? flavours[flavour].relative(folder, value) || '.' : value;
}
