/** Hands each project's interpreter to the editor, unless the person has chosen another. */
import * as vscode from 'vscode';

import { exists } from '../files';
import { prefixOf, runs, same } from '../paths';
import type { Projects } from '../projects';
import { tasks, type Environment, type Outcome, type Project } from '../protocol';
import type { Server } from '../server';
import { environmentNames, namedInterpreter, selection } from '../settings';
import { Choices } from './choices';
import { NewEnvironment } from './created';
import { decide, type Memory } from './decision';
import { FoundHolders } from './found';
import type { Holder, HolderChange, HolderName } from './holder';
import { areSame, keyOf, Memories } from './memory';
import { Offers } from './offers';
import { scopeOf, Scopes } from './scopes';
import { Untold } from './untold';

/** How long a change to what we have just assigned may be on its way. */
const ECHO_MS = 3000;
/** How often in one window an interpreter is set again that its holder replaced by itself. */
const RESTORES = 3;

interface Assigned {
  readonly environment: Environment;
  /** When it was done; endless while it is under way. */
  time: number;
}

export class Handover implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listening: vscode.Disposable[] = [];
  readonly #memories: Memories;
  readonly #holders: FoundHolders;
  readonly #scopes: Scopes;
  readonly #offers = new Offers(() => {
    this.reconcile();
  });
  /** What we assigned of late, by scope: the holder's event for it is not a person's choice. */
  readonly #assigned = new Map<string, Assigned[]>();
  /** Scopes whose interpreter was seen to be right in this window: only after that can a person change it. */
  readonly #settled = new Set<string>();
  readonly #restored = new Map<string, number>();
  readonly #choices = new Choices();
  /** Choices of interpreters that no server could be told of, by the project's root. */
  readonly #unheard = new Map<string, () => Promise<void>>();
  readonly #untold = new Untold(() => {
    this.reconcile();
  });
  /** Projects whose environment is in use in every holder. */
  #inUse = new Set<string>();
  readonly #born = performance.now();
  #working: Promise<void> = Promise.resolve();
  #waiting = false;
  #disposed = false;

  /** What the holders use may have changed. */
  readonly onDidHandOver = this.#changed.event;

  constructor(
    context: vscode.ExtensionContext,
    private readonly server: Server,
    private readonly projects: Projects,
    private readonly output: vscode.LogOutputChannel,
  ) {
    this.#memories = new Memories(context.workspaceState);
    this.#holders = new FoundHolders(context, output, (holder, change) => {
      this.#listen(holder, change);
    });
    this.#scopes = new Scopes(projects, (holder, scope) => this.#memories.of(keyOf(holder, scope))?.interpreter);
    this.#listening.push(
      projects.onDidChange(() => {
        this.reconcile();
      }),
      vscode.extensions.onDidChange(() => {
        this.#renew();
      }),
    );
  }

  /** Who holds an interpreter; known after the first time it was handed over. */
  get holders(): readonly HolderName[] {
    return this.#holders.all.map((holder) => holder.name);
  }

  /** Finds out early who holds the interpreter: a Python extension takes a moment to wake. */
  prepare(): void {
    if (vscode.workspace.isTrusted) {
      void this.#holders.find();
    }
  }

  /** Looks again at every scope, soon; once more where one look is under way. */
  reconcile(): void {
    if (this.#waiting || this.#disposed || !vscode.workspace.isTrusted || !this.projects.known) {
      return;
    }
    this.#waiting = true;
    this.#inTurn(async () => {
      this.#waiting = false;
      await this.#look();
    }).catch((error: unknown) => {
      this.output.error(`The interpreter could not be handed to the editor: ${String(error)}`);
    });
  }

  /** Whether the editor's interpreter for the project's place is another one than the project's. */
  async differs(project: Project): Promise<boolean> {
    const { environment } = project;
    if (!vscode.workspace.isTrusted || environment?.interpreter == null) {
      return false;
    }
    for (const holder of await this.#holders.find()) {
      const scope = scopeOf(project, holder);
      if (scope !== undefined && !runs(await holder.current(scope), environment)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a Python extension shows the project's environment in the status bar while this document is in front. */
  shown(project: Project, document: vscode.TextDocument | undefined): boolean {
    return this.#inUse.has(project.root) && this.#holders.all.some((holder) => holder.shows(document));
  }

  /** A person begins to choose for a project, here or elsewhere. Gives whether nothing newer has been chosen since. */
  choosing(project: Project): () => boolean {
    return this.#choices.begin(project.root);
  }

  /** The person chose an environment with us: whatever was in use before gives way, but for what was chosen later. */
  async choose(project: Project, environment: Environment, isNewest = this.choosing(project)): Promise<void> {
    await this.#inTurn(async () => {
      for (const holder of await this.#holders.find()) {
        const scope = scopeOf(project, holder);
        if (scope !== undefined && isNewest()) {
          this.#choices.expect(project.root, environment, performance.now());
          await this.#assign(holder, scope, environment, isNewest);
        }
      }
    });
  }

  /**
   * While the project's environment is being created: a holder that would ask about it is told as soon as it can be used. Where nothing comes
   * of it, the holder has again what it had.
   */
  async creating<T>(project: Project, work: () => Promise<T>): Promise<T> {
    const root = vscode.Uri.file(project.root);
    const undo: (() => Promise<void>)[] = [];
    const isNewest = this.choosing(project);
    const hand = async (environment: Environment): Promise<void> => {
      for (const holder of selection(root) === 'auto' ? this.#holders.all.filter(({ asksAboutNew }) => asksAboutNew) : []) {
        const scope = scopeOf(project, holder);
        const key = scope === undefined ? '' : keyOf(holder, scope);
        const [before, memory] = [scope === undefined ? undefined : await holder.current(scope), this.#memories.of(key)];
        if (scope === undefined || !isNewest() || this.#isUntold(key, memory, before)) {
          continue;
        }
        undo.push(async () => {
          await holder.restore?.(scope, before);
          await this.#memories.put(key, memory);
        });
        this.#choices.expect(project.root, environment, performance.now(), Infinity);
        await this.#assign(holder, scope, environment, isNewest);
      }
    };
    const created = new NewEnvironment(project.root, environmentNames(root), (environment) => this.#inTurn(() => hand(environment)));
    try {
      return await created.during(work);
    } finally {
      const gone = await created.gone();
      // What somebody has chosen meanwhile stays.
      if (isNewest()) {
        this.#choices.begin(project.root);
        await Promise.all(gone ? undo.map((back) => back()) : []);
      }
      this.reconcile();
    }
  }

  dispose(): void {
    this.#disposed = true;
    for (const listening of this.#listening) {
      listening.dispose();
    }
    this.#holders.dispose();
    this.#untold.clear();
    this.#changed.dispose();
  }

  /** Does one thing after the other: what is put in use rests on what is in use. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#working.then(work);
    this.#working = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  async #look(): Promise<void> {
    const used = new Map<string, boolean>();
    for (const holder of await this.#holders.find()) {
      for (const folder of vscode.workspace.workspaceFolders ?? []) {
        for (const { uri, project } of this.#scopes.within(folder, holder)) {
          // The scopes before it have taken their time.
          const now = this.projects.now(project);
          const right = now !== undefined && this.#holds(holder, uri) && (await this.#settle(holder, uri, now));
          used.set(project.root, right && (used.get(project.root) ?? true));
        }
      }
    }
    for (const [root, tell] of this.projects.fresh ? [...this.#unheard] : []) {
      this.#unheard.delete(root);
      await tell();
    }
    const inUse = new Set([...used].filter(([, right]) => right).map(([root]) => root));
    if (inUse.size !== this.#inUse.size || [...inUse].some((root) => !this.#inUse.has(root))) {
      this.#inUse = inUse;
      this.#changed.fire();
    }
  }

  /** Whether a scope still is the holder's: Python extensions and folders come and go. */
  #holds(holder: Holder, uri: vscode.Uri): boolean {
    return this.#holders.all.includes(holder) && vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  }

  /** A person may have chosen it this very moment: setting ours now would take the choice away before anybody has heard of it. */
  #isUntold(key: string, memory: Memory | undefined, current: string | undefined): boolean {
    return this.#settled.has(key) && this.#untold.awaits(key, memory?.interpreter, current, performance.now());
  }

  /** Sees that a scope has its project's interpreter; whether it has it now. */
  async #settle(holder: Holder, uri: vscode.Uri, project: Project): Promise<boolean> {
    const mode = selection(uri);
    const { environment } = project;
    if (environment?.interpreter == null || !(environment.health === 'ok' || environment.health === 'moved')) {
      if (mode !== 'off') {
        holder.release?.(uri);
      }
      return false;
    }
    const isUnchosen = this.#choices.since(project.root);
    const current = await holder.current(uri);
    const key = keyOf(holder, uri);
    if (mode === 'off') {
      return runs(current, environment);
    }
    // A person's choice that no longer exists is none.
    const chosen = this.#memories.of(key);
    const lost = chosen?.by === 'person' && !(await exists(chosen.interpreter)) ? chosen.interpreter : undefined;
    const isNow = (): boolean => this.#holds(holder, uri) && isUnchosen() && same(this.projects.now(project)?.environment?.prefix, environment.prefix);
    if (!isNow() || this.#choices.isAhead(project.root, environment, current, performance.now())) {
      return false;
    }
    const remembered = this.#memories.of(key);
    const memory = same(remembered?.interpreter, lost) ? undefined : remembered;
    const explicit = memory === undefined ? holder.explicit(uri) : same(namedInterpreter(uri), current);
    switch (decide({ wanted: environment, current, memory, explicit })) {
      case 'leave':
        this.#settled.add(key);
        if (memory === undefined && current !== undefined) {
          await this.#memories.put(key, { by: 'us', interpreter: current });
        }
        return runs(current, environment);
      case 'adopt':
        if (current !== undefined) {
          await this.#adopt(holder, uri, project, current);
        }
        return false;
      case 'set':
        if (this.#isUntold(key, memory, current) || (mode === 'ask' && !this.#offers.accepted(project, environment))) {
          return false;
        }
        return this.#assign(holder, uri, environment, (found) => isNow() && (found === current || same(found, current)));
    }
  }

  /**
   * Puts an environment in use, where it is not: setting it again would type its activation into open terminals again. Nothing is done where the
   * environment is gone, or where it is not wanted any more while something else is found in use.
   */
  async #assign(holder: Holder, uri: vscode.Uri, environment: Environment, isWanted: (found: string | undefined) => boolean): Promise<boolean> {
    if (environment.interpreter === null || !(await exists(environment.interpreter))) {
      return false;
    }
    const key = keyOf(holder, uri);
    const [current, before] = [await holder.current(uri), this.#memories.of(key)];
    if (!this.#holds(holder, uri) || !isWanted(current)) {
      return false;
    }
    if (!runs(current, environment)) {
      const assigned: Assigned = { environment, time: Infinity };
      this.#assigned.set(key, [...this.#ours(key), assigned]);
      try {
        if (!(await holder.assign(uri, environment))) {
          this.output.warn(`${holder.name} did not take ${environment.interpreter} for ${uri.fsPath}.`);
          return false;
        }
      } finally {
        assigned.time = Date.now();
      }
      this.#untold.know(key, environment.interpreter);
      const took = Math.round(performance.now() - this.#born);
      this.output.info(`${environment.interpreter} is the interpreter of ${uri.fsPath} (held by ${holder.name}; ${took} ms after activation).`);
    }
    const interpreter = (await holder.current(uri)) ?? environment.interpreter;
    // While it was taken the person may have chosen another: that is remembered already.
    if (this.#holds(holder, uri) && areSame(before, this.#memories.of(key))) {
      this.#settled.add(key);
      await this.#memories.put(key, { by: 'us', interpreter });
    }
    return true;
  }

  async #adopt(holder: Holder, uri: vscode.Uri, project: Project | undefined, interpreter: string): Promise<void> {
    const key = keyOf(holder, uri);
    const isNewest = project === undefined ? () => true : this.choosing(project);
    this.#settled.add(key);
    await this.#memories.put(key, { by: 'person', interpreter });
    await this.#forget(holder, project);
    this.output.info(`${interpreter} was chosen for ${uri.fsPath} and is kept.`);
    if (project !== undefined) {
      await this.#select(project, interpreter, isNewest);
    }
  }

  /**
   * The findings are to speak of the environment that is in use. Without a toast: the person has just seen it happen. Where no server answers,
   * the next is told.
   */
  async #select(project: Project, interpreter: string, isNewest: () => boolean): Promise<void> {
    if (!isNewest()) {
      return;
    }
    const outcome = await this.server.ask<Outcome>('workspace/executeCommand', {
      command: tasks.select,
      arguments: [{ project: project.root, environment: prefixOf(interpreter) }],
    });
    // A server that runs and cannot do it would not be able to the next time either.
    if (outcome === undefined && this.server.state !== 'running') {
      this.#unheard.set(project.root, () => this.#select(project, interpreter, isNewest));
    }
    this.output.info(outcome?.message ?? 'The server did not answer.');
  }

  /** The newest choice counts: what was chosen before in another holder gives way to it. */
  async #forget(chosenIn: Holder, project: Project | undefined): Promise<void> {
    for (const holder of this.#holders.all) {
      const scope = project === undefined || holder === chosenIn ? undefined : scopeOf(project, holder);
      const memory = scope === undefined ? undefined : this.#memories.of(keyOf(holder, scope));
      if (scope !== undefined && memory?.by === 'person') {
        await this.#memories.put(keyOf(holder, scope), { by: 'us', interpreter: memory.interpreter });
      }
    }
  }

  #listen(holder: Holder, change: HolderChange): void {
    const { scope, interpreter } = change;
    if (scope === undefined || interpreter === undefined || this.#disposed) {
      return;
    }
    const key = keyOf(holder, scope);
    this.#untold.know(key, interpreter);
    const memory = this.#memories.of(key);
    if (same(interpreter, memory?.interpreter) || this.#ours(key).some(({ environment }) => runs(interpreter, environment))) {
      return;
    }
    if (!change.automatic && this.#settled.has(key)) {
      void this.#adopt(holder, scope, this.#scopes.meant(scope, holder), interpreter);
      return;
    }
    const restored = (this.#restored.get(key) ?? 0) + 1;
    this.#restored.set(key, restored);
    this.output.info(`${holder.name} selected ${interpreter} for ${scope.fsPath} by itself.`);
    if (restored <= RESTORES) {
      this.reconcile();
    }
  }

  #ours(key: string): Assigned[] {
    return (this.#assigned.get(key) ?? []).filter(({ time }) => Date.now() - time < ECHO_MS);
  }

  /** A Python extension came or went. */
  #renew(): void {
    if (this.#holders.renew()) {
      this.#settled.clear();
      this.#untold.clear();
      this.reconcile();
    }
  }
}
