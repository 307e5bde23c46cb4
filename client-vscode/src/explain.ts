/** “Why this one?”: every environment considered for a project, and why it won or lost. */
import * as vscode from 'vscode';

import { environmentName } from './describe';
import { requests, type Project, type Which } from './protocol';
import type { Server } from './server';
import type { Tasks } from './tasks';

export async function explainChoice(project: Project, server: Server, tasks: Tasks): Promise<void> {
  const which = await server.ask<Which>(requests.which, { uri: vscode.Uri.file(project.root).toString() });
  const candidates = [...(which?.candidates ?? [])].sort((one, other) => Number(other.chosen) - Number(one.chosen));
  if (candidates.length === 0) {
    void vscode.window.showInformationMessage([which?.reason, project.reason].find(Boolean) ?? 'No environment was found for this project.');
    return;
  }
  const items = candidates.map((candidate) => ({
    label: `$(${candidate.chosen ? 'pass' : 'circle-slash'}) ${environmentName(candidate.environment)}`,
    description: vscode.workspace.asRelativePath(candidate.environment.prefix),
    detail: candidate.reason,
    candidate,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Why This Environment?',
    placeHolder: which?.reason ?? project.reason,
    matchOnDetail: true,
  });
  if (chosen !== undefined && !chosen.candidate.chosen) {
    await tasks.use(project, chosen.candidate.environment);
  }
}
