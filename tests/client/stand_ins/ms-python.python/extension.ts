/** The part of ms-python.python's interface that venvls uses: one interpreter for each workspace folder. */
import * as path from 'node:path';
import type { ActiveEnvironmentPathChangeEvent, PythonExtension, ResolvedEnvironment } from '@vscode/python-extension';
import * as vscode from 'vscode';

import { face, note } from '../found';

type Used = {
  readonly environments: Pick<
    PythonExtension['environments'],
    'getActiveEnvironmentPath' | 'updateActiveEnvironmentPath' | 'onDidChangeActiveEnvironmentPath' | 'resolveEnvironment'
  >;
};

export function activate(context: vscode.ExtensionContext): Used {
  const changed = new vscode.EventEmitter<ActiveEnvironmentPathChangeEvent>();
  type Resource = vscode.Uri | vscode.WorkspaceFolder | undefined;
  const folderOf = (resource: Resource): vscode.WorkspaceFolder | undefined =>
    resource === undefined ? vscode.workspace.workspaceFolders?.[0] : 'uri' in resource ? resource : vscode.workspace.getWorkspaceFolder(resource);
  const inUse = (resource: Resource): string | undefined => context.workspaceState.get<string>(`in use ${folderOf(resource)?.uri.fsPath ?? ''}`);
  const put = async (resource: Resource, interpreter: string, by: string): Promise<void> => {
    const old = inUse(resource);
    const folder = folderOf(resource);
    await context.workspaceState.update(`in use ${folder?.uri.fsPath ?? ''}`, interpreter);
    note({ by, scope: folder?.uri.fsPath, prefix: path.dirname(path.dirname(interpreter)) });
    update();
    // The real one is silent too where the value stays the same.
    if (old !== interpreter) {
      changed.fire({ id: interpreter, path: interpreter, resource: folder });
    }
  };
  const shown = (): string | undefined => {
    const interpreter = inUse(vscode.window.activeTextEditor?.document.uri);
    return interpreter === undefined ? undefined : vscode.workspace.asRelativePath(path.dirname(path.dirname(interpreter)));
  };
  const update = face(context, shown, (prefix) => put(undefined, path.join(prefix, 'bin', 'python'), 'person'));
  context.subscriptions.push(vscode.window.onDidChangeActiveTextEditor(update));
  return {
    environments: {
      getActiveEnvironmentPath: (resource) => {
        const interpreter = inUse(resource);
        return interpreter === undefined ? { id: 'DEFAULT_PYTHON', path: 'python' } : { id: interpreter, path: interpreter };
      },
      updateActiveEnvironmentPath: (environment, resource) => put(resource, typeof environment === 'string' ? environment : environment.path, 'interface'),
      onDidChangeActiveEnvironmentPath: changed.event,
      resolveEnvironment: (environment) => {
        const interpreter = typeof environment === 'string' ? environment : environment.path;
        const resolved: Partial<ResolvedEnvironment> = {
          id: interpreter,
          path: interpreter,
          executable: { uri: vscode.Uri.file(interpreter), bitness: '64-bit', sysPrefix: path.dirname(path.dirname(interpreter)) },
        };
        return Promise.resolve(resolved as ResolvedEnvironment);
      },
    },
  };
}
