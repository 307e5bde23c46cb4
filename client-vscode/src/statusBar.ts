/** The environment in front, its Python, and how many things are out of step. */
import * as vscode from 'vscode';

import { counted, environmentName, facts, statusBar } from './describe';
import type { Projects } from './projects';
import type { Server } from './server';

const SHOWN_FAULTS = 6;
const LINKED = ['venvls.syncEnvironment', 'venvls.createEnvironmentNow', 'venvls.recreateEnvironment', 'venvls.selectEnvironment', 'venvls.explainChoice'] as const;

export class StatusBar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #listening: { dispose(): unknown }[];

  constructor(
    private readonly server: Server,
    private readonly projects: Projects,
  ) {
    this.#item = vscode.window.createStatusBarItem('environment', vscode.StatusBarAlignment.Right, 100);
    this.#item.name = 'Python environment (venvls)';
    this.#item.command = 'venvls.openMenu';
    this.#listening = [
      this.#item,
      projects.onDidChange(() => {
        this.#update();
      }),
      server.onDidChangeState(() => {
        this.#update();
      }),
    ];
    this.#update();
  }

  dispose(): void {
    for (const listening of this.#listening) {
      listening.dispose();
    }
  }

  #update(): void {
    const item = this.#item;
    const project = this.projects.current;
    item.backgroundColor = undefined;
    if (this.server.state === 'no-python' || this.server.state === 'failed') {
      item.text = '$(error) venvls is off';
      item.tooltip = this.server.state === 'no-python' ? 'No Python 3.10 or newer was found to run the server.' : 'The server keeps ending. The output says more.';
      item.show();
      return;
    }
    if (this.server.state === 'starting' && !this.projects.known) {
      item.text = '$(loading~spin) Environments…';
      item.tooltip = 'Looking for environments';
      item.show();
      return;
    }
    if (project === undefined) {
      item.hide();
      return;
    }
    const look = statusBar(project, this.projects.faults(project));
    if (this.server.state !== 'running') {
      // What was true may not be any more: no tick and no count while nobody looks.
      item.text = `$(loading~spin) ${project.environment === null ? 'Environments…' : environmentName(project.environment)}`;
      item.tooltip = 'The server is being started.';
      item.show();
      return;
    }
    item.text = look.text;
    if (look.tone !== 'normal') {
      item.backgroundColor = new vscode.ThemeColor(`statusBarItem.${look.tone}Background`);
    }
    item.tooltip = this.#tooltip();
    item.accessibilityInformation = { label: `Python environment: ${look.text.replace(/\$\([^)]*\)\s*/g, '')}`, role: 'button' };
    item.show();
  }

  #tooltip(): vscode.MarkdownString | undefined {
    const project = this.projects.current;
    if (project === undefined) {
      return undefined;
    }
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(project.root))?.uri.fsPath;
    const text = new vscode.MarkdownString('', true);
    text.isTrusted = { enabledCommands: [...LINKED] };
    text.appendMarkdown('| | |\n|:--|:--|\n');
    for (const [label, value] of facts(project, folder)) {
      text.appendMarkdown(`| ${label} | ${inCell(value)} |\n`);
    }
    const faults = counted(this.projects.faults(project));
    if (faults.length > 0) {
      text.appendMarkdown('\n---\n\n');
      for (const fault of faults.slice(0, SHOWN_FAULTS)) {
        text.appendMarkdown('- ');
        text.appendText(fault.message);
        text.appendMarkdown('\n');
      }
      if (faults.length > SHOWN_FAULTS) {
        text.appendMarkdown(`- and ${faults.length - SHOWN_FAULTS} more\n`);
      }
    }
    text.appendMarkdown('\n---\n\n');
    if (!vscode.workspace.isTrusted) {
      text.appendMarkdown('Restricted Mode: nothing of this folder is started.\n');
      return text;
    }
    if (project.environment === null) {
      text.appendMarkdown('[$(add) Create](command:venvls.createEnvironmentNow) · ');
    } else if (project.environment.health === 'broken' || project.environment.health === 'incomplete') {
      text.appendMarkdown('[$(refresh) Recreate](command:venvls.recreateEnvironment) · ');
    } else if (!project.in_sync) {
      text.appendMarkdown('[$(sync) Sync](command:venvls.syncEnvironment) · ');
    }
    text.appendMarkdown('[$(check) Select](command:venvls.selectEnvironment) · [$(question) Why this one](command:venvls.explainChoice)');
    return text;
  }
}

/** Text of files as text: nothing of it is a link, an image or a table's edge. */
function inCell(value: string): string {
  return new vscode.MarkdownString().appendText(value).value.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ');
}
