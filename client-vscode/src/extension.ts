/** Puts the parts together; every judgement stays in the server. */
import * as vscode from 'vscode';

import type { VenvlsApi } from './api';
import { registerCommands } from './commands';
import { menuContexts } from './contexts';
import { Handover } from './handover';
import { languageModelTools } from './languageModelTools';
import { languageStatus } from './languageStatus';
import { Marks } from './marks';
import { Messages } from './messages';
import { Notifications } from './notifications';
import { Projects } from './projects';
import { Server } from './server';
import { StatusBar } from './statusBar';
import { executor, Tasks } from './tasks';
import { Tree } from './tree';

let running: Server | undefined;

export function activate(context: vscode.ExtensionContext): VenvlsApi {
  const began = performance.now();
  const output = vscode.window.createOutputChannel('venvls', { log: true });
  const messages = new Messages(output);
  const execute = executor(
    output,
    messages,
    () => projects.all,
    {
      busy: (running) => {
        notifications.busy(running);
      },
      creating: (project, work) => handover.creating(project, work),
    },
  );
  const server = new Server(context, output, messages, execute);
  const projects = new Projects(server);
  const handover = new Handover(context, server, projects, output);
  const tasks = new Tasks(server, projects, handover);
  const notifications = new Notifications(context, projects, tasks);
  const tree = new Tree(server, projects);
  running = server;
  context.subscriptions.push(
    output,
    server,
    projects,
    handover,
    notifications,
    tree,
    vscode.window.createTreeView('venvls.environments', { treeDataProvider: tree, showCollapseAll: true }),
    new StatusBar(server, projects, handover),
    new Marks(server),
    languageStatus(server, projects),
    menuContexts(server, projects),
    languageModelTools(server, projects),
    registerCommands(server, projects, tasks, handover, output),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      output.info('The workspace is trusted now.');
      void server.restart();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('venvls.server.python')) {
        void server.restart();
      } else if (event.affectsConfiguration('venvls.environment')) {
        handover.reconcile();
      }
    }),
    server.onDidChangeState((state) => {
      if (state === 'no-python') {
        void showNoPython();
      }
    }),
  );
  const activationMilliseconds = performance.now() - began;
  void server.restart();
  handover.prepare();
  return {
    get projects() {
      return projects.all;
    },
    projectOf: (uri) => projects.of(uri.fsPath),
    faultsOf: (project) => projects.faults(project),
    onDidChange: projects.onDidChange,
    server: {
      get state() {
        return server.state;
      },
      get pid() {
        return server.pid;
      },
      restart: () => server.restart(),
    },
    get holders() {
      return handover.holders;
    },
    activationMilliseconds,
  };
}

export async function deactivate(): Promise<void> {
  await running?.end();
}

async function showNoPython(): Promise<void> {
  const [set, get] = [vscode.l10n.t('Set a Path'), vscode.l10n.t('Get Python')];
  const message = vscode.l10n.t('venvls needs Python 3.10 or newer on this machine, outside this folder, and found none. Install it, or set its path.');
  const chosen = await vscode.window.showErrorMessage(message, set, get);
  if (chosen === set) {
    // The setting belongs to the machine that Python is on.
    const open = vscode.env.remoteName === undefined ? 'workbench.action.openSettings' : 'workbench.action.openRemoteSettings';
    await vscode.commands.executeCommand(open, { query: 'venvls.server.python' });
  } else if (chosen === get) {
    await vscode.env.openExternal(vscode.Uri.parse('https://www.python.org/downloads/'));
  }
}
