/** ms-python.vscode-python-envs as a holder of interpreters: one for each of its projects. */
import * as path from 'node:path';
import type { PythonEnvironment, PythonEnvironmentApi } from '@vscode/python-environments';
import * as vscode from 'vscode';

import { exists } from '../files';
import { runs, same } from '../paths';
import type { Environment } from '../protocol';
import { namedInterpreter } from '../settings';
import type { Holder, HolderChange } from './holder';

export const EXTENSION = 'ms-python.vscode-python-envs';

/** The manager of Pythons that are not environments: what that extension falls back to. */
const SYSTEM = 'ms-python.python:system';
/** While it starts, a change to a system Python is its own doing. */
const STARTING_MS = 4000;

export class PythonEnvsHolder implements Holder {
  readonly name = EXTENSION;
  readonly asksAboutNew = false;
  readonly #changed = new vscode.EventEmitter<HolderChange>();
  readonly #listening: vscode.Disposable;
  readonly #began = Date.now();
  readonly onDidChange = this.#changed.event;

  constructor(private readonly api: PythonEnvironmentApi) {
    this.#listening = api.onDidChangeEnvironment((event) => {
      // Without a uri it speaks of the Python outside all projects, which is none of ours.
      if (event.uri !== undefined) {
        void this.#tell(event.uri, event.old, event.new);
      }
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
    return same(this.api.getPythonProject(root)?.uri.fsPath, root.fsPath) && !same(vscode.workspace.getWorkspaceFolder(root)?.uri.fsPath, root.fsPath);
  }

  explicit(scope: vscode.Uri): boolean {
    const projects = vscode.workspace.getConfiguration('python-envs', scope).inspect<unknown[]>('pythonProjects');
    const listed = projects?.workspaceFolderValue ?? projects?.workspaceValue ?? [];
    return listed.length > 0 || namedInterpreter(scope) !== undefined;
  }

  shows(document: vscode.TextDocument | undefined): boolean {
    return document !== undefined && (/^(python|pip-requirements)$/.test(document.languageId) || path.basename(document.fileName) === 'pyproject.toml');
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }

  /** Its first selection replaces nothing; later ones are its own where the old environment is gone, or while it starts. */
  async #tell(scope: vscode.Uri, before: PythonEnvironment | undefined, after: PythonEnvironment | undefined): Promise<void> {
    const starting = after?.envId.managerId === SYSTEM && Date.now() - this.#began < STARTING_MS;
    const automatic = before === undefined || starting || !(await exists(interpreterOf(before)));
    this.#changed.fire({ scope, interpreter: after === undefined ? undefined : interpreterOf(after), automatic });
  }

  async #known(scope: vscode.Uri, environment: Environment): Promise<PythonEnvironment | undefined> {
    const all = await this.api.getEnvironments(scope);
    // By path, never by identifier: identifiers change with each refresh of that extension.
    return all.find((theirs) => is(theirs, environment)) ?? (await this.#resolved(environment));
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
  return runs(theirs.environmentPath.fsPath, ours) || same(theirs.sysPrefix, ours.prefix);
}

function interpreterOf(environment: PythonEnvironment): string {
  return environment.execInfo.run.executable || environment.environmentPath.fsPath;
}
