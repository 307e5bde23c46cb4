/** What a click on the status bar offers. */
import * as vscode from 'vscode';

import { counted, environmentName, standing } from './describe';
import type { Handover } from './handover';
import { nameOf } from './names';
import type { Projects } from './projects';
import type { Project } from './protocol';

type Item = vscode.QuickPickItem & { readonly command?: string };

export async function openMenu(project: Project, projects: Projects, handover: Handover): Promise<void> {
  const { l10n } = vscode;
  const { environment } = project;
  const entry = (icon: string, label: string, command: string, description = ''): Item => ({ label: `$(${icon}) ${label}`, description, command });
  const line = (): Item => ({ label: '', kind: vscode.QuickPickItemKind.Separator });
  const count = counted(projects.faults(project)).length;
  const items: Item[] = [];
  if (await handover.differs(project)) {
    const label = l10n.t('Use {0} of {1} in the editor', environment?.name ?? '', nameOf(project));
    items.push(entry('arrow-swap', label, 'venvls.useInEditor', l10n.t('the editor uses another interpreter')));
  }
  if (environment === null) {
    items.push(entry('zap', l10n.t('Create environment and install everything'), 'venvls.createEnvironmentNow'));
  } else if (environment.health === 'broken' || environment.health === 'incomplete') {
    items.push(entry('refresh', l10n.t('Recreate environment…'), 'venvls.recreateEnvironment'));
  } else {
    const state = count > 0 ? l10n.t('{0} out of sync', count) : project.in_sync ? l10n.t('in sync') : l10n.t('out of sync');
    items.push(entry('sync', l10n.t('Sync environment'), 'venvls.syncEnvironment', state));
  }
  items.push(
    entry('check', l10n.t('Select another environment…'), 'venvls.selectEnvironment'),
    entry('add', l10n.t('Create an environment…'), 'venvls.createEnvironment'),
  );
  if (environment?.health === 'ok' || environment?.health === 'moved') {
    items.push(
      entry('refresh', l10n.t('Recreate environment…'), 'venvls.recreateEnvironment'),
      line(),
      entry('terminal', l10n.t('Open a terminal in it'), 'venvls.openTerminal'),
    );
  }
  items.push(
    line(),
    entry('question', l10n.t('Why this one?'), 'venvls.explainChoice'),
    entry('list-tree', l10n.t('Show all environments'), 'venvls.showEnvironments'),
    entry('output', l10n.t('Show output'), 'venvls.showOutput'),
  );
  const picked = await vscode.window.showQuickPick(items, {
    title: environment === null ? l10n.t('No environment') : environmentName(environment),
    placeHolder: `${nameOf(project)}: ${standing(project, projects.faults(project))}`,
  });
  if (picked?.command !== undefined) {
    await vscode.commands.executeCommand(picked.command, vscode.Uri.file(project.root));
  }
}
