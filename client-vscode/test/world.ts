/** A folder on disk, a server that says what a test tells it to, and a Python extension that keeps one interpreter for each folder. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExtensionContext, LogOutputChannel } from 'vscode';

import { Handover } from '../src/handover';
import { Projects } from '../src/projects';
import type { Environment, Project } from '../src/protocol';
import type { Server, ServerState } from '../src/server';
import { editor, EventEmitter, Uri } from './vscode';

/** Many times what anything takes on a busy machine. */
const PATIENCE_MS = 30_000;

export const output = { info: () => undefined, warn: () => undefined, error: () => undefined } as unknown as LogOutputChannel;

export class FakeServer {
  readonly states = new EventEmitter<ServerState>();
  readonly projects = new EventEmitter<readonly Project[]>();
  readonly onDidChangeState = this.states.event;
  readonly onDidChangeProjects = this.projects.event;
  /** What it was asked to select, in order. */
  readonly selected: unknown[] = [];
  /** How often it was asked while it did not run. */
  refused = 0;
  state: ServerState = 'running';
  /** Whether it answers each task with an error. */
  fails = false;

  get looking(): boolean {
    return this.state !== 'failed' && this.state !== 'no-python';
  }

  become(state: ServerState): void {
    this.state = state;
    this.states.fire(state);
  }

  ask(method: string, parameters: { arguments?: unknown[] } = {}): Promise<unknown> {
    if (this.state !== 'running') {
      this.refused += 1;
      return Promise.resolve(undefined);
    }
    if (method !== 'workspace/executeCommand') {
      return Promise.resolve(undefined);
    }
    this.selected.push(...(parameters.arguments ?? []));
    return Promise.resolve(this.fails ? undefined : { ok: true, message: 'Selected.' });
  }

  get real(): Server {
    return this as unknown as Server;
  }
}

/** As ms-python.python: what is put there is told of when the test says so. */
export class FakePython {
  readonly changed = new EventEmitter<{ id: string; path: string; resource: { uri: Uri } }>();
  readonly inUse = new Map<string, string>();
  /** What was put there by its interface. */
  readonly put: string[] = [];
  putting = (): Promise<void> => Promise.resolve();

  readonly exports = {
    environments: {
      getActiveEnvironmentPath: (uri: Uri) => {
        const file = this.inUse.get(uri.fsPath);
        return file === undefined ? { id: 'DEFAULT_PYTHON', path: 'python' } : { id: file, path: file };
      },
      updateActiveEnvironmentPath: async (file: string, uri: Uri): Promise<void> => {
        this.put.push(file);
        this.inUse.set(uri.fsPath, file);
        this.tell(uri.fsPath);
        await this.putting();
      },
      onDidChangeActiveEnvironmentPath: this.changed.event,
      resolveEnvironment: () => Promise.resolve(undefined),
    },
  };

  tell(folder: string): void {
    const file = this.inUse.get(folder) ?? 'python';
    this.changed.fire({ id: file, path: file, resource: { uri: Uri.file(folder) } });
  }

  /** A person selects it in that extension's own list. */
  choose(folder: string, file: string): void {
    this.inUse.set(folder, file);
    this.tell(folder);
  }
}

export class World {
  readonly server = new FakeServer();
  readonly python = new FakePython();
  readonly projects: Projects;
  readonly handover: Handover;

  private constructor(
    readonly root: string,
    folders: readonly string[],
  ) {
    editor.folders = folders.map((folder) => ({ uri: Uri.file(path.join(root, folder)) }));
    editor.extensions.set('ms-python.python', () => Promise.resolve(this.python.exports));
    const state = new Map<string, unknown>();
    const workspaceState = { get: (key: string) => state.get(key), update: (key: string, value: unknown) => Promise.resolve(state.set(key, value)) };
    this.projects = new Projects(this.server.real);
    this.handover = new Handover({ workspaceState } as unknown as ExtensionContext, this.server.real, this.projects, output);
  }

  /** Does something in a window on `folders`, and closes it. */
  static async with(folders: readonly string[], play: (world: World) => Promise<void>): Promise<void> {
    const root = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), 'venvls-')));
    const world = new World(root, folders);
    try {
      await play(world);
    } finally {
      world.handover.dispose();
      world.projects.dispose();
      editor.extensions.clear();
      await fs.rm(root, { recursive: true });
    }
  }

  path(...parts: string[]): string {
    return path.join(this.root, ...parts);
  }

  /** An environment on disk, as far as anybody looks here. */
  async environment(name: string): Promise<Environment & { readonly interpreter: string }> {
    const [prefix, interpreter] = [this.path(name), this.path(name, 'bin', 'python')];
    await fs.mkdir(path.dirname(interpreter), { recursive: true });
    await fs.writeFile(path.join(prefix, 'pyvenv.cfg'), '');
    await fs.writeFile(interpreter, '');
    return { prefix, interpreter, version: '3.12.0', implementation: 'cpython', kind: 'venv', name: path.basename(name), health: 'ok', problem: null, project: null };
  }

  project(root: string, environment: Environment | null): Project {
    return { root: this.path(root), manifests: [this.path(root, 'requirements.txt')], locks: [], tool: 'pip', environment, reason: '', in_sync: true };
  }

  /** The server tells of these, and what follows from it in the editor has happened. */
  async tells(...projects: Project[]): Promise<void> {
    this.server.projects.fire(projects);
    await this.rest();
  }

  /** Whatever waits for its turn has had it: something for nowhere, asked for after the projects' own rest, is last. */
  async rest(): Promise<void> {
    await sleep(60);
    const nowhere = { root: '/nowhere' } as Project;
    await this.handover.choose(nowhere, { prefix: '/nowhere/.venv' } as Environment);
  }

  /** Waits until something that begins elsewhere has happened. */
  async until(holds: () => boolean): Promise<void> {
    for (const last = performance.now() + PATIENCE_MS; !holds(); ) {
      assert.ok(performance.now() < last, String(holds));
      await sleep(10);
    }
    // What is asked of the machine at the same moment is answered too.
    await sleep(10);
  }
}
