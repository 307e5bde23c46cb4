/** Ourselves as the holder: terminals and tasks get the environment through variables; no rc file, nothing typed into a shell. */
import * as vscode from 'vscode';

import { programs } from '../paths';
import type { Environment } from '../protocol';
import type { Holder, HolderChange } from './holder';

export class TerminalHolder implements Holder {
  readonly name = 'venvls';
  readonly asksAboutNew = false;
  readonly #changed = new vscode.EventEmitter<HolderChange>();
  readonly #inUse = new Map<string, string>();
  readonly onDidChange = this.#changed.event;

  constructor(private readonly variables: vscode.GlobalEnvironmentVariableCollection) {
    variables.persistent = false;
  }

  current(scope: vscode.Uri): Promise<string | undefined> {
    return Promise.resolve(this.#inUse.get(scope.toString()));
  }

  assign(scope: vscode.Uri, environment: Environment): Promise<boolean> {
    const workspaceFolder = vscode.workspace.getWorkspaceFolder(scope);
    if (workspaceFolder === undefined || environment.interpreter === null) {
      return Promise.resolve(false);
    }
    put(this.variables.getScoped({ workspaceFolder }), environment);
    this.#inUse.set(scope.toString(), environment.interpreter);
    return Promise.resolve(true);
  }

  release(scope: vscode.Uri): void {
    const workspaceFolder = vscode.workspace.getWorkspaceFolder(scope);
    if (workspaceFolder !== undefined && this.#inUse.delete(scope.toString())) {
      this.variables.getScoped({ workspaceFolder }).clear();
    }
  }

  separate(): boolean {
    return false;
  }

  explicit(): boolean {
    return false;
  }

  shows(): boolean {
    return false;
  }

  dispose(): void {
    for (const workspaceFolder of vscode.workspace.workspaceFolders ?? []) {
      this.variables.getScoped({ workspaceFolder }).clear();
    }
    this.#changed.dispose();
  }
}

/** The variables an activated shell has, as a process would inherit them. */
export function variablesOf(environment: Environment): Record<string, string> {
  const path = process.env['PATH'] ?? '';
  const separator = process.platform === 'win32' ? ';' : ':';
  return { VIRTUAL_ENV: environment.prefix, PATH: `${programs(environment)}${separator}${path}` };
}

function put(variables: vscode.EnvironmentVariableCollection, environment: Environment): void {
  const separator = process.platform === 'win32' ? ';' : ':';
  // Again after the shell's own files have run: they may put other Pythons in front (pyenv, path_helper).
  const when = { applyAtProcessCreation: true, applyAtShellIntegration: true };
  variables.clear();
  variables.description = `Python environment: ${environment.name}`;
  variables.replace('VIRTUAL_ENV', environment.prefix, when);
  variables.replace('VIRTUAL_ENV_PROMPT', environment.name, when);
  variables.prepend('PATH', programs(environment) + separator, when);
  if (process.env['PYTHONHOME']) {
    variables.replace('PYTHONHOME', '', when);
  }
}
