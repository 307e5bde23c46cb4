/** The projects as the server last told them, and what of them is out of sync as the editor shows it. */
import * as vscode from 'vscode';

import type { Fault } from './describe';
import { among, innermost, inside, same } from './paths';
import type { Project } from './protocol';
import type { Server } from './server';

/** How long a server may take to start and look: what is asked of it then is told that it does not run. */
const START_MS = 60_000;

export class Projects implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listening: vscode.Disposable[];
  #all: readonly Project[] = [];
  #faults = new Map<string, Fault[]>();
  #timer: NodeJS.Timeout | undefined;
  readonly #server: Server;
  #fresh = false;
  /** Whether a server has spoken in this window. */
  known = false;

  /** Something of the projects or of what is out of sync changed. Rests 50 ms, so that one keystroke is one event. */
  readonly onDidChange = this.#changed.event;

  constructor(server: Server) {
    this.#server = server;
    this.#listening = [
      server.onDidChangeProjects((projects) => {
        this.#all = projects;
        this.known = this.#fresh = true;
        this.#soon();
      }),
      server.onDidChangeState((state) => {
        this.#fresh &&= state === 'running';
      }),
      vscode.languages.onDidChangeDiagnostics(() => {
        this.#soon();
      }),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        this.#inFront = editor === undefined ? this.#inFront : fileOf(editor.document.uri);
        this.#soon();
      }),
    ];
    // While the window opens, the tab is there before its editor.
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    const uri = vscode.window.activeTextEditor?.document.uri ?? (input instanceof vscode.TabInputText ? input.uri : undefined);
    this.#inFront = uri === undefined ? undefined : fileOf(uri);
  }

  #inFront: string | undefined;

  get all(): readonly Project[] {
    return this.#all;
  }

  /** Whether the server that runs now has spoken: before that the projects are what another one said. */
  get fresh(): boolean {
    return this.#fresh;
  }

  /** Waits for the server that is being started to speak: not for one that is off, and not for ever. */
  async wait(): Promise<void> {
    if (this.#fresh || !this.#server.looking) {
      return;
    }
    const listening: vscode.Disposable[] = [];
    let late: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      late = setTimeout(resolve, START_MS);
      listening.push(
        this.#server.onDidChangeProjects(() => {
          resolve();
        }),
        this.#server.onDidChangeState(() => {
          if (!this.#server.looking) {
            resolve();
          }
        }),
      );
    });
    clearTimeout(late);
    for (const each of listening) {
      each.dispose();
    }
  }

  /** The same project as the server tells of it now; `undefined` where it is gone. */
  now({ root }: Project): Project | undefined {
    return this.#all.find((project) => project.root === root);
  }

  /** The file in front; the last one where something else than a file has the focus. */
  get inFront(): string | undefined {
    return this.#inFront;
  }

  /** The project a file or folder belongs to. */
  of(path: string): Project | undefined {
    return (
      this.#all.find((project) => among(path, project.manifests)) ?? innermost(path, this.#all, (project) => project.root)
    );
  }

  /** The project of the file in front; without one the project at a workspace folder's root, or the only project. */
  get front(): Project | undefined {
    const file = this.#inFront;
    const own = file === undefined ? undefined : this.of(file);
    if (own !== undefined) {
      return own;
    }
    const folders = vscode.workspace.workspaceFolders ?? [];
    const atRoot = this.#all.find((project) => folders.some((folder) => same(folder.uri.fsPath, project.root)));
    return atRoot ?? (this.#all.length === 1 ? this.#all[0] : undefined);
  }

  /** The project that is shown and that commands are about: the one in front, else any. */
  get current(): Project | undefined {
    return this.front ?? this.#all[0];
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
      // What code imports says nothing of whether the environment is in sync with what is required; the server counts it neither.
      const own = diagnostics.filter(
        (finding) => finding.source === 'venvls' && finding.severity <= vscode.DiagnosticSeverity.Warning && !codeOf(finding).endsWith('-import'),
      );
      // tox's files are about tox's own environments: the folder's project is not out of sync because of them.
      const counts = own.length > 0 && uri.scheme === 'file' && !/[\\/]tox\.(ini|toml)$/.test(uri.fsPath);
      const project = counts ? this.of(uri.fsPath) : undefined;
      if (project !== undefined) {
        const known = faults.get(project.root) ?? [];
        known.push(...own.map((finding) => ({ message: finding.message, code: codeOf(finding), path: uri.fsPath, line: finding.range.start.line })));
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
