/** Tells the server which imports another extension marks as not found already: what the server marks there too, it shows as hints. */
import * as vscode from 'vscode';

import { didMarkImports } from './protocol';
import type { Server } from './server';

/** What others call it: Pylance, Pyright and basedpyright; ty; Pylint; Pyrefly; mypy. */
const codes = new Set([
  'reportMissingImports',
  'reportMissingModuleSource',
  'unresolved-import',
  'import-error',
  'E0401',
  'missing-import',
  'import-not-found',
]);
const schemes = new Set(['file', 'vscode-notebook-cell']);
/** Marks of others follow the text by and by: they are looked at once nothing more has come for a moment. */
const REST_MS = 200;

export class Marks implements vscode.Disposable {
  readonly #server: Server;
  readonly #told = new Map<string, string>();
  readonly #waiting = new Map<string, vscode.Uri>();
  readonly #subscriptions: vscode.Disposable[];
  #timer: NodeJS.Timeout | undefined;

  constructor(server: Server) {
    this.#server = server;
    this.#subscriptions = [
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        this.#soon(uris);
      }),
      server.onDidChangeState((state) => {
        if (state === 'running') {
          this.#told.clear();
          this.#soon(vscode.workspace.textDocuments.map((document) => document.uri));
        }
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.#timer);
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  #soon(uris: readonly vscode.Uri[]): void {
    for (const uri of uris) {
      this.#waiting.set(uri.toString(), uri);
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const waiting = [...this.#waiting.values()];
      this.#waiting.clear();
      waiting.forEach((uri) => {
        this.#tell(uri);
      });
    }, REST_MS);
  }

  #tell(uri: vscode.Uri): void {
    const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
    if (document?.languageId !== 'python' || !schemes.has(uri.scheme)) {
      return;
    }
    const marked = vscode.languages.getDiagnostics(uri).filter(isOfAnother).map(({ range }) => document.getText(range).trim());
    const names = [...new Set(marked)].filter((name) => name !== '').sort();
    const [key, text] = [uri.toString(), names.join('\n')];
    if ((this.#told.get(key) ?? '') !== text) {
      this.#told.set(key, text);
      this.#server.tell(didMarkImports, { uri: key, names });
    }
  }
}

/** Whether a diagnostic says that an import is not found, is not ours, and can be seen. */
function isOfAnother({ source, code, severity }: vscode.Diagnostic): boolean {
  const name = typeof code === 'object' ? code.value : code;
  return source !== 'venvls' && severity !== vscode.DiagnosticSeverity.Hint && codes.has(String(name));
}
