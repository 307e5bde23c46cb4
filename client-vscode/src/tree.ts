/** Folder → project → environment → what is out of sync. */
import * as vscode from 'vscode';

import { counted, environmentName, standing, type Fault } from './describe';
import { nameOf } from './names';
import { same } from './paths';
import type { Projects } from './projects';
import type { Environment, Project } from './protocol';
import type { Server } from './server';

export type Node =
  | { readonly is: 'looking' }
  | { readonly is: 'folder'; readonly folder: vscode.WorkspaceFolder }
  | { readonly is: 'project'; readonly project: Project }
  | { readonly is: 'environment'; readonly project: Project; readonly environment: Environment }
  | { readonly is: 'fault'; readonly fault: Fault };

/** The project of a row of the tree, where a command was started on one. */
export function projectOf(value: unknown): Project | undefined {
  return typeof value === 'object' && value !== null && 'is' in value && 'project' in value ? (value.project as Project) : undefined;
}

export class Tree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #listening: vscode.Disposable[];
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(
    private readonly server: Server,
    private readonly projects: Projects,
  ) {
    const changed = (): void => {
      this.#changed.fire(undefined);
    };
    this.#listening = [projects.onDidChange(changed), server.onDidChangeState(changed)];
  }

  dispose(): void {
    for (const listening of this.#listening) {
      listening.dispose();
    }
    this.#changed.dispose();
  }

  getChildren(node?: Node): Node[] {
    if (node === undefined) {
      return this.#top();
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
      case 'looking':
      case 'fault':
        return [];
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.is) {
      case 'looking': {
        const item = new vscode.TreeItem(vscode.l10n.t('Looking for environments…'));
        item.iconPath = new vscode.ThemeIcon('loading~spin');
        return item;
      }
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
        return faultItem(node.fault);
    }
  }

  /** Where there is no row, the view's welcome text says why (`viewsWelcome` in package.json). */
  #top(): Node[] {
    const folders = vscode.workspace.workspaceFolders ?? [];
    if (!this.projects.known && this.server.looking) {
      return folders.length === 0 ? [] : [{ is: 'looking' }];
    }
    const [first] = folders;
    if (folders.length === 1 && first !== undefined) {
      return this.#projects(first);
    }
    return folders.flatMap((folder) => {
      const own = this.#projects(folder);
      const [project] = own;
      // A folder that is one project is shown once.
      const single = own.length === 1 && project?.is === 'project' && same(project.project.root, folder.uri.fsPath);
      return own.length === 0 || single ? own : [{ is: 'folder', folder }];
    });
  }

  #projects(folder: vscode.WorkspaceFolder): Node[] {
    return [...this.projects.within(folder)]
      .sort((project, next) => project.root.localeCompare(next.root))
      .map((project) => ({ is: 'project', project }));
  }

  #faults(project: Project): Node[] {
    return counted(this.projects.faults(project)).map((fault) => ({ is: 'fault', fault }));
  }

  #project(project: Project): vscode.TreeItem {
    const item = new vscode.TreeItem(nameOf(project), vscode.TreeItemCollapsibleState.Expanded);
    item.description = standing(project, this.projects.faults(project));
    item.contextValue = project.in_sync ? 'project' : 'project.outOfSync';
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

function faultItem(fault: Fault): vscode.TreeItem {
  const item = new vscode.TreeItem(fault.message, vscode.TreeItemCollapsibleState.None);
  item.iconPath = new vscode.ThemeIcon('circle-small-filled');
  item.tooltip = `${fault.message}\n${fault.path}:${fault.line + 1}`;
  const selection = new vscode.Range(fault.line, 0, fault.line, 0);
  item.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [vscode.Uri.file(fault.path), { selection }] };
  return item;
}
