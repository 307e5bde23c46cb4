/** What a person can start: each asks only what it must, hands one JSON object to the server, and the result is said once. */
import * as vscode from 'vscode';

import type { Handover } from './handover';
import { nameOf } from './names';
import type { Projects } from './projects';
import { isOutcome, requests, tasks, type BasePython, type Environment, type Outcome, type Project, type TaskRequest, type Which } from './protocol';
import type { Execute, Server } from './server';
import { trustedFor } from './trust';

const names: Readonly<Record<string, string>> = {
  'venvls.create': 'Creating an environment',
  'venvls.sync': 'Syncing an environment',
  'venvls.install': 'Installing a package',
  'venvls.add': 'Adding a requirement',
  'venvls.recreate': 'Recreating an environment',
  'venvls.repair': 'Repairing an environment',
  'venvls.remove': 'Removing an environment',
  'venvls.freeze': 'Freezing an environment',
  'venvls.compile': 'Compiling requirements',
  'venvls.upgrade': 'Upgrading packages',
};

/** Every command of the server passes here, from a light bulb as well as from our own menus. */
export function executor(output: vscode.LogOutputChannel, projects: () => readonly Project[], busy: (running: boolean) => void): Execute {
  return async (command, args, next) => {
    const name = names[command];
    if (name !== undefined && !(await trustedFor(name))) {
      return undefined;
    }
    busy(true);
    try {
      if (name !== undefined) {
        await saveManifests(projects(), args);
      }
      const outcome = await next(command, args);
      if (isOutcome(outcome)) {
        void say(outcome, output);
      }
      return outcome;
    } catch (error) {
      output.error(`${command}: ${String(error)}`);
      void say({ ok: false, message: `${name ?? 'This'} did not work: ${error instanceof Error ? error.message : String(error)}` }, output);
      return undefined;
    } finally {
      busy(false);
    }
  };
}

/** Tools read files, findings speak of what is on the screen: both are the same before a tool starts. */
async function saveManifests(projects: readonly Project[], args: readonly unknown[]): Promise<void> {
  const [first] = args;
  const root = typeof first === 'object' && first !== null && 'project' in first ? first.project : undefined;
  const manifests = projects.filter((project) => root === undefined || project.root === root).flatMap((project) => project.manifests);
  for (const document of vscode.workspace.textDocuments) {
    if (document.isDirty && manifests.includes(document.uri.fsPath)) {
      await document.save();
    }
  }
}

async function say(outcome: Outcome, output: vscode.LogOutputChannel): Promise<void> {
  if (outcome.message === '') {
    return;
  }
  if (outcome.ok || outcome.cancelled === true) {
    void vscode.window.showInformationMessage(outcome.message);
    return;
  }
  const show = 'Show Output';
  if ((await vscode.window.showErrorMessage(outcome.message, show)) === show) {
    output.show(true);
  }
}

export class Tasks {
  constructor(
    private readonly server: Server,
    private readonly projects: Projects,
    private readonly handover: Handover,
  ) {}

  /** Creates the project's environment with everything at its default, and syncs it. */
  async createNow(project: Project): Promise<void> {
    if (await trustedFor('Creating an environment')) {
      await this.#run(tasks.create, { project: project.root });
    }
  }

  /** The same, asking which Python where there is more than one. */
  async create(project: Project): Promise<void> {
    if (!(await trustedFor('Creating an environment'))) {
      return;
    }
    const answer = await this.server.ask<{ pythons: readonly BasePython[] }>(requests.pythons, { project: project.root });
    const pythons = answer?.pythons ?? [];
    if (pythons.length < 2) {
      await this.#run(tasks.create, { project: project.root });
      return;
    }
    const items = pythons.map((python, index) => ({
      label: `$(${index === 0 ? 'star-full' : 'blank'}) Python ${python.version}`,
      description: python.implementation === undefined || python.implementation === 'cpython' ? '' : python.implementation,
      detail: [python.executable, python.reason ?? ''].filter(Boolean).join(' · '),
      python,
    }));
    const chosen = await vscode.window.showQuickPick(items, {
      title: 'Create Environment',
      placeHolder: `Python for the new environment of ${nameOf(project)}`,
      matchOnDetail: true,
    });
    if (chosen !== undefined) {
      await this.#run(tasks.create, { project: project.root, options: { python: chosen.python.executable } });
    }
  }

  async sync(project: Project): Promise<void> {
    if (!(await trustedFor('Syncing an environment'))) {
      return;
    }
    if (project.environment === null) {
      await this.createNow(project);
      return;
    }
    await this.#run(tasks.sync, { project: project.root });
  }

  async recreate(project: Project): Promise<void> {
    if (!(await trustedFor('Recreating an environment'))) {
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

  /** Shows what was found, the chosen one first, and puts the pick in use. */
  async select(project: Project): Promise<void> {
    const [all, which] = await Promise.all([
      this.server.ask<{ environments: readonly Environment[] }>(requests.environments),
      this.server.ask<Which>(requests.which, { uri: vscode.Uri.file(project.root).toString() }),
    ]);
    const environments = sorted(all?.environments ?? [], which);
    const reasons = new Map(which?.candidates.map((candidate) => [candidate.environment.prefix, candidate.reason]));
    type Item = vscode.QuickPickItem & { environment?: Environment; create?: true };
    const items: Item[] = environments.map((environment) => {
      const inUse = environment.prefix === project.environment?.prefix;
      return {
        label: `$(${inUse ? 'check' : environment.health === 'ok' ? 'blank' : 'warning'}) ${environment.name}`,
        description: [environment.version ?? '', environment.kind, inUse ? 'in use' : ''].filter(Boolean).join(' · '),
        detail: [vscode.workspace.asRelativePath(environment.prefix), environment.problem ?? reasons.get(environment.prefix) ?? ''].filter(Boolean).join(' — '),
        environment,
      };
    });
    items.push({ label: '', kind: vscode.QuickPickItemKind.Separator }, { label: '$(add) Create an environment…', create: true });
    const chosen = await vscode.window.showQuickPick(items, {
      title: 'Select Environment',
      placeHolder: `Environment of ${nameOf(project)}`,
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (chosen?.create === true) {
      await this.create(project);
    } else if (chosen?.environment !== undefined) {
      await this.use(project, chosen.environment);
    }
  }

  /** Puts an environment in use for a project, because the person said so. */
  async use(project: Project, environment: Environment): Promise<void> {
    const outcome = await this.#run(tasks.select, { project: project.root, environment: environment.prefix });
    if (outcome?.ok === true && vscode.workspace.isTrusted && environment.interpreter !== null) {
      await this.handover.choose(project, environment);
    }
  }

  /** The project a command is about: the row, the file it was asked on, or the one in front. */
  async pick(asked: string | undefined): Promise<Project | undefined> {
    const project = asked === undefined ? this.projects.current : this.projects.of(asked);
    if (project !== undefined) {
      return project;
    }
    const message =
      this.server.state === 'running'
        ? 'There is no project here: no requirements.txt, pyproject.toml or other file that says what is needed.'
        : 'The venvls server is not running.';
    const offer = this.server.state === 'running' ? [] : ['Restart Server'];
    if ((await vscode.window.showWarningMessage(message, ...offer)) === 'Restart Server') {
      void this.server.restart();
    }
    return undefined;
  }

  async #run(command: string, request: TaskRequest): Promise<Outcome | undefined> {
    if (this.server.state !== 'running') {
      await vscode.window.showWarningMessage('The venvls server is not running.');
      return undefined;
    }
    const outcome = await vscode.commands.executeCommand(command, request);
    return isOutcome(outcome) ? outcome : undefined;
  }
}

function sorted(environments: readonly Environment[], which: Which | undefined): Environment[] {
  const rank = new Map(which?.candidates.map((candidate, index) => [candidate.environment.prefix, candidate.chosen ? -1 : index]));
  return [...environments].sort(
    (one, other) => (rank.get(one.prefix) ?? 1000) - (rank.get(other.prefix) ?? 1000) || one.prefix.localeCompare(other.prefix),
  );
}
