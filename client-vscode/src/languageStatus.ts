/** The same, in the editor's language status (the braces in the status bar), for Python files and manifests. */
import * as vscode from 'vscode';

import { environmentName, standing } from './describe';
import { documents } from './documents';
import type { Projects } from './projects';
import type { Server } from './server';

export function languageStatus(server: Server, projects: Projects): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('venvls', [...documents]);
  item.name = 'Python environment';
  const update = (): void => {
    const project = projects.current;
    item.busy = server.state === 'starting';
    item.severity = vscode.LanguageStatusSeverity.Information;
    if (project === undefined) {
      item.text = server.state === 'running' ? 'No project' : 'Environments';
      item.detail = server.state === 'no-python' ? 'no Python 3.10 or newer to run the server' : '';
      item.command = { command: 'venvls.showOutput', title: 'Show Output' };
      return;
    }
    item.text = project.environment === null ? 'No environment' : environmentName(project.environment);
    item.detail = standing(project, projects.faults(project));
    if (project.environment === null) {
      item.severity = vscode.LanguageStatusSeverity.Warning;
      item.command = { command: 'venvls.createEnvironmentNow', title: 'Create' };
    } else if (project.environment.health === 'broken' || project.environment.health === 'incomplete') {
      item.severity = vscode.LanguageStatusSeverity.Error;
      item.command = { command: 'venvls.recreateEnvironment', title: 'Recreate' };
    } else if (!project.in_sync) {
      item.severity = vscode.LanguageStatusSeverity.Warning;
      item.command = { command: 'venvls.syncEnvironment', title: 'Sync' };
    } else {
      item.command = { command: 'venvls.selectEnvironment', title: 'Select' };
    }
  };
  update();
  return vscode.Disposable.from(item, projects.onDidChange(update), server.onDidChangeState(update));
}
