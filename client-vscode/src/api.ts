/** What this extension offers to others, and to its tests. */
import type * as vscode from 'vscode';

import type { Fault } from './describe';
import type { Project } from './protocol';
import type { ServerState } from './server';

export interface VenvlsApi {
  /** Every project, as the server last reported it. */
  readonly projects: readonly Project[];
  /** The project a file or folder belongs to, with the environment chosen for it and why. */
  projectOf(uri: vscode.Uri): Project | undefined;
  /** What is out of sync in a project, as Problems shows it. */
  faultsOf(project: Project): readonly Fault[];
  /** Projects, environments or what is out of sync changed. */
  readonly onDidChange: vscode.Event<void>;
  readonly server: {
    readonly state: ServerState;
    readonly pid: number | undefined;
    restart(): Promise<void>;
  };
  /** Who holds the editor's interpreter: the Python extensions, or `venvls` itself. Empty until something was handed over. */
  readonly holders: readonly string[];
  /** Milliseconds of the extension host's time until the start of the server was begun. */
  readonly activationMilliseconds: number;
}
