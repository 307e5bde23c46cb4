/** The two times we speak first: requirements without an environment, and an environment that is out of sync after a branch switch. */
import * as vscode from 'vscode';

import { nameOf } from './names';
import type { Projects } from './projects';
import type { Project } from './protocol';
import type { Tasks } from './tasks';

/** How far apart a branch switch and a change for the worse may be noticed to be put down to each other. */
const BRANCH_MS = 15_000;

export class Notifications implements vscode.Disposable {
  readonly #listening: vscode.Disposable[] = [];
  readonly #inSync = new Map<string, boolean>();
  /** When a project fell out of sync; until it was spoken of. */
  readonly #fell = new Map<string, number>();
  /** Projects whose missing environment was spoken of. */
  readonly #offered = new Set<string>();
  /** Whether an offer to create an environment waits for its answer. */
  #offering = false;
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
      this.#tellOfSwitch();
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
    for (const project of this.projects.all) {
      const before = this.#inSync.get(project.root);
      this.#inSync.set(project.root, project.in_sync);
      if (project.environment !== null && before === true && !project.in_sync) {
        this.#fell.set(project.root, Date.now());
      } else if (project.in_sync) {
        this.#fell.delete(project.root);
      }
    }
    this.#tellOfSwitch();
    // In a monorepo only the project in front is spoken of, one at a time; the others are in the tree.
    const { front } = this.projects;
    if (front?.environment !== null || front.in_sync || this.#offering || this.#offered.has(front.root) || this.#quiet(front)) {
      return;
    }
    this.#offered.add(front.root);
    void this.#noEnvironment(front);
  }

  /** Speaks of projects that fell out of sync with a switch of the branch: whichever of the two was noticed first. */
  #tellOfSwitch(): void {
    for (const project of this.projects.all) {
      const fell = this.#fell.get(project.root);
      if (fell !== undefined && Math.abs(fell - this.#switched) < BRANCH_MS && !this.#quiet(project) && this.#busy === 0) {
        this.#fell.delete(project.root);
        void this.#switchedAway(project);
      }
    }
  }

  #quiet(project: Project): boolean {
    return this.context.workspaceState.get<boolean>(`quiet ${project.root}`) === true;
  }

  async #noEnvironment(project: Project): Promise<void> {
    const [create, choose, never] = [vscode.l10n.t('Create'), vscode.l10n.t('Choose…'), vscode.l10n.t('Not for This Project')];
    const [manifest] = project.manifests;
    const message =
      manifest === undefined
        ? vscode.l10n.t('{0} has requirements, but no environment yet.', nameOf(project))
        : vscode.l10n.t('{0} lists requirements, but {1} has no environment yet.', vscode.workspace.asRelativePath(manifest), nameOf(project));
    this.#offering = true;
    const chosen = await vscode.window.showInformationMessage(message, create, choose, never);
    this.#offering = false;
    if (chosen === create) {
      await this.tasks.createNow(project);
    } else if (chosen === choose) {
      await this.tasks.select(project);
    } else if (chosen === never) {
      await this.#never(project);
    }
  }

  async #switchedAway(project: Project): Promise<void> {
    const [sync, show, never] = [vscode.l10n.t('Sync'), vscode.l10n.t('Show'), vscode.l10n.t('Not for This Project')];
    const name = project.environment?.name ?? '';
    const message = vscode.l10n.t('{0} of {1} is out of sync since the branch was switched.', name, nameOf(project));
    const chosen = await vscode.window.showInformationMessage(message, sync, show, never);
    if (chosen === sync) {
      await this.tasks.sync(project);
    } else if (chosen === show) {
      await vscode.commands.executeCommand('workbench.actions.view.problems');
    } else if (chosen === never) {
      await this.#never(project);
    }
  }

  async #never(project: Project): Promise<void> {
    await this.context.workspaceState.update(`quiet ${project.root}`, true);
  }
}
