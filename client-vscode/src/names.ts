/** How places are called in front of a person: as seen from the folder that is open. */
import * as path from 'node:path';
import * as vscode from 'vscode';

import { same, shown } from './paths';
import type { Project } from './protocol';

/** The folder's own name where the project is the folder, else the way to it. */
export function nameOf(project: Project): string {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(project.root))?.uri.fsPath;
  return same(folder, project.root) ? path.basename(project.root) : shown(project.root, folder);
}
