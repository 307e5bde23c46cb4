/** What a person can start: each asks only what it must, hands one JSON object to the server, and the result is shown once. */
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';

import { isFile } from './files';
import type { Handover } from './handover';
import type { Messages } from './messages';
import { nameOf } from './names';
import { among, prefixOf, same } from './paths';
import type { Projects } from './projects';
import { isOutcome, requests, tasks, type BasePython, type Environment, type Outcome, type Project, type TaskRequest, type Which } from './protocol';
import type { Execute, Server } from './server';
import { trustedFor } from './trust';

/** The commands that start programs: their names in progress notifications and messages. */
const names: Readonly<Record<string, () => string>> = {
  'venvls.create': () => vscode.l10n.t('Creating an environment'),
  'venvls.sync': () => vscode.l10n.t('Syncing the environment'),
  'venvls.install': () => vscode.l10n.t('Installing a package'),
  'venvls.add': () => vscode.l10n.t('Adding a requirement'),
  'venvls.recreate': () => vscode.l10n.t('Recreating the environment'),
  'venvls.repair': () => vscode.l10n.t('Repairing the environment'),
  'venvls.remove': () => vscode.l10n.t('Removing'),
  'venvls.delete': () => vscode.l10n.t('Deleting the environment'),
  'venvls.freeze': () => vscode.l10n.t('Listing what is installed'),
  'venvls.compile': () => vscode.l10n.t('Compiling requirements'),
  'venvls.upgrade': () => vscode.l10n.t('Upgrading packages'),
};

/** Commands after which there is a new environment. */
const makers: ReadonlySet<string> = new Set([tasks.create, tasks.recreate]);

interface Around {
  /** A task runs, or has ended. */
  readonly busy: (running: boolean) => void;
  /** Does the work of creating a project's environment. */
  readonly creating: <T>(project: Project, work: () => Promise<T>) => Promise<T>;
}

/** Every command of the server passes here, from a light bulb as well as from our own menus. */
export function executor(output: vscode.LogOutputChannel, messages: Messages, projects: () => readonly Project[], around: Around): Execute {
  const show = (outcome: Outcome): void => {
    void messages.show(outcome.ok || outcome.cancelled === true ? 'information' : 'error', outcome.message);
  };
  return async (command, args, run) => {
    const name = names[command]?.();
    if (name !== undefined && !(await trustedFor(name))) {
      return undefined;
    }
    around.busy(true);
    try {
      if (name !== undefined) {
        const unsaved = await saveManifests(projects(), args);
        if (unsaved !== undefined) {
          const file = vscode.workspace.asRelativePath(unsaved);
          const outcome = { ok: false, message: vscode.l10n.t('{0} was not started: {1} could not be saved.', name, file) };
          show(outcome);
          return outcome;
        }
      }
      const project = makers.has(command) ? projects().find(({ root }) => same(root, rootOf(args))) : undefined;
      const outcome = await (project === undefined ? run(name) : around.creating(project, () => run(name)));
      if (isOutcome(outcome)) {
        show(outcome);
      }
      return outcome;
    } catch (error) {
      if (error instanceof vscode.CancellationError || isCancelled(error)) {
        const outcome = { ok: false, cancelled: true, message: vscode.l10n.t('Cancelled: nothing was changed.') };
        show(outcome);
        return outcome;
      }
      output.error(`${command}: ${String(error)}`);
      if (isOfGoneServer(error)) {
        show({ ok: false, message: vscode.l10n.t('{0} was broken off: the venvls server ended.', name ?? command) });
        return undefined;
      }
      const reason = error instanceof Error ? error.message : String(error);
      show({ ok: false, message: vscode.l10n.t('{0} failed: {1}', name ?? command, reason) });
      return undefined;
    } finally {
      around.busy(false);
    }
  };
}

/** Whether a request ended because its cancellation was passed on: codes of LSP. */
function isCancelled(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && (error.code === -32800 || error.code === -32802);
}

/** Whether a request was not answered because its server ended, before or after it was sent: codes of vscode-jsonrpc. */
function isOfGoneServer(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && (error.code === -32096 || error.code === -32097);
}

/** The project that a command's one object names. */
function rootOf(args: readonly unknown[]): string | undefined {
  const [request] = args;
  const named = typeof request === 'object' && request !== null && 'project' in request ? request.project : undefined;
  return typeof named === 'string' ? named : undefined;
}

/** Tools read files, findings speak of what is on the screen: both are the same before a tool starts. Gives the file that could not be saved. */
async function saveManifests(projects: readonly Project[], args: readonly unknown[]): Promise<vscode.Uri | undefined> {
  const root = rootOf(args);
  const manifests = projects.filter((project) => root === undefined || same(project.root, root)).flatMap((project) => project.manifests);
  for (const document of vscode.workspace.textDocuments) {
    if (document.isDirty && among(document.uri.fsPath, manifests) && !(await document.save())) {
      return document.uri;
    }
  }
  return undefined;
}

type Choice = { readonly environment: Environment } | { readonly python: BasePython } | { readonly action: 'create' | 'path' };
type Row = vscode.QuickPickItem & { readonly choice?: Choice };

export class Tasks {
  constructor(
    private readonly server: Server,
    private readonly projects: Projects,
    private readonly handover: Handover,
  ) {}

  /** Creates the project's environment with everything at its default, and syncs it. */
  async createNow(project: Project): Promise<void> {
    if (await trustedFor(vscode.l10n.t('Creating an environment'))) {
      await this.#create(project);
    }
  }

  /** The same, asking which Python where there is more than one. */
  async create(project: Project): Promise<void> {
    if (!(await trustedFor(vscode.l10n.t('Creating an environment')))) {
      return;
    }
    // The list is on the screen at once, and filled when the versions of the Pythons are known.
    const list = vscode.window.createQuickPick<Row>();
    list.title = vscode.l10n.t('Create Environment');
    list.placeholder = vscode.l10n.t('Python for the new environment of {0}', nameOf(project));
    list.matchOnDetail = list.busy = true;
    let closed = false as boolean;
    const picked = pickedFrom(list).finally(() => (closed = true));
    const pythons = await this.#pythons(project);
    if (pythons.length < 2) {
      const without = !closed;
      list.dispose();
      if (without) {
        await this.#create(project);
      }
      return;
    }
    list.items = pythons.map((python, index) => pythonRow(python, index === 0));
    list.busy = false;
    const choice = (await picked)?.choice;
    if (choice !== undefined && 'python' in choice) {
      await this.#create(project, choice.python);
    }
  }

  async sync(project: Project): Promise<void> {
    if (!(await trustedFor(vscode.l10n.t('Syncing the environment')))) {
      return;
    }
    if (project.environment === null) {
      await this.createNow(project);
      return;
    }
    await this.#run(tasks.sync, { project: project.root });
  }

  async recreate(project: Project): Promise<void> {
    if (!(await trustedFor(vscode.l10n.t('Recreating the environment')))) {
      return;
    }
    const { environment } = project;
    if (environment === null) {
      await this.createNow(project);
      return;
    }
    // The server shows what it is about to delete and asks: one question, with the facts.
    await this.#run(tasks.recreate, { project: project.root, environment: environment.prefix });
  }

  /** Shows the environments that were found, the chosen one first, and what else there is to choose; puts the pick in use. */
  async select(project: Project): Promise<void> {
    const choice = await this.#choose(project);
    if (choice === undefined) {
      return;
    }
    if ('environment' in choice) {
      await this.use(project, choice.environment.prefix);
    } else if ('python' in choice) {
      if (await trustedFor(vscode.l10n.t('Creating an environment'))) {
        await this.#create(project, choice.python);
      }
    } else if (choice.action === 'create') {
      await this.create(project);
    } else {
      const entered = await this.#enter(project);
      if (entered !== undefined) {
        await this.use(project, entered);
      }
    }
  }

  /** Puts an environment in use for a project, because the person chose it. */
  async use(project: Project, prefix: string): Promise<void> {
    const isNewest = this.handover.choosing(project);
    const outcome = await this.#run(tasks.select, { project: project.root, environment: prefix });
    const environment = typeof outcome?.environment === 'object' ? outcome.environment : null;
    if (outcome?.ok === true && vscode.workspace.isTrusted && environment?.interpreter != null) {
      await this.handover.choose(project, environment, isNewest);
    }
  }

  /** Waits for a server that is being started: a person who is quicker is not told that there is no project, or no server. */
  async ready(): Promise<void> {
    if (!this.projects.fresh && this.server.looking) {
      const bar = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Looking for environments…') };
      await vscode.window.withProgress(bar, () => this.projects.wait());
    }
  }

  /** The project a command is about: that of a file or folder, or the one in front. */
  async pick(file: string | undefined): Promise<Project | undefined> {
    if (!this.projects.known) {
      await this.ready();
    }
    const project = file === undefined ? this.projects.current : this.projects.of(file);
    if (project !== undefined) {
      return project;
    }
    if (this.server.state === 'running' && this.projects.known) {
      void vscode.window.showWarningMessage(vscode.l10n.t('There is no project here: no requirements.txt, pyproject.toml or other file that lists requirements.'));
      return undefined;
    }
    const restart = vscode.l10n.t('Restart Server');
    if ((await vscode.window.showWarningMessage(vscode.l10n.t('The venvls server is not running.'), restart)) === restart) {
      void this.server.restart();
    }
    return undefined;
  }

  /** The folder to create an environment in while no file lists requirements there yet: the only one that is open. */
  async bareFolder(): Promise<string | undefined> {
    await this.ready();
    const current = this.projects.current;
    const [folder, ...others] = vscode.workspace.workspaceFolders ?? [];
    // The environment of a script with its own requirements is uv's; the folder may have one besides.
    const isBare = current === undefined || among(current.root, current.manifests);
    return this.server.state === 'running' && isBare && others.length === 0 ? folder?.uri.fsPath : undefined;
  }

  async createIn(folder: string): Promise<void> {
    if (await trustedFor(vscode.l10n.t('Creating an environment'))) {
      await this.#run(tasks.create, { project: folder });
    }
  }

  async #create(project: Project, python?: BasePython): Promise<void> {
    const request = { project: project.root, ...(python === undefined ? {} : { options: { python: python.executable } }) };
    await this.#run(tasks.create, request);
  }

  /** The machine's Pythons, the best for the project first. They are started for it, so only in a trusted workspace. */
  async #pythons(project: Project): Promise<readonly BasePython[]> {
    return vscode.workspace.isTrusted ? ((await this.server.ask<{ pythons: readonly BasePython[] }>(requests.pythons, { project: project.root }))?.pythons ?? []) : [];
  }

  async #choose(project: Project): Promise<Choice | undefined> {
    const [all, which] = await Promise.all([
      this.server.ask<{ environments: readonly Environment[] }>(requests.environments),
      this.server.ask<Which>(requests.which, { uri: vscode.Uri.file(project.root).toString() }),
    ]);
    const reasons = new Map(which?.candidates.map((candidate) => [candidate.environment.prefix, candidate.reason]));
    const environments = sorted(all?.environments ?? [], which).map((environment) => environmentRow(project, environment, reasons.get(environment.prefix)));
    const others: Row[] = [
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      { label: `$(folder-opened) ${vscode.l10n.t('Enter path…')}`, choice: { action: 'path' } },
      { label: `$(add) ${vscode.l10n.t('Create an environment…')}`, choice: { action: 'create' } },
    ];
    const list = vscode.window.createQuickPick<Row>();
    list.title = vscode.l10n.t('Select Environment');
    list.placeholder = vscode.l10n.t('Environment of {0}', nameOf(project));
    list.matchOnDescription = list.matchOnDetail = list.keepScrollPosition = true;
    list.items = [...environments, ...others];
    list.busy = true;
    // To ask each Python for its version takes a moment: they come to the list when they are known.
    void this.#pythons(project).then((pythons) => {
      const heading = { label: vscode.l10n.t('Create with a Python of this machine'), kind: vscode.QuickPickItemKind.Separator };
      const [active] = list.activeItems;
      const rows = [...list.items, ...(pythons.length === 0 ? [] : [heading, ...pythons.map((python) => pythonRow(python, false))])];
      list.items = rows;
      list.activeItems = active === undefined ? [] : [active];
      list.busy = false;
    });
    return (await pickedFrom(list))?.choice;
  }

  /** An environment by its path, or by that of its interpreter. */
  async #enter(project: Project): Promise<string | undefined> {
    const entered = await vscode.window.showInputBox({
      title: vscode.l10n.t('Select Environment'),
      prompt: vscode.l10n.t('Path of an environment, or of its Python. It may begin with ~, or at the folder of {0}.', nameOf(project)),
      ignoreFocusOut: true,
    });
    const value = entered?.trim().replace(/^~(?=$|[\\/])/, () => os.homedir());
    if (value === undefined || value === '') {
      return undefined;
    }
    const absolute = path.resolve(project.root, value);
    return (await isFile(absolute)) ? prefixOf(absolute) : absolute;
  }

  async #run(command: string, request: TaskRequest): Promise<Outcome | undefined> {
    if (this.server.state !== 'running') {
      await this.ready();
    }
    if (this.server.state !== 'running') {
      await vscode.window.showWarningMessage(vscode.l10n.t('The venvls server is not running.'));
      return undefined;
    }
    const outcome = await vscode.commands.executeCommand(command, request);
    return isOutcome(outcome) ? outcome : undefined;
  }
}

/** Shows a list; gives the row that was picked, or nothing where it was closed. */
function pickedFrom(list: vscode.QuickPick<Row>): Promise<Row | undefined> {
  return new Promise((resolve) => {
    list.onDidAccept(() => {
      const [row] = list.selectedItems;
      // Enter in a list that is still being filled, or that has no such row, picks nothing.
      if (row !== undefined) {
        resolve(row);
        list.dispose();
      }
    });
    list.onDidHide(() => {
      resolve(undefined);
      list.dispose();
    });
    list.show();
  });
}

function environmentRow(project: Project, environment: Environment, reason = ''): Row {
  const inUse = same(environment.prefix, project.environment?.prefix);
  return {
    label: `$(${inUse ? 'check' : environment.health === 'ok' ? 'blank' : 'warning'}) ${environment.name}`,
    description: [environment.version ?? '', environment.kind, inUse ? vscode.l10n.t('in use') : ''].filter(Boolean).join(' · '),
    detail: [vscode.workspace.asRelativePath(environment.prefix), environment.problem ?? reason].filter(Boolean).join(' — '),
    choice: { environment },
  };
}

function pythonRow(python: BasePython, best: boolean): Row {
  return {
    label: `$(${best ? 'star-full' : 'blank'}) Python ${python.version}`,
    description: python.implementation === undefined || python.implementation === 'cpython' ? '' : python.implementation,
    detail: [python.executable, python.reason ?? ''].filter(Boolean).join(' · '),
    choice: { python },
  };
}

function sorted(environments: readonly Environment[], which: Which | undefined): Environment[] {
  const rank = new Map(which?.candidates.map((candidate, index) => [candidate.environment.prefix, candidate.chosen ? -1 : index]));
  const rankOf = (environment: Environment): number => rank.get(environment.prefix) ?? 1000;
  return [...environments].sort((environment, next) => rankOf(environment) - rankOf(next) || environment.prefix.localeCompare(next.prefix));
}
