/** What a click on the status bar offers. */
import * as vscode from 'vscode';

import { counted, environmentName, standing } from './describe';
import type { Handover } from './handover';
import { nameOf } from './names';
import type { Projects } from './projects';
import type { Project } from './protocol';

type Item = vscode.QuickPickItem & { readonly command?: string };

export async function openMenu(project: Project, projects: Projects, handover: Handover): Promise<void> {
  const { environment } = project;
  const entry = (icon: string, label: string, command: string, description = ''): Item => ({ label: `$(${icon}) ${label}`, description, command });
  const line = (label = ''): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const behind = counted(projects.faults(project)).length;
  const items: Item[] = [];
  if (await handover.differs(project)) {
    items.push(entry('arrow-swap', `Use ${environment?.name ?? ''} of ${nameOf(project)} in the editor`, 'venvls.useInEditor', 'the editor uses another one'));
  }
  if (environment === null) {
    items.push(entry('zap', 'Create environment and install everything', 'venvls.createEnvironmentNow'));
  } else if (environment.health === 'broken' || environment.health === 'incomplete') {
    items.push(entry('refresh', 'Recreate environment…', 'venvls.recreateEnvironment'));
  } else {
    items.push(entry('sync', 'Sync environment', 'venvls.syncEnvironment', behind === 0 ? 'in step' : `${behind} out of step`));
  }
  items.push(entry('check', 'Select another environment…', 'venvls.selectEnvironment'), entry('add', 'Create an environment…', 'venvls.createEnvironment'));
  if (environment !== null) {
    if (environment.health === 'ok' || environment.health === 'moved') {
      items.push(entry('refresh', 'Recreate environment…', 'venvls.recreateEnvironment'), line(), entry('terminal', 'Open a terminal in it', 'venvls.openTerminal'));
    }
  }
  items.push(
    line(),
    entry('question', 'Why this one?', 'venvls.explainChoice'),
    entry('list-tree', 'Show all environments', 'venvls.showEnvironments'),
    entry('output', 'Show output', 'venvls.showOutput'),
  );
  const chosen = await vscode.window.showQuickPick(items, {
    title: environment === null ? 'No environment' : environmentName(environment),
    placeHolder: `${nameOf(project)}: ${standing(project, projects.faults(project))}`,
  });
  if (chosen?.command !== undefined) {
    await vscode.commands.executeCommand(chosen.command, vscode.Uri.file(project.root));
  }
}
