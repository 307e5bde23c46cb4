/** Requests, notifications and commands of the server beside the standard protocol: the shapes of the public surface, and nothing decided here. */

export type Health = 'ok' | 'broken' | 'incomplete' | 'moved';

/** An isolated Python as the server read it from files. */
export interface Environment {
  readonly prefix: string;
  readonly interpreter: string | null;
  readonly version: string | null;
  readonly implementation: string;
  readonly kind: string;
  readonly name: string;
  readonly health: Health;
  readonly problem: string | null;
  readonly project: string | null;
}

/** A folder with manifests, the environment chosen for it, and why. */
export interface Project {
  readonly root: string;
  readonly manifests: readonly string[];
  readonly locks: readonly string[];
  readonly tool: string;
  readonly environment: Environment | null;
  readonly reason: string;
  readonly in_sync: boolean;
}

/** An environment that was considered for a file, and why it won or lost. */
export interface Candidate {
  readonly environment: Environment;
  readonly chosen: boolean;
  readonly reason: string;
}

/** The answer to `venvls/which`. */
export interface Which {
  readonly environment: Environment | null;
  readonly reason: string;
  readonly candidates: readonly Candidate[];
}

/** A Python that environments can be made with, as `venvls/pythons` lists them: the best for the project first. */
export interface BasePython {
  readonly executable: string;
  readonly version: string;
  readonly implementation?: string;
  readonly reason?: string;
}

/** What a task gives back. `message` is one sentence for a person. */
export interface Outcome {
  readonly ok: boolean;
  readonly message: string;
  readonly cancelled?: boolean;
  readonly environment?: Environment | string | null;
}

/** The one JSON object a task's command takes. */
export interface TaskRequest {
  readonly project?: string;
  readonly environment?: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

export const requests = {
  projects: 'venvls/projects',
  environments: 'venvls/environments',
  which: 'venvls/which',
  pythons: 'venvls/pythons',
} as const;

export const didChangeProjects = 'venvls/didChangeProjects';
/** To the server: the imports of a document that another extension marks as not found. */
export const didMarkImports = 'venvls/didMarkImports';

/** The server's commands; those that start a program need a trusted workspace. */
export const tasks = {
  create: 'venvls.create',
  select: 'venvls.select',
  sync: 'venvls.sync',
  recreate: 'venvls.recreate',
} as const;

export function isOutcome(value: unknown): value is Outcome {
  return typeof value === 'object' && value !== null && 'ok' in value && typeof value.ok === 'boolean' && 'message' in value;
}
