/** The projects as the server last told them, and what of them is out of step as the editor shows it. */
import * as vscode from 'vscode';

import type { Fault } from './describe';
import { innermost, inside } from './paths';
import type { Project } from './protocol';
import type { Server } from './server';

export class Projects implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listening: vscode.Disposable[];
  #all: readonly Project[] = [];
  #faults = new Map<string, Fault[]>();
  #timer: NodeJS.Timeout | undefined;
  /** Whether the server has spoken since it started. */
  known = false;

  /** Something of the projects or of what is out of step changed. Rests 50 ms, so that one keystroke is one event. */
  readonly onDidChange = this.#changed.event;

  constructor(server: Server) {
    this.#listening = [
      server.onDidChangeProjects((projects) => {
        this.#all = projects;
        this.known = true;
        this.#soon();
      }),
      vscode.languages.onDidChangeDiagnostics(() => {
        this.#soon();
      }),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        this.#inFront = editor === undefined ? this.#inFront : fileOf(editor.document.uri);
        this.#soon();
      }),
    ];
    const editor = vscode.window.activeTextEditor;
    this.#inFront = editor === undefined ? undefined : fileOf(editor.document.uri);
  }

  #inFront: string | undefined;

  get all(): readonly Project[] {
    return this.#all;
  }

  /** The file in front; the last one where something else than a file has the focus. */
  get inFront(): string | undefined {
    return this.#inFront;
  }

  /** The project a file or folder belongs to. */
  of(path: string): Project | undefined {
    return (
      this.#all.find((project) => project.manifests.includes(path)) ?? innermost(path, this.#all, (project) => project.root)
    );
  }

  /** The project of the file in front; without a file the only one, or the one at a workspace folder's root. */
  get current(): Project | undefined {
    const file = this.#inFront;
    const own = file === undefined ? undefined : this.of(file);
    if (own !== undefined) {
      return own;
    }
    const folders = vscode.workspace.workspaceFolders ?? [];
    return this.#all.find((project) => folders.some((folder) => folder.uri.fsPath === project.root)) ?? this.#all[0];
  }

  /** The projects in a workspace folder. */
  within(folder: vscode.WorkspaceFolder): readonly Project[] {
    return this.#all.filter((project) => inside(project.root, folder.uri.fsPath));
  }

  /** What Problems shows of a project at warning or error. */
  faults(project: Project): readonly Fault[] {
    return this.#faults.get(project.root) ?? [];
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const listening of this.#listening) {
      listening.dispose();
    }
    this.#changed.dispose();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#count();
      this.#changed.fire();
    }, 50);
  }

  #count(): void {
    const faults = new Map<string, Fault[]>();
    for (const [uri, diagnostics] of vscode.languages.getDiagnostics()) {
      const own = diagnostics.filter(
        (one) => one.source === 'venvls' && one.severity <= vscode.DiagnosticSeverity.Warning,
      );
      // tox's files speak of tox's own environments: the folder's project is not behind because of them.
      const counts = own.length > 0 && uri.scheme === 'file' && !/[\\/]tox\.(ini|toml)$/.test(uri.fsPath);
      const project = counts ? this.of(uri.fsPath) : undefined;
      if (project !== undefined) {
        const known = faults.get(project.root) ?? [];
        known.push(...own.map((one) => ({ message: one.message, code: codeOf(one), path: uri.fsPath, line: one.range.start.line })));
        faults.set(project.root, known);
      }
    }
    this.#faults = faults;
  }
}

function codeOf(diagnostic: vscode.Diagnostic): string {
  const { code } = diagnostic;
  return typeof code === 'object' ? String(code.value) : String(code ?? '');
}

function fileOf(uri: vscode.Uri): string | undefined {
  return uri.scheme === 'file' ? uri.fsPath : undefined;
}
