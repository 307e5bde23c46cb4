/** ms-python.python, without its environments extension, as the keeper of the interpreter: one for each workspace folder. */
import type { PythonExtension } from '@vscode/python-extension';
import * as vscode from 'vscode';

import type { Environment } from '../protocol';
import type { Holder, HolderChange } from './holder';

export const EXTENSION = 'ms-python.python';

/** The identifier that extension gives an interpreter nobody chose. */
const NOBODY = 'DEFAULT_PYTHON';

export class MsPythonHolder implements Holder {
  readonly name = EXTENSION;
  readonly #changed = new vscode.EventEmitter<HolderChange>();
  readonly #listening: vscode.Disposable;
  readonly onDidChange = this.#changed.event;

  constructor(private readonly api: PythonExtension) {
    this.#listening = api.environments.onDidChangeActiveEnvironmentPath((event) => {
      const { resource } = event;
      this.#changed.fire({ scope: resource !== undefined && 'uri' in resource ? resource.uri : resource, interpreter: event.path });
    });
  }

  async current(scope: vscode.Uri): Promise<string | undefined> {
    const active = this.api.environments.getActiveEnvironmentPath(scope);
    if (active.id === NOBODY) {
      return undefined;
    }
    // The path may name the environment's folder; what it resolves to is the interpreter.
    const resolved = await this.api.environments.resolveEnvironment(active);
    return resolved?.executable.uri?.fsPath ?? active.path;
  }

  async assign(scope: vscode.Uri, environment: Environment): Promise<boolean> {
    await this.api.environments.updateActiveEnvironmentPath(environment.interpreter ?? environment.prefix, scope);
    return true;
  }

  separate(): boolean {
    return false;
  }

  explicit(scope: vscode.Uri): boolean {
    const named = vscode.workspace.getConfiguration('python', scope).inspect<string>('defaultInterpreterPath');
    return (named?.workspaceFolderValue ?? named?.workspaceValue) !== undefined;
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }
}
