/** “Why this one?”: every environment considered for a project, and why it won or lost. */
import * as vscode from 'vscode';

import { environmentName } from './describe';
import { requests, type Project, type Which } from './protocol';
import type { Server } from './server';
import type { Tasks } from './tasks';

export async function explainChoice(project: Project, server: Server, tasks: Tasks): Promise<void> {
  const which = await server.ask<Which>(requests.which, { uri: vscode.Uri.file(project.root).toString() });
  const candidates = [...(which?.candidates ?? [])].sort((candidate, next) => Number(next.chosen) - Number(candidate.chosen));
  if (candidates.length === 0) {
    const reason = [which?.reason, project.reason].find(Boolean) ?? vscode.l10n.t('No environment was found for this project.');
    void vscode.window.showInformationMessage(reason);
    return;
  }
  const items = candidates.map((candidate) => ({
    label: `$(${candidate.chosen ? 'pass' : 'circle-slash'}) ${environmentName(candidate.environment)}`,
    description: vscode.workspace.asRelativePath(candidate.environment.prefix),
    detail: candidate.reason,
    candidate,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Why This Environment?'),
    placeHolder: which?.reason ?? project.reason,
    matchOnDetail: true,
  });
  if (picked !== undefined && !picked.candidate.chosen) {
    await tasks.use(project, picked.candidate.environment.prefix);
  }
}
