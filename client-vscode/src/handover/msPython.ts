/** ms-python.python as a holder of interpreters: one for each workspace folder. */
import type { PythonExtension } from '@vscode/python-extension';
import * as vscode from 'vscode';

import { exists, isFile } from '../files';
import type { Environment } from '../protocol';
import { namedInterpreter } from '../settings';
import type { Holder, HolderChange } from './holder';

export const EXTENSION = 'ms-python.python';

/** The identifier that extension gives an interpreter nobody chose. */
const NOBODY = 'DEFAULT_PYTHON';

export class MsPythonHolder implements Holder {
  readonly name = EXTENSION;
  readonly asksAboutNew = true;
  readonly #changed = new vscode.EventEmitter<HolderChange>();
  readonly #listening: vscode.Disposable;
  /** The last interpreter of each workspace folder: an event tells the new one only. */
  readonly #last = new Map<string, string>();
  readonly onDidChange = this.#changed.event;

  constructor(private readonly api: PythonExtension) {
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
      this.#note(uri, api.environments.getActiveEnvironmentPath(uri).path);
    }
    this.#listening = api.environments.onDidChangeActiveEnvironmentPath((event) => {
      const { resource } = event;
      const uri = resource !== undefined && 'uri' in resource ? resource.uri : resource;
      const scope = uri ?? vscode.workspace.workspaceFolders?.[0]?.uri;
      const before = scope === undefined ? undefined : this.#last.get(scope.toString());
      this.#note(scope, event.path);
      void this.#tell(scope, before, event.path);
    });
  }

  async current(scope: vscode.Uri): Promise<string | undefined> {
    const active = this.api.environments.getActiveEnvironmentPath(scope);
    if (active.id === NOBODY) {
      return undefined;
    }
    if (await isFile(active.path)) {
      return active.path;
    }
    // The path may be a bare name or an environment's folder; what it resolves to is the interpreter.
    const resolved = await this.api.environments.resolveEnvironment(active);
    return resolved?.executable.uri?.fsPath ?? active.path;
  }

  async assign(scope: vscode.Uri, environment: Environment): Promise<boolean> {
    const interpreter = environment.interpreter ?? environment.prefix;
    await this.api.environments.updateActiveEnvironmentPath(interpreter, scope);
    this.#note(scope, interpreter);
    return true;
  }

  async restore(scope: vscode.Uri, interpreter = 'python'): Promise<void> {
    await this.api.environments.updateActiveEnvironmentPath(interpreter, scope);
    this.#note(scope, interpreter);
  }

  separate(): boolean {
    return false;
  }

  explicit(scope: vscode.Uri): boolean {
    return namedInterpreter(scope) !== undefined;
  }

  shows(document: vscode.TextDocument | undefined): boolean {
    const visibility = vscode.workspace.getConfiguration('python', document).get<string>('interpreter.infoVisibility', 'onPythonRelated');
    return visibility === 'always' || (visibility !== 'never' && document?.languageId === 'python');
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }

  /** It selects by itself only where nothing is selected, `python` is the word for that, or where what was selected is gone. */
  async #tell(scope: vscode.Uri | undefined, before: string | undefined, interpreter: string): Promise<void> {
    this.#changed.fire({ scope, interpreter, automatic: before === undefined || before === 'python' || !(await exists(before)) });
  }

  #note(scope: vscode.Uri | undefined, interpreter: string): void {
    if (scope !== undefined) {
      this.#last.set(scope.toString(), interpreter);
    }
  }
}
