/** When we speak first: requirements without an environment. Of what goes out of sync outside the editor the server asks itself. */
import * as vscode from 'vscode';

import { environmentName } from './describe';
import { nameOf } from './names';
import type { Projects } from './projects';
import type { Project } from './protocol';
import type { Tasks } from './tasks';

export class Notifications implements vscode.Disposable {
  readonly #listening: vscode.Disposable[] = [];
  /** Projects whose missing environment was spoken of. */
  readonly #offered = new Set<string>();
  /** Whether an offer to create an environment waits for its answer. */
  #offering = false;
  #busy = 0;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly projects: Projects,
    private readonly tasks: Tasks,
  ) {
    this.#listening.push(
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
    // In a monorepo only the project in front is spoken of, one at a time; the others are in the tree.
    const { front } = this.projects;
    if (front?.environment !== null || front.in_sync || this.#offering || this.#offered.has(front.root) || this.#quiet(front)) {
      return;
    }
    this.#offered.add(front.root);
    void this.#noEnvironment(front);
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
    const environment = this.projects.now(project)?.environment;
    if (chosen === create && environment != null) {
      // The question may have stood there for long.
      void vscode.window.showInformationMessage(vscode.l10n.t('{0} has an environment by now: {1}.', nameOf(project), environmentName(environment)));
    } else if (chosen === create) {
      await this.tasks.createNow(project);
    } else if (chosen === choose) {
      await this.tasks.select(project);
    } else if (chosen === never) {
      await this.#never(project);
    }
  }

  async #never(project: Project): Promise<void> {
    await this.context.workspaceState.update(`quiet ${project.root}`, true);
  }
}
