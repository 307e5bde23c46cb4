/** What the units use of the editor's interface: as little as they need, and set by each test. */
import * as path from 'node:path';

type Listener<T> = (value: T) => unknown;

export class EventEmitter<T> {
  readonly #listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>): Disposable => {
    this.#listeners.add(listener);
    return new Disposable(() => this.#listeners.delete(listener));
  };
  fire(value: T): void {
    for (const listener of [...this.#listeners]) {
      listener(value);
    }
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

export class Disposable {
  static from(...all: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      all.forEach((each) => each.dispose());
    });
  }
  constructor(private readonly end: () => unknown) {}
  dispose(): void {
    this.end();
  }
}

export class Uri {
  readonly scheme = 'file';
  /** As the editor's: the drive is a small letter. */
  static file(fsPath: string): Uri {
    return new Uri(fsPath.replace(/^[A-Z]:/, (drive) => drive.toLowerCase()));
  }
  constructor(readonly fsPath: string) {}
  toString(): string {
    return `file://${this.fsPath}`;
  }
}

export class CancellationError extends Error {}
export class LanguageModelTextPart {
  constructor(readonly value: string) {}
}
export class LanguageModelToolResult {
  constructor(readonly content: readonly LanguageModelTextPart[]) {}
}
export class TabInputText {
  readonly uri = undefined;
}
export class ThemeColor {
  constructor(readonly id: string) {}
}
export class ThemeIcon {
  static readonly Folder = new ThemeIcon('folder');
  constructor(readonly id: string) {}
}
export enum TreeItemCollapsibleState {
  None,
  Collapsed,
  Expanded,
}
export class TreeItem {
  constructor(
    readonly label: string,
    readonly collapsibleState: TreeItemCollapsibleState,
  ) {}
}
export class Range {
  constructor(
    readonly startLine: number,
    readonly startCharacter: number,
    readonly endLine: number,
    readonly endCharacter: number,
  ) {}
}
export enum DiagnosticSeverity {
  Error,
  Warning,
}
export enum ProgressLocation {
  Window = 10,
}
export enum QuickPickItemKind {
  Separator = -1,
}

/** What a test sets, and what it looks at. */
export const editor = {
  folders: [] as { readonly uri: Uri }[],
  settings: {} as Record<string, unknown>,
  /** The installed extensions: what each gives when it is woken. */
  extensions: new Map<string, () => Promise<unknown>>(),
  extensionsChanged: new EventEmitter<void>(),
  documents: [] as { readonly uri: Uri; readonly isDirty: boolean; save(): Promise<boolean> }[],
  messages: [] as string[],
  answer: (text: string): Promise<string | undefined> => Promise.resolve(text === '' ? '' : undefined),
  commands: [] as { readonly command: string; readonly given: unknown }[],
  /** What the menus' conditions read. */
  contexts: new Map<unknown, unknown>(),
  tools: new Map<string, unknown>(),
  lists: [] as QuickPick[],
};

class QuickPick {
  #isGone = false;
  readonly accepted = new EventEmitter<void>();
  readonly hidden = new EventEmitter<void>();
  readonly onDidAccept = this.accepted.event;
  readonly onDidHide = this.hidden.event;
  items: readonly { readonly label: string }[] = [];
  selectedItems: readonly unknown[] = [];
  activeItems: readonly unknown[] = [];
  accept(row: unknown): void {
    this.selectedItems = [row];
    this.accepted.fire();
  }
  show(): void {
    editor.lists.push(this);
  }
  dispose(): void {
    if (!this.#isGone) {
      this.#isGone = true;
      this.hidden.fire();
    }
  }
}

const folderOf = (uri: Uri): { readonly uri: Uri } | undefined =>
  editor.folders.find((folder) => uri.fsPath === folder.uri.fsPath || uri.fsPath.startsWith(folder.uri.fsPath + path.sep));
const message = (text: string): Promise<string | undefined> => {
  editor.messages.push(text);
  return editor.answer(text);
};

export const workspace = {
  isTrusted: true,
  get workspaceFolders() {
    return editor.folders;
  },
  get textDocuments() {
    return editor.documents;
  },
  getWorkspaceFolder: folderOf,
  asRelativePath: (file: Uri | string): string => path.basename(typeof file === 'string' ? file : file.fsPath),
  getConfiguration: (section: string) => ({
    get: (name: string, otherwise: unknown) => editor.settings[`${section}.${name}`] ?? otherwise,
    inspect: () => undefined,
  }),
};

export const window = {
  activeTextEditor: undefined,
  tabGroups: { activeTabGroup: { activeTab: undefined } },
  onDidChangeActiveTextEditor: new EventEmitter<unknown>().event,
  showInformationMessage: message,
  showWarningMessage: message,
  showErrorMessage: message,
  createQuickPick: (): QuickPick => new QuickPick(),
  withProgress: <T>(_: unknown, work: () => Promise<T>): Promise<T> => work(),
};

export const extensions = {
  getExtension: (id: string) => {
    const activate = editor.extensions.get(id);
    return activate === undefined ? undefined : { activate };
  },
  onDidChange: editor.extensionsChanged.event,
};

export const languages = { onDidChangeDiagnostics: new EventEmitter<unknown>().event, getDiagnostics: (): [] => [] };

export const commands = {
  executeCommand: (command: string, given: unknown, value?: unknown): Promise<unknown> => {
    if (command === 'setContext') {
      editor.contexts.set(given, value);
      return Promise.resolve(undefined);
    }
    editor.commands.push({ command, given });
    return Promise.resolve({ ok: true, message: 'Done.' });
  },
};

export const lm = {
  registerTool: (name: string, tool: unknown): Disposable => {
    editor.tools.set(name, tool);
    return new Disposable(() => editor.tools.delete(name));
  },
};

export const l10n = {
  t: (sentence: string, ...values: (string | number)[]): string => sentence.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)])),
};
