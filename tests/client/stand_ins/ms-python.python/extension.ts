/**
 * The part of ms-python.python's interface that venvls uses: one interpreter for each workspace folder.
 *
 * As the real one it takes its interpreter from the environments extension where `python.useEnvironmentsExtension` says so, and keeps one of
 * its own otherwise; selects the machine's Python by itself some time after its start where nothing was selected; tells of a change a moment
 * after it was made; and asks whether a new environment in the workspace is to be selected, unless it is.
 */
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import type { PythonEnvironmentApi } from '@vscode/python-environments';
import type { ActiveEnvironmentPathChangeEvent, PythonExtension, ResolvedEnvironment } from '@vscode/python-extension';
import * as vscode from 'vscode';

import { LATE_MS, note, showFace, STARTING_MS, SYSTEM_PYTHON } from '../shared';

type Used = {
  readonly environments: Pick<
    PythonExtension['environments'],
    'getActiveEnvironmentPath' | 'updateActiveEnvironmentPath' | 'onDidChangeActiveEnvironmentPath' | 'resolveEnvironment'
  >;
};
type Resource = vscode.Uri | vscode.WorkspaceFolder | undefined;

/** How long the real one waits before it looks at an environment that was just created. */
const NEW_MS = 1000;

export async function activate(context: vscode.ExtensionContext): Promise<Used> {
  const changed = new vscode.EventEmitter<ActiveEnvironmentPathChangeEvent>();
  const delegate = await environmentsExtension();
  const selected = new Map<string, string>();
  const folderOf = (resource: Resource): vscode.WorkspaceFolder | undefined =>
    resource === undefined ? vscode.workspace.workspaceFolders?.[0] : 'uri' in resource ? resource : vscode.workspace.getWorkspaceFolder(resource);
  const keyOf = (resource: Resource): string => folderOf(resource)?.uri.fsPath ?? '';
  const stored = (resource: Resource): string | undefined => context.workspaceState.get<string>(`in use ${keyOf(resource)}`);
  const inUse = (resource: Resource): string | undefined =>
    delegate === undefined ? (stored(resource) ?? selected.get(keyOf(resource))) : selected.get(keyOf(resource));
  const report = (resource: Resource, old: string | undefined): void => {
    update();
    // The real one is silent too where the value stays the same, and late where it does not: it then tells what it has by that time.
    setTimeout(() => {
      const interpreter = inUse(resource);
      if (interpreter !== undefined && old !== interpreter) {
        changed.fire({ id: interpreter, path: interpreter, resource: folderOf(resource) });
      }
    }, LATE_MS);
  };
  const put = async (resource: Resource, interpreter: string, by: string): Promise<void> => {
    note({ by, to: 'ms-python.python', scope: keyOf(resource), prefix: path.dirname(path.dirname(interpreter)) });
    if (delegate !== undefined) {
      const environment = await delegate.resolveEnvironment(vscode.Uri.file(interpreter));
      await delegate.setEnvironment(folderOf(resource)?.uri, environment);
      return;
    }
    const old = inUse(resource);
    await context.workspaceState.update(`in use ${keyOf(resource)}`, interpreter === 'python' ? undefined : interpreter);
    report(resource, old);
  };
  const update = showFace(context, {
    command: 'stand-in.selectInterpreter',
    item: 'python.selectedInterpreterDisplay',
    inUse: () => {
      const interpreter = inUse(vscode.window.activeTextEditor?.document.uri);
      return interpreter === undefined ? undefined : vscode.workspace.asRelativePath(path.dirname(path.dirname(interpreter)));
    },
    choose: (prefix) => put(undefined, path.join(prefix, 'bin', 'python'), 'person'),
    shows: (document) => delegate === undefined && document.languageId === 'python',
  });
  if (delegate === undefined) {
    setTimeout(() => {
      for (const folder of vscode.workspace.workspaceFolders ?? []) {
        const old = inUse(folder);
        if (old === undefined) {
          selected.set(keyOf(folder), SYSTEM_PYTHON);
          report(folder, old);
        }
      }
    }, STARTING_MS);
    askAboutNew(context, inUse, (interpreter) => put(vscode.Uri.file(interpreter), interpreter, 'person'));
  } else {
    const mirror = (uri: vscode.Uri | undefined, interpreter: string | undefined): void => {
      const old = inUse(uri);
      if (interpreter === undefined) {
        selected.delete(keyOf(uri));
      } else {
        selected.set(keyOf(uri), interpreter);
      }
      report(uri, old);
    };
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
      mirror(uri, (await delegate.getEnvironment(uri))?.execInfo.run.executable);
    }
    delegate.onDidChangeEnvironment((event) => {
      if (event.uri !== undefined) {
        mirror(event.uri, event.new?.execInfo.run.executable);
      }
    });
  }
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
        // An environment has one Python by several names, and the real one does not always take the one it was given.
        const other = path.join(path.dirname(interpreter), 'python3');
        const resolved: Partial<ResolvedEnvironment> = {
          id: interpreter,
          path: interpreter,
          executable: { uri: vscode.Uri.file(existsSync(other) ? other : interpreter), bitness: '64-bit', sysPrefix: path.dirname(path.dirname(interpreter)) },
        };
        return Promise.resolve(resolved as ResolvedEnvironment);
      },
    },
  };
}

async function environmentsExtension(): Promise<PythonEnvironmentApi | undefined> {
  const extension = vscode.extensions.getExtension<PythonEnvironmentApi>('ms-python.vscode-python-envs');
  const delegates = vscode.workspace.getConfiguration('python').get<boolean>('useEnvironmentsExtension', false);
  return extension !== undefined && delegates ? await extension.activate() : undefined;
}

function askAboutNew(context: vscode.ExtensionContext, inUse: (uri: vscode.Uri) => string | undefined, choose: (interpreter: string) => Promise<void>): void {
  const watcher = vscode.workspace.createFileSystemWatcher('**/bin/python', false, true, true);
  context.subscriptions.push(
    watcher,
    watcher.onDidCreate((uri) => {
      setTimeout(() => {
        const current = inUse(uri);
        if (current === undefined || path.dirname(current) !== path.dirname(uri.fsPath)) {
          const question = 'We noticed a new environment has been created. Do you want to select it for the workspace folder?';
          void vscode.window.showInformationMessage(question, 'Yes', 'No', "Don't show again").then((answer) => (answer === 'Yes' ? choose(uri.fsPath) : undefined));
        }
      }, NEW_MS);
    }),
  );
}
