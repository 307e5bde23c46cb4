/**
 * The part of ms-python.vscode-python-envs' interface that venvls uses.
 *
 * As the real one it is off only where `python.useEnvironmentsExtension` was set to false by somebody, not by its default; makes its first
 * selection some time after its start, of each folder and then of the Python outside all projects; gives environments new identifiers with
 * each refresh; and is silent where a selection changes nothing.
 */
import * as path from 'node:path';
import type { DidChangeEnvironmentEventArgs, PythonEnvironment, PythonEnvironmentApi } from '@vscode/python-environments';
import * as vscode from 'vscode';

import { note, prefixes, showFace, STARTING_MS, SYSTEM_PYTHON } from '../shared';

type Used = Pick<
  PythonEnvironmentApi,
  'getEnvironment' | 'setEnvironment' | 'getEnvironments' | 'refreshEnvironments' | 'resolveEnvironment' | 'onDidChangeEnvironment' | 'getPythonProject' | 'getPythonProjects'
>;

const SYSTEM = '/usr';

export function activate(context: vscode.ExtensionContext): Used | undefined {
  const explicit = vscode.workspace.getConfiguration('python').inspect<boolean>('useEnvironmentsExtension');
  if (explicit?.globalValue === false || explicit?.workspaceValue === false) {
    return undefined;
  }
  const changed = new vscode.EventEmitter<DidChangeEnvironmentEventArgs>();
  // A project of its own for each folder that the variable names, as `python-envs.pythonProjects` does.
  const projects = (): vscode.Uri[] => [
    ...(vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri),
    ...(process.env['STAND_IN_PROJECTS'] ?? '').split(':').filter(Boolean).map((folder) => vscode.Uri.file(folder)),
  ];
  const projectAt = (uri: vscode.Uri): vscode.Uri | undefined =>
    projects()
      .filter((project) => uri.fsPath === project.fsPath || uri.fsPath.startsWith(project.fsPath + path.sep))
      .sort((project, next) => next.fsPath.length - project.fsPath.length)[0];
  let generation = 0;
  const made = (prefix: string): PythonEnvironment => {
    const executable = prefix === SYSTEM ? SYSTEM_PYTHON : path.join(prefix, 'bin', 'python');
    return {
      name: path.basename(prefix), displayName: path.basename(prefix), displayPath: prefix, version: '3', sysPrefix: prefix,
      environmentPath: vscode.Uri.file(executable), execInfo: { run: { executable } },
      envId: { id: `${prefix}#${generation}`, managerId: `ms-python.python:${prefix === SYSTEM ? 'system' : 'venv'}` },
    };
  };
  const key = (scope: vscode.Uri | undefined): string => `in use ${(scope === undefined ? undefined : projectAt(scope))?.fsPath ?? ''}`;
  const inUse = (scope: vscode.Uri | undefined): string | undefined => context.workspaceState.get<string>(key(scope));
  /** What was last announced for each scope: empty when the window opens, whatever was selected before. */
  const announced = new Map<string, string>();
  const effective = (scope: vscode.Uri | undefined): string | undefined => inUse(scope) ?? announced.get(key(scope));
  const announce = (scope: vscode.Uri | undefined, prefix: string | undefined): void => {
    const old = announced.get(key(scope));
    if (prefix === undefined) {
      announced.delete(key(scope));
    } else {
      announced.set(key(scope), prefix);
    }
    update();
    if (old !== prefix) {
      changed.fire({
        uri: scope === undefined ? undefined : projectAt(scope),
        old: old === undefined ? undefined : made(old),
        new: prefix === undefined ? undefined : made(prefix),
      });
    }
  };
  const put = async (scope: vscode.Uri | undefined, environment: PythonEnvironment | undefined, by: string): Promise<void> => {
    await context.workspaceState.update(key(scope), environment?.sysPrefix);
    note({ by, to: 'ms-python.vscode-python-envs', scope: scope?.fsPath, prefix: environment?.sysPrefix });
    announce(scope, environment?.sysPrefix);
  };
  const first = (): vscode.Uri | undefined => vscode.workspace.workspaceFolders?.[0]?.uri;
  const update = showFace(context, {
    command: 'stand-in.setEnvironment',
    item: 'python.interpreterDisplay',
    inUse: () => {
      const prefix = effective(vscode.window.activeTextEditor?.document.uri ?? first());
      return prefix === undefined ? undefined : vscode.workspace.asRelativePath(prefix);
    },
    choose: (prefix) => put(first(), made(prefix), 'person'),
    shows: (document) => ['python', 'pip-requirements'].includes(document.languageId) || path.basename(document.fileName) === 'pyproject.toml',
  });
  setTimeout(() => {
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      // The real one prefers a virtual environment in the folder, and knows nothing yet of other tools' environments.
      announce(folder.uri, inUse(folder.uri) ?? SYSTEM);
    }
    announce(undefined, inUse(undefined) ?? SYSTEM);
  }, STARTING_MS);
  return {
    getEnvironment: (scope) => {
      const prefix = effective(scope);
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
    resolveEnvironment: (uri) => Promise.resolve(prefixes().map(made).find((environment) => environment.environmentPath.fsPath === uri.fsPath)),
    onDidChangeEnvironment: changed.event,
    getPythonProject: (uri) => {
      const project = projectAt(uri);
      return project === undefined ? undefined : { name: path.basename(project.fsPath), uri: project };
    },
    getPythonProjects: () => projects().map((uri) => ({ name: path.basename(uri.fsPath), uri })),
  };
}
