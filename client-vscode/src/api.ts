/** What other extensions, and our tests, may ask of this one. */
import type * as vscode from 'vscode';

import type { Fault } from './describe';
import type { Project } from './protocol';
import type { ServerState } from './server';

export interface VenvlsApi {
  /** Every project as the server last told it. */
  readonly projects: readonly Project[];
  /** The project a file or folder belongs to, with the environment chosen for it and why. */
  projectOf(uri: vscode.Uri): Project | undefined;
  /** What is out of step in a project, as Problems shows it. */
  faultsOf(project: Project): readonly Fault[];
  /** Projects, environments or what is out of step changed. */
  readonly onDidChange: vscode.Event<void>;
  readonly server: {
    readonly state: ServerState;
    readonly pid: number | undefined;
    restart(): Promise<void>;
  };
  /** Who keeps the editor's interpreter: one of the Python extensions, or `venvls` itself. Unknown until something was handed over. */
  readonly keeper: string | undefined;
  /** Milliseconds of the extension host's time until the server was asked to start. */
  readonly activationMilliseconds: number;
}
