/** The commands of the palette, the menus and the tree. */
import * as vscode from 'vscode';

import { explainChoice } from './explain';
import type { Handover } from './handover';
import { variablesOf } from './handover/terminals';
import { openMenu } from './menu';
import type { Projects } from './projects';
import type { Project } from './protocol';
import type { Server } from './server';
import type { Tasks } from './tasks';
import { projectOf } from './tree';
import { trustedFor } from './trust';

export function registerCommands(
  server: Server,
  projects: Projects,
  tasks: Tasks,
  handover: Handover,
  output: vscode.LogOutputChannel,
): vscode.Disposable {
  // A command is started on a row of the tree, on a file or on nothing: then it is about the project in front.
  const about = (run: (project: Project) => unknown) => async (target?: unknown): Promise<void> => {
    const row = projectOf(target);
    const project = row === undefined ? await tasks.pick(target instanceof vscode.Uri ? target.fsPath : undefined) : (projects.now(row) ?? row);
    if (project !== undefined) {
      await run(project);
    }
  };
  // The first step of every guide: an environment in a folder that lists no requirements yet.
  const creating = (run: (project: Project) => unknown) => async (target?: unknown): Promise<void> => {
    const folder = target === undefined ? await tasks.bareFolder() : undefined;
    await (folder === undefined ? about(run)(target) : tasks.createIn(folder));
  };
  const all: Record<string, (target?: unknown) => unknown> = {
    'venvls.openMenu': about((project) => openMenu(project, projects, handover)),
    // Offered by the menu where the editor's interpreter is not that of the project in front.
    'venvls.useInEditor': about((project) => useInEditor(project, handover)),
    'venvls.selectEnvironment': about((project) => tasks.select(project)),
    'venvls.createEnvironment': creating((project) => tasks.create(project)),
    'venvls.createEnvironmentNow': creating((project) => tasks.createNow(project)),
    'venvls.syncEnvironment': about((project) => tasks.sync(project)),
    'venvls.recreateEnvironment': about((project) => tasks.recreate(project)),
    'venvls.openTerminal': about(openTerminal),
    'venvls.explainChoice': about((project) => explainChoice(project, server, tasks)),
    'venvls.copyInterpreterPath': about(copyInterpreterPath),
    'venvls.showEnvironments': () => vscode.commands.executeCommand('venvls.environments.focus'),
    'venvls.showOutput': () => {
      output.show(true);
    },
    'venvls.restartServer': () => server.restart(),
  };
  // The menu shows what is wrong with the server where there is no project to show.
  const menu = all['venvls.openMenu'];
  all['venvls.openMenu'] = async (target) => {
    if (server.looking || projects.current !== undefined) {
      await menu?.(target);
    } else {
      output.show(true);
    }
  };
  return vscode.Disposable.from(...Object.entries(all).map(([id, run]) => vscode.commands.registerCommand(id, run)));
}

async function useInEditor(project: Project, handover: Handover): Promise<void> {
  if (project.environment !== null && (await trustedFor(vscode.l10n.t('Using an environment in the editor')))) {
    await handover.choose(project, project.environment);
  }
}

async function openTerminal(project: Project): Promise<void> {
  const { environment } = project;
  if (!(await trustedFor(vscode.l10n.t('Opening a terminal in the environment')))) {
    return;
  }
  if (environment?.interpreter == null) {
    void vscode.window.showWarningMessage(vscode.l10n.t('This project has no environment that works.'));
    return;
  }
  vscode.window.createTerminal({ name: environment.name, cwd: project.root, env: variablesOf(environment) }).show();
}

async function copyInterpreterPath(project: Project): Promise<void> {
  const path = project.environment?.interpreter;
  if (path == null) {
    void vscode.window.showWarningMessage(vscode.l10n.t('This project has no interpreter.'));
    return;
  }
  await vscode.env.clipboard.writeText(path);
  vscode.window.setStatusBarMessage(`$(copy) ${path}`, 4000);
}
