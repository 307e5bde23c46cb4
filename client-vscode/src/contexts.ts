/** What the menus' conditions read: which files are manifests, which of them are out of sync or without an environment, how the server is. */
import * as vscode from 'vscode';

import type { Projects } from './projects';
import type { Project } from './protocol';
import type { Server } from './server';

export function menuContexts(server: Server, projects: Projects): vscode.Disposable {
  const told = new Map<string, string>();
  const set = (key: string, value: unknown): void => {
    const text = JSON.stringify(value);
    if (told.get(key) !== text) {
      told.set(key, text);
      void vscode.commands.executeCommand('setContext', key, value);
    }
  };
  const files = (wanted: (project: Project) => boolean): string[] =>
    // `resourcePath` in a condition is as the editor writes paths: on Windows with a small letter for the drive, which the server writes as a capital.
    projects.all.filter(wanted).flatMap((project) => [...project.manifests, ...project.locks].map((file) => vscode.Uri.file(file).fsPath));
  const update = (): void => {
    set('venvls.serverState', server.state);
    set('venvls.manifests', files(() => true));
    set('venvls.outOfSync', files((project) => project.environment !== null && !project.in_sync));
    set('venvls.withoutEnvironment', files((project) => project.environment === null));
  };
  set('venvls.active', true);
  update();
  return vscode.Disposable.from(projects.onDidChange(update), server.onDidChangeState(update));
}
