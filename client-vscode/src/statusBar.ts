/** The environment in front, its Python, and how many things are out of sync. */
import * as vscode from 'vscode';

import { counted, environmentName, facts, statusBar } from './describe';
import type { Handover } from './handover';
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
    private readonly handover: Handover,
  ) {
    // Just right of the interpreter of the Python extensions, whose priority is 100: the two are read as one.
    this.#item = vscode.window.createStatusBarItem('environment', vscode.StatusBarAlignment.Right, 99.9);
    this.#item.name = vscode.l10n.t('Python environment (venvls)');
    this.#item.command = 'venvls.openMenu';
    this.#listening = [
      this.#item,
      projects.onDidChange(() => {
        this.#update();
      }),
      server.onDidChangeState(() => {
        this.#update();
      }),
      handover.onDidHandOver(() => {
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
      item.text = `$(error) ${vscode.l10n.t('venvls is off')}`;
      item.tooltip =
        this.server.state === 'no-python'
          ? vscode.l10n.t('No Python 3.10 or newer was found to run the server.')
          : vscode.l10n.t('The server keeps ending. The output says more.');
      item.show();
      return;
    }
    if (this.server.state === 'starting' && !this.projects.known) {
      item.text = `$(loading~spin) ${vscode.l10n.t('Environments…')}`;
      item.tooltip = vscode.l10n.t('Looking for environments…');
      item.show();
      return;
    }
    if (project === undefined) {
      item.hide();
      return;
    }
    const look = statusBar(project, this.projects.faults(project), this.handover.shown(project, vscode.window.activeTextEditor?.document));
    if (this.server.state !== 'running' || !this.projects.fresh) {
      // What was true may not be any more: no tick and no count while nobody looks.
      item.text = `$(loading~spin) ${project.environment === null ? vscode.l10n.t('Environments…') : environmentName(project.environment)}`;
      item.tooltip = vscode.l10n.t('The server is being started.');
      item.show();
      return;
    }
    item.text = look.text;
    if (look.tone !== 'normal') {
      item.backgroundColor = new vscode.ThemeColor(`statusBarItem.${look.tone}Background`);
    }
    item.tooltip = this.#tooltip();
    const label = statusBar(project, this.projects.faults(project)).text.replace(/\$\([^)]*\)\s*/g, '');
    item.accessibilityInformation = { label: vscode.l10n.t('Python environment: {0}', label), role: 'button' };
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
        text.appendMarkdown(`- ${vscode.l10n.t('and {0} more', faults.length - SHOWN_FAULTS)}\n`);
      }
    }
    text.appendMarkdown('\n---\n\n');
    if (!vscode.workspace.isTrusted) {
      text.appendMarkdown(`${vscode.l10n.t('Restricted Mode: no program of this folder is started.')}\n`);
      return text;
    }
    if (project.environment === null) {
      text.appendMarkdown(`[$(add) ${vscode.l10n.t('Create')}](command:venvls.createEnvironmentNow) · `);
    } else if (project.environment.health === 'broken' || project.environment.health === 'incomplete') {
      text.appendMarkdown(`[$(refresh) ${vscode.l10n.t('Recreate')}](command:venvls.recreateEnvironment) · `);
    } else if (!project.in_sync) {
      text.appendMarkdown(`[$(sync) ${vscode.l10n.t('Sync')}](command:venvls.syncEnvironment) · `);
    }
    text.appendMarkdown(
      `[$(check) ${vscode.l10n.t('Select')}](command:venvls.selectEnvironment) · [$(question) ${vscode.l10n.t('Why this one?')}](command:venvls.explainChoice)`,
    );
    return text;
  }
}

/** Text of files as text: nothing of it is a link, an image or a table's edge. */
function inCell(value: string): string {
  return new vscode.MarkdownString().appendText(value).value.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ');
}
