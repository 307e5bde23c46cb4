/** Who keeps the editor's interpreter: one of the two Python extensions, or ourselves. */
import type * as vscode from 'vscode';

import type { Environment } from '../protocol';

/** The interpreter of a scope changed, by whomever. */
export interface HolderChange {
  readonly scope: vscode.Uri | undefined;
  readonly interpreter: string | undefined;
}

export interface Holder {
  readonly name: 'ms-python.vscode-python-envs' | 'ms-python.python' | 'venvls';
  readonly onDidChange: vscode.Event<HolderChange>;
  /** The interpreter in use for a scope. */
  current(scope: vscode.Uri): Promise<string | undefined>;
  /** Puts an environment in use; false where the holder does not take it. */
  assign(scope: vscode.Uri, environment: Environment): Promise<boolean>;
  /** The project of the scope has no environment that works: takes away what was assigned, where nobody else would. */
  release?(scope: vscode.Uri): void;
  /** Whether the holder keeps an interpreter of its own for this folder, apart from the workspace folder's. */
  separate(root: vscode.Uri): boolean;
  /** Whether a setting of the workspace names an interpreter for the scope. */
  explicit(scope: vscode.Uri): boolean;
  dispose(): void;
}
