/** ms-python.vscode-python-envs as the keeper of the interpreter. */
import type { PythonEnvironment, PythonEnvironmentApi } from '@vscode/python-environments';
import * as vscode from 'vscode';

import { same } from '../paths';
import type { Environment } from '../protocol';
import type { Holder, HolderChange } from './holder';

export const EXTENSION = 'ms-python.vscode-python-envs';

export class PythonEnvsHolder implements Holder {
  readonly name = EXTENSION;
  readonly #changed = new vscode.EventEmitter<HolderChange>();
  readonly #listening: vscode.Disposable;
  readonly onDidChange = this.#changed.event;

  constructor(private readonly api: PythonEnvironmentApi) {
    this.#listening = api.onDidChangeEnvironment((event) => {
      this.#changed.fire({ scope: event.uri, interpreter: event.new === undefined ? undefined : interpreterOf(event.new) });
    });
  }

  async current(scope: vscode.Uri): Promise<string | undefined> {
    const environment = await this.api.getEnvironment(scope);
    return environment === undefined ? undefined : interpreterOf(environment);
  }

  async assign(scope: vscode.Uri, environment: Environment): Promise<boolean> {
    const theirs = (await this.#known(scope, environment)) ?? (await this.#refreshed(scope, environment));
    if (theirs === undefined) {
      return false;
    }
    await this.api.setEnvironment(scope, theirs);
    return true;
  }

  separate(root: vscode.Uri): boolean {
    return same(this.api.getPythonProject(root)?.uri.fsPath, root.fsPath) && vscode.workspace.getWorkspaceFolder(root)?.uri.fsPath !== root.fsPath;
  }

  explicit(scope: vscode.Uri): boolean {
    const found = vscode.workspace.getConfiguration('python-envs', scope).inspect<unknown[]>('pythonProjects');
    const listed = found?.workspaceFolderValue ?? found?.workspaceValue ?? [];
    const named = vscode.workspace.getConfiguration('python', scope).inspect<string>('defaultInterpreterPath');
    return listed.length > 0 || (named?.workspaceFolderValue ?? named?.workspaceValue) !== undefined;
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }

  async #known(scope: vscode.Uri, environment: Environment): Promise<PythonEnvironment | undefined> {
    const all = await this.api.getEnvironments(scope);
    // By path, never by identifier: identifiers change with each refresh of that extension.
    return all.find((one) => is(one, environment)) ?? (await this.#resolved(environment));
  }

  async #resolved(environment: Environment): Promise<PythonEnvironment | undefined> {
    try {
      return await this.api.resolveEnvironment(vscode.Uri.file(environment.interpreter ?? environment.prefix));
    } catch {
      return undefined; // That extension throws for a path it cannot make sense of.
    }
  }

  async #refreshed(scope: vscode.Uri, environment: Environment): Promise<PythonEnvironment | undefined> {
    await this.api.refreshEnvironments(scope);
    return this.#known(scope, environment);
  }
}

function is(theirs: PythonEnvironment, ours: Environment): boolean {
  const path = theirs.environmentPath.fsPath;
  return same(path, ours.interpreter) || same(path, ours.prefix) || same(theirs.sysPrefix, ours.prefix);
}

function interpreterOf(environment: PythonEnvironment): string {
  return environment.execInfo.run.executable || environment.environmentPath.fsPath;
}
