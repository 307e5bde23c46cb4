/** The same, in the editor's language status (the braces in the status bar), for Python files and manifests. */
import * as vscode from 'vscode';

import { environmentName, standing } from './describe';
import { documents } from './documents';
import type { Projects } from './projects';
import type { Server } from './server';

export function languageStatus(server: Server, projects: Projects): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('venvls', [...documents]);
  item.name = vscode.l10n.t('Python environment');
  const update = (): void => {
    const project = projects.current;
    const isAsleep = server.state !== 'running' || !projects.fresh;
    item.busy = server.looking && isAsleep;
    item.severity = vscode.LanguageStatusSeverity.Information;
    if (project === undefined) {
      item.text = projects.fresh ? vscode.l10n.t('No project') : vscode.l10n.t('Environments');
      item.detail = server.state === 'no-python' ? vscode.l10n.t('There is no Python 3.10 or newer to run the server.') : '';
      item.command = { command: 'venvls.showOutput', title: vscode.l10n.t('Show Output') };
      return;
    }
    const { environment } = project;
    item.text = environment === null ? vscode.l10n.t('No environment') : environmentName(environment);
    // What was true may not be any more: nothing is claimed while nobody looks.
    item.detail = isAsleep ? (server.looking ? vscode.l10n.t('The server is being started.') : '') : standing(project, projects.faults(project));
    if (isAsleep) {
      item.command = { command: 'venvls.showOutput', title: vscode.l10n.t('Show Output') };
    } else if (environment === null) {
      item.severity = vscode.LanguageStatusSeverity.Warning;
      item.command = { command: 'venvls.createEnvironmentNow', title: vscode.l10n.t('Create') };
    } else if (environment.health === 'broken' || environment.health === 'incomplete') {
      item.severity = vscode.LanguageStatusSeverity.Error;
      item.command = { command: 'venvls.recreateEnvironment', title: vscode.l10n.t('Recreate') };
    } else if (!project.in_sync) {
      item.severity = vscode.LanguageStatusSeverity.Warning;
      item.command = { command: 'venvls.syncEnvironment', title: vscode.l10n.t('Sync') };
    } else {
      item.command = { command: 'venvls.selectEnvironment', title: vscode.l10n.t('Select') };
    }
  };
  update();
  return vscode.Disposable.from(item, projects.onDidChange(update), server.onDidChangeState(update));
}
