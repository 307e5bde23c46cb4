/** Who holds the editor's interpreter: each of the two Python extensions, or ourselves where there is none. */
import type * as vscode from 'vscode';

import type { Environment } from '../protocol';

export type HolderName = 'ms-python.vscode-python-envs' | 'ms-python.python' | 'venvls';

/** The interpreter of a scope changed, by whomever. */
export interface HolderChange {
  readonly scope: vscode.Uri | undefined;
  readonly interpreter: string | undefined;
  /** Whether the holder may have changed it by itself: while it starts, or because the interpreter it had is gone. */
  readonly automatic: boolean;
}

export interface Holder {
  readonly name: HolderName;
  readonly onDidChange: vscode.Event<HolderChange>;
  /** The interpreter in use for a scope. */
  current(scope: vscode.Uri): Promise<string | undefined>;
  /** Puts an environment in use; false where the holder does not take it. */
  assign(scope: vscode.Uri, environment: Environment): Promise<boolean>;
  /** The project of the scope has no environment that works: takes away what was assigned, where nobody else would. */
  release?(scope: vscode.Uri): void;
  /** Puts an interpreter in use again that was replaced; none where there was none. */
  restore?(scope: vscode.Uri, interpreter: string | undefined): Promise<void>;
  /** Whether the holder offers to select each new environment it sees: it is told of ours before it asks. */
  readonly asksAboutNew: boolean;
  /** Whether the holder has an interpreter of its own for this folder, apart from the workspace folder's. */
  separate(root: vscode.Uri): boolean;
  /** Whether a setting of the workspace names an interpreter for the scope. */
  explicit(scope: vscode.Uri): boolean;
  /** Whether the holder shows its interpreter in the status bar while this document is in front. */
  shows(document: vscode.TextDocument | undefined): boolean;
  dispose(): void;
}
