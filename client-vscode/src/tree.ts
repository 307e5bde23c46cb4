/** Folder → project → environment → what is out of step. */
import * as vscode from 'vscode';

import { counted, environmentName, standing, type Fault } from './describe';
import { nameOf } from './names';
import type { Projects } from './projects';
import type { Environment, Project } from './protocol';

export type Node =
  | { readonly is: 'folder'; readonly folder: vscode.WorkspaceFolder }
  | { readonly is: 'project'; readonly project: Project }
  | { readonly is: 'environment'; readonly project: Project; readonly environment: Environment }
  | { readonly is: 'fault'; readonly fault: Fault };

/** The project a command was asked for, where it was asked on a row of the tree. */
export function projectOf(value: unknown): Project | undefined {
  return typeof value === 'object' && value !== null && 'is' in value && 'project' in value ? (value.project as Project) : undefined;
}

export class Tree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #listening: vscode.Disposable;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(private readonly projects: Projects) {
    this.#listening = projects.onDidChange(() => {
      this.#changed.fire(undefined);
    });
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }

  getChildren(node?: Node): Node[] {
    const folders = vscode.workspace.workspaceFolders ?? [];
    if (node === undefined) {
      const [only] = folders;
      if (folders.length === 1 && only !== undefined) {
        return this.#projects(only);
      }
      return folders.flatMap((folder) => {
        const own = this.#projects(folder);
        const [first] = own;
        // A folder that is one project is shown once.
        const single = own.length === 1 && first?.is === 'project' && first.project.root === folder.uri.fsPath;
        return own.length === 0 || single ? own : [{ is: 'folder', folder }];
      });
    }
    switch (node.is) {
      case 'folder':
        return this.#projects(node.folder);
      case 'project': {
        const { project } = node;
        return project.environment === null ? this.#faults(project) : [{ is: 'environment', project, environment: project.environment }];
      }
      case 'environment':
        return this.#faults(node.project);
      case 'fault':
        return [];
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.is) {
      case 'folder': {
        const item = new vscode.TreeItem(node.folder.name, vscode.TreeItemCollapsibleState.Expanded);
        item.iconPath = vscode.ThemeIcon.Folder;
        return item;
      }
      case 'project':
        return this.#project(node.project);
      case 'environment':
        return this.#environment(node.project, node.environment);
      case 'fault':
        return fault(node.fault);
    }
  }

  #projects(folder: vscode.WorkspaceFolder): Node[] {
    return [...this.projects.within(folder)]
      .sort((one, other) => one.root.localeCompare(other.root))
      .map((project) => ({ is: 'project', project }));
  }

  #faults(project: Project): Node[] {
    return counted(this.projects.faults(project)).map((one) => ({ is: 'fault', fault: one }));
  }

  #project(project: Project): vscode.TreeItem {
    const item = new vscode.TreeItem(nameOf(project), vscode.TreeItemCollapsibleState.Expanded);
    item.description = standing(project, this.projects.faults(project));
    item.contextValue = project.in_sync ? 'project' : 'project.behind';
    item.iconPath = project.in_sync
      ? new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'))
      : new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    item.tooltip = project.root;
    return item;
  }

  #environment(project: Project, environment: Environment): vscode.TreeItem {
    const some = counted(this.projects.faults(project)).length > 0;
    const item = new vscode.TreeItem(
      environmentName(environment),
      some ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None,
    );
    item.description = environment.kind;
    item.contextValue = `environment.${environment.health}`;
    item.iconPath = new vscode.ThemeIcon(environment.health === 'ok' ? 'package' : 'error');
    item.tooltip = `${environment.interpreter ?? environment.prefix}\n${environment.problem ?? project.reason}`;
    return item;
  }
}

function fault(one: Fault): vscode.TreeItem {
  const item = new vscode.TreeItem(one.message, vscode.TreeItemCollapsibleState.None);
  item.iconPath = new vscode.ThemeIcon('circle-small-filled');
  item.tooltip = `${one.message}\n${one.path}:${one.line + 1}`;
  const selection = new vscode.Range(one.line, 0, one.line, 0);
  item.command = { command: 'vscode.open', title: 'Open', arguments: [vscode.Uri.file(one.path), { selection }] };
  return item;
}
