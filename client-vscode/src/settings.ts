/** The settings the client itself reads; the server asks the editor for the rest. */
import * as vscode from 'vscode';

export function settings(resource?: vscode.Uri): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('venvls', resource);
}

/** Whether the interpreter is chosen by itself, offered, or left alone. */
export function selection(resource: vscode.Uri): 'auto' | 'ask' | 'off' {
  return settings(resource).get<'auto' | 'ask' | 'off'>('environment.select', 'auto');
}

/** Whether the environment follows the file in front: where it can be held per project (`auto`), always, never. */
export function following(resource: vscode.Uri): 'auto' | 'on' | 'off' {
  return settings(resource).get<'auto' | 'on' | 'off'>('environment.follow', 'auto');
}

/** The Python that the Python extension is set to; its default, `python`, says nothing. Read without waking that extension. */
export function pythonOfExtension(): string {
  const value = vscode.workspace.getConfiguration('python').inspect<string>('defaultInterpreterPath')?.globalValue ?? '';
  return value === 'python' ? '' : value;
}

/** The interpreter that a setting of the workspace names for a place, with the folder's variables filled in. */
export function namedInterpreter(scope: vscode.Uri): string | undefined {
  const named = vscode.workspace.getConfiguration('python', scope).inspect<string>('defaultInterpreterPath');
  const value = named?.workspaceFolderValue ?? named?.workspaceValue;
  const folder = vscode.workspace.getWorkspaceFolder(scope)?.uri.fsPath ?? '';
  return value?.replace(/\$\{(workspaceFolder|workspaceRoot)\}/g, () => folder);
}

/** The folder names an environment usually has, the preferred one first. */
export function environmentNames(resource: vscode.Uri): readonly string[] {
  return settings(resource).get<readonly string[]>('environment.names', ['.venv']);
}
