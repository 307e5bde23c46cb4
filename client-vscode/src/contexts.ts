/** What the menus' conditions ask: which files are manifests, and of those which are behind or without an environment. */
import * as vscode from 'vscode';

import type { Projects } from './projects';
import type { Project } from './protocol';

export function menuContexts(projects: Projects): vscode.Disposable {
  const told = new Map<string, string>();
  const set = (key: string, value: unknown): void => {
    const text = JSON.stringify(value);
    if (told.get(key) !== text) {
      told.set(key, text);
      void vscode.commands.executeCommand('setContext', key, value);
    }
  };
  const update = (): void => {
    const of = (some: (project: Project) => boolean): string[] => projects.all.filter(some).flatMap((project) => [...project.manifests, ...project.locks]);
    set(
      'venvls.manifests',
      of(() => true),
    );
    set(
      'venvls.behind',
      of((project) => project.environment !== null && !project.in_sync),
    );
    set(
      'venvls.without',
      of((project) => project.environment === null),
    );
  };
  set('venvls.active', true);
  return projects.onDidChange(update);
}
