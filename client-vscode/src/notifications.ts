/** The two times we speak first: requirements without an environment, and an environment that fell behind after a branch switch. */
import * as vscode from 'vscode';

import { nameOf } from './names';
import type { Projects } from './projects';
import type { Project } from './protocol';
import type { Tasks } from './tasks';

const NEVER = 'Not for This Project';
/** How long after a branch switch a change for the worse is put down to it. */
const BRANCH_MS = 15_000;

export class Notifications implements vscode.Disposable {
  readonly #listening: vscode.Disposable[] = [];
  readonly #inStep = new Map<string, boolean>();
  readonly #said = new Set<string>();
  #switched = 0;
  #busy = 0;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly projects: Projects,
    private readonly tasks: Tasks,
  ) {
    const heads = vscode.workspace.createFileSystemWatcher('**/.git/HEAD');
    const switched = (): void => {
      this.#switched = Date.now();
    };
    this.#listening.push(
      heads,
      heads.onDidChange(switched),
      heads.onDidCreate(switched),
      projects.onDidChange(() => {
        this.#look();
      }),
    );
  }

  /** While a task runs, what the server says is on its way and nothing to speak of. */
  busy(running: boolean): void {
    this.#busy += running ? 1 : -1;
  }

  dispose(): void {
    for (const listening of this.#listening) {
      listening.dispose();
    }
  }

  #look(): void {
    if (!vscode.workspace.isTrusted || this.#busy > 0) {
      return;
    }
    const without: Project[] = [];
    for (const project of this.projects.all) {
      const before = this.#inStep.get(project.root);
      this.#inStep.set(project.root, project.in_sync);
      if (this.context.workspaceState.get<boolean>(`quiet ${project.root}`) === true) {
        continue;
      }
      if (project.environment === null && !project.in_sync && this.#once(`none ${project.root}`)) {
        without.push(project);
      } else if (project.environment !== null && before === true && !project.in_sync && Date.now() - this.#switched < BRANCH_MS) {
        void this.#fellBehind(project);
      }
    }
    // A monorepo has one notification, about the project in front; the others are in the tree.
    const current = this.projects.current;
    const first = without.find((project) => project === current) ?? without[0];
    if (first !== undefined) {
      void this.#noEnvironment(first);
    }
  }

  #once(key: string): boolean {
    const fresh = !this.#said.has(key);
    this.#said.add(key);
    return fresh;
  }

  async #noEnvironment(project: Project): Promise<void> {
    const [create, choose] = ['Create', 'Choose…'];
    const manifest = project.manifests[0];
    const stated = manifest === undefined ? 'This project states requirements' : `${vscode.workspace.asRelativePath(manifest)} states requirements`;
    const chosen = await vscode.window.showInformationMessage(`${stated} and there is no environment for them yet.`, create, choose, NEVER);
    if (chosen === create) {
      await this.tasks.createNow(project);
    } else if (chosen === choose) {
      await this.tasks.select(project);
    } else if (chosen === NEVER) {
      await this.#never(project);
    }
  }

  async #fellBehind(project: Project): Promise<void> {
    const [sync, show] = ['Sync', 'Show'];
    const name = project.environment?.name ?? 'The environment';
    const chosen = await vscode.window.showInformationMessage(
      `${name} of ${nameOf(project)} is out of step since the branch was switched.`,
      sync,
      show,
      NEVER,
    );
    if (chosen === sync) {
      await this.tasks.sync(project);
    } else if (chosen === show) {
      await vscode.commands.executeCommand('workbench.actions.view.problems');
    } else if (chosen === NEVER) {
      await this.#never(project);
    }
  }

  async #never(project: Project): Promise<void> {
    await this.context.workspaceState.update(`quiet ${project.root}`, true);
  }
}
