/** What the person is told of a task: once, whoever tells it first. The server shows refusals and failures too, for editors that show nothing. */
import * as vscode from 'vscode';

const SAME_MS = 5000;

export class Messages {
  readonly #recent = new Set<string>();

  constructor(private readonly output: vscode.LogOutputChannel) {}

  async show(kind: 'information' | 'warning' | 'error', text: string): Promise<void> {
    if (text === '' || this.#recent.has(text)) {
      return;
    }
    this.#recent.add(text);
    setTimeout(() => this.#recent.delete(text), SAME_MS);
    if (kind === 'information') {
      void vscode.window.showInformationMessage(text);
      return;
    }
    const show = vscode.l10n.t('Show Output');
    const box = kind === 'error' ? vscode.window.showErrorMessage : vscode.window.showWarningMessage;
    if ((await box(text, show)) === show) {
      this.output.show(true);
    }
  }
}
