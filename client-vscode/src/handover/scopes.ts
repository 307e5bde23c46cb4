/** The places that have an interpreter of their own, and the project that each of them follows. */
import * as vscode from 'vscode';

import { inside, runs, same } from '../paths';
import type { Projects } from '../projects';
import type { Project } from '../protocol';
import { following } from '../settings';
import type { Holder } from './holder';

export interface Scope {
  readonly uri: vscode.Uri;
  readonly project: Project;
}

/** Where a holder keeps the project's interpreter: in the project's own folder, or in the workspace folder it is in. */
export function scopeOf(project: Project, holder: Holder): vscode.Uri | undefined {
  const root = vscode.Uri.file(project.root);
  if (holder.separate(root)) {
    return root;
  }
  return (vscode.workspace.workspaceFolders ?? []).find((folder) => inside(project.root, folder.uri.fsPath))?.uri;
}

export class Scopes {
  /** `last` gives the interpreter that a scope of a holder had last. */
  constructor(
    private readonly projects: Projects,
    private readonly last: (holder: Holder, scope: vscode.Uri) => string | undefined,
  ) {}

  /** Those of a workspace folder. */
  within(folder: vscode.WorkspaceFolder, holder: Holder): Scope[] {
    const own = this.projects.within(folder);
    const separate = own.filter((project) => holder.separate(vscode.Uri.file(project.root)));
    const scopes: Scope[] = separate.map((project) => ({ uri: vscode.Uri.file(project.root), project }));
    const shared = own.filter((project) => !separate.includes(project));
    const front = this.projects.inFront === undefined ? undefined : this.projects.of(this.projects.inFront);
    const inFront = shared.find((project) => project.root === front?.root);
    const atRoot = shared.find((project) => same(project.root, folder.uri.fsPath));
    const follow = following(folder.uri);
    // Without a Python extension we hold it ourselves, and can follow the file at no cost to anybody's settings.
    const follows = follow === 'on' || (follow === 'auto' && holder.name === 'venvls');
    const before = follows || shared.length > 1 ? this.#before(folder, holder, shared) : undefined;
    const project = (follows ? inFront : undefined) ?? before ?? atRoot ?? inFront ?? shared[0];
    if (project !== undefined) {
      scopes.push({ uri: folder.uri, project });
    }
    return scopes;
  }

  /** The project that a person means who chooses for a scope: the one there, the one in front, else the one that has the scope's interpreter. */
  meant(scope: vscode.Uri, holder: Holder): Project | undefined {
    const { all, current } = this.projects;
    const there = all.find(({ root }) => same(root, scope.fsPath));
    if (there !== undefined || (current !== undefined && same(scopeOf(current, holder)?.fsPath, scope.fsPath))) {
      return there ?? current;
    }
    const folder = vscode.workspace.getWorkspaceFolder(scope);
    return folder === undefined ? undefined : this.within(folder, holder).find(({ uri }) => same(uri.fsPath, scope.fsPath))?.project;
  }

  /** Where the file does not decide: the project that has the folder's interpreter now. */
  #before(folder: vscode.WorkspaceFolder, holder: Holder, shared: readonly Project[]): Project | undefined {
    const interpreter = this.last(holder, folder.uri);
    return shared.find(({ environment }) => environment !== null && runs(interpreter, environment));
  }
}
