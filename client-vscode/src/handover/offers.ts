/** Environments that were offered in this window. */
import * as vscode from 'vscode';

import type { Environment, Project } from '../protocol';

export class Offers {
  /** By project and environment, whether the person wants it. */
  readonly #answers = new Map<string, boolean>();

  /** `answered` is called with each answer. */
  constructor(private readonly answered: () => void) {}

  /** Whether the person wants the environment used. Asked once, and not waited for. */
  accepted(project: Project, environment: Environment): boolean {
    const key = `${project.root} ${environment.prefix}`;
    const answer = this.#answers.get(key);
    if (answer === undefined) {
      this.#answers.set(key, false);
      const use = vscode.l10n.t('Use It');
      const place = vscode.workspace.asRelativePath(environment.prefix);
      const question = vscode.l10n.t('The environment of this project is {0}. Use its Python?', place);
      void vscode.window.showInformationMessage(question, use).then((chosen) => {
        this.#answers.set(key, chosen === use);
        this.answered();
      });
    }
    return answer === true;
  }
}
