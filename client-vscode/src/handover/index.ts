/** Hands each project's interpreter to the editor, unless the person has chosen another. */
import type { PythonEnvironmentApi } from '@vscode/python-environments';
import type { PythonExtension } from '@vscode/python-extension';
import * as vscode from 'vscode';

import { inside, prefixOf, same } from '../paths';
import type { Projects } from '../projects';
import { tasks, type Environment, type Outcome, type Project } from '../protocol';
import type { Server } from '../server';
import { following, selection } from '../settings';
import { decide, type Memory } from './decision';
import type { Holder, HolderChange } from './holder';
import { EXTENSION as MS_PYTHON, MsPythonHolder } from './msPython';
import { EXTENSION as PYTHON_ENVS, PythonEnvsHolder } from './pythonEnvs';
import { TerminalHolder } from './terminals';

/** A Python extension settles on an interpreter of its own while it starts; a change in that time is nobody's choice. */
const SETTLING_MS = 4000;

interface Scope {
  readonly uri: vscode.Uri;
  readonly project: Project;
}

export class Handover implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listening: vscode.Disposable[] = [];
  readonly #offered = new Set<string>();
  #holder: Promise<Holder> | undefined;
  #kept: Holder | undefined;
  #began = Date.now();
  readonly #born = performance.now();
  #working: Promise<void> = Promise.resolve();
  #waiting = false;
  #disposed = false;

  /** The interpreter of some scope was set. */
  readonly onDidHandOver = this.#changed.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly server: Server,
    private readonly projects: Projects,
    private readonly output: vscode.LogOutputChannel,
  ) {
    this.#listening.push(
      projects.onDidChange(() => {
        this.reconcile();
      }),
      vscode.extensions.onDidChange(() => {
        this.#renew();
      }),
    );
  }

  /** Who keeps the interpreter; known after the first time it was handed over. */
  get keeper(): Holder['name'] | undefined {
    return this.#kept?.name;
  }

  /** Finds out early who keeps the interpreter: a Python extension takes a moment to wake. */
  prepare(): void {
    if (vscode.workspace.isTrusted) {
      void this.#keeper();
    }
  }

  /** Looks again at every scope, soon; once more where one look is under way. */
  reconcile(): void {
    if (this.#waiting || this.#disposed || !vscode.workspace.isTrusted || !this.projects.known) {
      return;
    }
    this.#waiting = true;
    this.#working = this.#working.then(async () => {
      this.#waiting = false;
      try {
        await this.#look();
      } catch (error) {
        this.output.error(`The interpreter could not be handed to the editor: ${String(error)}`);
      }
    });
  }

  /** Whether the editor's interpreter for the project's place is another one than the project's. */
  async differs(project: Project): Promise<boolean> {
    const scope = vscode.workspace.isTrusted && project.environment?.interpreter != null ? await this.#scopeOf(project) : undefined;
    return scope !== undefined && !same(await (await this.#keeper()).current(scope), project.environment?.interpreter);
  }

  /** The person chose an environment with us: whatever stood before gives way. */
  async choose(project: Project, environment: Environment): Promise<void> {
    const scope = await this.#scopeOf(project);
    if (scope !== undefined) {
      await this.#assign(scope, environment);
    }
  }

  dispose(): void {
    this.#disposed = true;
    for (const listening of this.#listening) {
      listening.dispose();
    }
    this.#kept?.dispose();
    this.#changed.dispose();
  }

  async #look(): Promise<void> {
    const holder = await this.#keeper();
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      for (const { uri, project } of this.#scopes(holder, folder)) {
        await this.#settle(holder, uri, project);
      }
    }
  }

  /** The places of a workspace folder that have an interpreter, and the project each follows. */
  #scopes(holder: Holder, folder: vscode.WorkspaceFolder): Scope[] {
    const own = this.projects.within(folder);
    const separate = own.filter((project) => holder.separate(vscode.Uri.file(project.root)));
    const scopes: Scope[] = separate.map((project) => ({ uri: vscode.Uri.file(project.root), project }));
    const shared = own.filter((project) => !separate.includes(project));
    const front = this.projects.inFront === undefined ? undefined : this.projects.of(this.projects.inFront);
    const inFront = shared.find((project) => project.root === front?.root);
    const atRoot = shared.find((project) => same(project.root, folder.uri.fsPath));
    const follow = following(folder.uri);
    // Without a Python extension we hold it ourselves, and can follow the file at no cost to anybody's settings.
    const follows = follow === 'on' || (follow === 'auto' && holder.name === 'venvls');
    const project = (follows ? inFront : undefined) ?? this.#last(folder, shared, follows) ?? atRoot ?? inFront ?? shared[0];
    if (project !== undefined) {
      scopes.push({ uri: folder.uri, project });
    }
    return scopes;
  }

  /** Where the file does not decide: the project that has the folder's interpreter now. */
  #last(folder: vscode.WorkspaceFolder, shared: readonly Project[], follows: boolean): Project | undefined {
    const memory = this.#memory(folder.uri);
    const before = shared.find((project) => same(project.environment?.interpreter, memory?.interpreter));
    return follows || shared.length > 1 ? before : undefined;
  }

  async #settle(holder: Holder, uri: vscode.Uri, project: Project): Promise<void> {
    const mode = selection(uri);
    const { environment } = project;
    if (mode === 'off') {
      return;
    }
    const works = environment?.health === 'ok' || environment?.health === 'moved';
    const wanted = works ? environment.interpreter : null;
    if (wanted == null) {
      holder.release?.(uri);
      return;
    }
    const current = await holder.current(uri);
    const memory = this.#memory(uri);
    switch (decide({ wanted, current, memory, explicit: holder.explicit(uri) })) {
      case 'leave':
        if (memory === undefined && same(current, wanted)) {
          await this.#remember(uri, { by: 'us', interpreter: wanted });
        }
        return;
      case 'adopt':
        if (current !== undefined) {
          await this.#adopt(uri, project, current);
        }
        return;
      case 'set':
        if (environment !== null && (mode === 'auto' || (await this.#offer(uri, environment)))) {
          await this.#assign(uri, environment);
        }
    }
  }

  async #assign(uri: vscode.Uri, environment: Environment): Promise<void> {
    if (environment.interpreter === null) {
      return;
    }
    const holder = await this.#keeper();
    const before = this.#memory(uri);
    // Remembered first: the keeper's change event comes while it is being set.
    await this.#remember(uri, { by: 'us', interpreter: environment.interpreter });
    if (await holder.assign(uri, environment)) {
      this.output.info(`${environment.interpreter} is the interpreter of ${uri.fsPath} (kept by ${holder.name}; ${Math.round(performance.now() - this.#born)} ms after activation).`);
      this.#changed.fire();
    } else {
      await this.#remember(uri, before);
      this.output.warn(`${holder.name} did not take ${environment.interpreter} for ${uri.fsPath}.`);
    }
  }

  async #adopt(uri: vscode.Uri, project: Project | undefined, interpreter: string): Promise<void> {
    await this.#remember(uri, { by: 'person', interpreter });
    this.output.info(`${interpreter} was chosen for ${uri.fsPath} and is kept.`);
    if (project !== undefined) {
      // The findings are to speak of the environment that is in use. Without a toast: the person has just seen it happen.
      const outcome = await this.server.ask<Outcome>('workspace/executeCommand', {
        command: tasks.select,
        arguments: [{ project: project.root, environment: prefixOf(interpreter) }],
      });
      this.output.info(outcome?.message ?? 'The server was not told of it.');
    }
  }

  #listen(change: HolderChange): void {
    const uri = change.scope ?? vscode.workspace.workspaceFolders?.[0]?.uri;
    if (uri === undefined || change.interpreter === undefined || this.#disposed) {
      return;
    }
    const memory = this.#memory(uri);
    if (same(change.interpreter, memory?.interpreter)) {
      return;
    }
    if (memory === undefined || Date.now() - this.#began < SETTLING_MS) {
      this.reconcile();
      return;
    }
    const project = this.projects.all.find((one) => same(one.root, uri.fsPath)) ?? this.projects.current;
    void this.#adopt(uri, project, change.interpreter);
  }

  async #offer(uri: vscode.Uri, environment: Environment): Promise<boolean> {
    const key = `${uri.toString()} ${environment.prefix}`;
    if (this.#offered.has(key)) {
      return false;
    }
    this.#offered.add(key);
    const use = 'Use It';
    const chosen = await vscode.window.showInformationMessage(`The environment of this project is ${vscode.workspace.asRelativePath(environment.prefix)}. Use its Python?`, use);
    return chosen === use;
  }

  async #scopeOf(project: Project): Promise<vscode.Uri | undefined> {
    const root = vscode.Uri.file(project.root);
    const holder = await this.#keeper();
    if (holder.separate(root)) {
      return root;
    }
    return (vscode.workspace.workspaceFolders ?? []).find((folder) => inside(project.root, folder.uri.fsPath))?.uri;
  }

  #keeper(): Promise<Holder> {
    this.#holder ??= findHolder(this.context, this.output).then((holder) => {
      this.#kept = holder;
      this.#began = Date.now();
      this.#listening.push(
        holder.onDidChange((change) => {
          this.#listen(change);
        }),
      );
      return holder;
    });
    return this.#holder;
  }

  /** A Python extension came or went. */
  #renew(): void {
    if (this.#kept !== undefined && this.#kept.name !== wantedHolder()) {
      this.#kept.dispose();
      this.#kept = undefined;
      this.#holder = undefined;
      this.reconcile();
    }
  }

  #memory(uri: vscode.Uri): Memory | undefined {
    return this.context.workspaceState.get<Memory>(`interpreter ${uri.toString()}`);
  }

  async #remember(uri: vscode.Uri, memory: Memory | undefined): Promise<void> {
    await this.context.workspaceState.update(`interpreter ${uri.toString()}`, memory);
  }
}

function wantedHolder(): Holder['name'] {
  const installed = (id: string): boolean => vscode.extensions.getExtension(id) !== undefined;
  return installed(PYTHON_ENVS) ? PYTHON_ENVS : installed(MS_PYTHON) ? MS_PYTHON : 'venvls';
}

/** The newer Python extension where it works, else the older one, else ourselves. */
async function findHolder(context: vscode.ExtensionContext, output: vscode.LogOutputChannel): Promise<Holder> {
  const envs = await exportsOf<Partial<PythonEnvironmentApi>>(PYTHON_ENVS, output);
  if (envs?.setEnvironment !== undefined) {
    return new PythonEnvsHolder(envs as PythonEnvironmentApi);
  }
  const python = await exportsOf<Partial<PythonExtension>>(MS_PYTHON, output);
  if (python?.environments !== undefined) {
    return new MsPythonHolder(python as PythonExtension);
  }
  return new TerminalHolder(context.environmentVariableCollection);
}

async function exportsOf<T>(id: string, output: vscode.LogOutputChannel): Promise<T | undefined> {
  const extension = vscode.extensions.getExtension<T | undefined>(id);
  if (extension === undefined) {
    return undefined;
  }
  try {
    return await extension.activate();
  } catch (error) {
    output.warn(`${id} could not be asked: ${String(error)}`);
    return undefined;
  }
}
