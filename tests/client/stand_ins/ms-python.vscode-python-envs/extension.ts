/** The part of ms-python.vscode-python-envs' interface that venvls uses; identifiers change with each refresh, as the real one's do. */
import * as path from 'node:path';
import type { DidChangeEnvironmentEventArgs, PythonEnvironment, PythonEnvironmentApi } from '@vscode/python-environments';
import * as vscode from 'vscode';

import { face, note, prefixes } from '../found';

type Used = Pick<
  PythonEnvironmentApi,
  'getEnvironment' | 'setEnvironment' | 'getEnvironments' | 'refreshEnvironments' | 'resolveEnvironment' | 'onDidChangeEnvironment' | 'getPythonProject' | 'getPythonProjects'
>;

export function activate(context: vscode.ExtensionContext): Used {
  const changed = new vscode.EventEmitter<DidChangeEnvironmentEventArgs>();
  // A project of its own for each folder that `stand-in.projects` names, as `python-envs.pythonProjects` does.
  const projects = (): vscode.Uri[] => [
    ...(vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri),
    ...(process.env['STAND_IN_PROJECTS'] ?? '').split(':').filter(Boolean).map((folder) => vscode.Uri.file(folder)),
  ];
  const projectAt = (uri: vscode.Uri): vscode.Uri | undefined =>
    projects()
      .filter((project) => uri.fsPath === project.fsPath || uri.fsPath.startsWith(project.fsPath + path.sep))
      .sort((one, other) => other.fsPath.length - one.fsPath.length)[0];
  let generation = 0;
  const made = (prefix: string): PythonEnvironment => {
    const executable = path.join(prefix, 'bin', 'python');
    return {
      name: path.basename(prefix), displayName: path.basename(prefix), displayPath: prefix, version: '3', sysPrefix: prefix,
      environmentPath: vscode.Uri.file(executable), execInfo: { run: { executable } },
      envId: { id: `${prefix}#${generation}`, managerId: 'ms-python.python:venv' },
    };
  };
  const key = (scope: vscode.Uri | undefined): string => `in use ${(scope === undefined ? undefined : projectAt(scope))?.fsPath ?? ''}`;
  const inUse = (scope: vscode.Uri | undefined): string | undefined => context.workspaceState.get<string>(key(scope));
  const put = async (scope: vscode.Uri | undefined, environment: PythonEnvironment | undefined, by: string): Promise<void> => {
    const old = inUse(scope);
    await context.workspaceState.update(key(scope), environment?.sysPrefix);
    note({ by, scope: scope?.fsPath, prefix: environment?.sysPrefix });
    update();
    if (old !== environment?.sysPrefix) {
      changed.fire({ uri: scope === undefined ? undefined : projectAt(scope), old: old === undefined ? undefined : made(old), new: environment });
    }
  };
  const first = (): vscode.Uri | undefined => vscode.workspace.workspaceFolders?.[0]?.uri;
  const shown = (): string | undefined => {
    const prefix = inUse(vscode.window.activeTextEditor?.document.uri ?? first());
    return prefix === undefined ? undefined : vscode.workspace.asRelativePath(prefix);
  };
  const update = face(context, shown, (prefix) => put(first(), made(prefix), 'person'));
  context.subscriptions.push(vscode.window.onDidChangeActiveTextEditor(update));
  return {
    getEnvironment: (scope) => {
      const prefix = inUse(scope);
      return Promise.resolve(prefix === undefined ? undefined : made(prefix));
    },
    setEnvironment: async (scope, environment) => {
      for (const uri of Array.isArray(scope) ? scope : [scope]) {
        await put(uri, environment, 'interface');
      }
    },
    getEnvironments: () => Promise.resolve(prefixes().map(made)),
    refreshEnvironments: () => {
      generation += 1;
      return Promise.resolve();
    },
    resolveEnvironment: (uri) => Promise.resolve(prefixes().map(made).find((one) => one.environmentPath.fsPath === uri.fsPath)),
    onDidChangeEnvironment: changed.event,
    getPythonProject: (uri) => {
      const project = projectAt(uri);
      return project === undefined ? undefined : { name: path.basename(project.fsPath), uri: project };
    },
    getPythonProjects: () => projects().map((uri) => ({ name: path.basename(uri.fsPath), uri })),
  };
}
