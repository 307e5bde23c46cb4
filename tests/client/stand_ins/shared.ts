/** What both stand-ins share: the environments of the workspace, a journal on disk, and a picker for the person. */
import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';

/** The prefixes of all environments in the workspace's folders. */
export function prefixes(): string[] {
  return (vscode.workspace.workspaceFolders ?? []).flatMap((folder) => below(folder.uri.fsPath, 4));
}

function below(folder: string, depth: number): string[] {
  if (existsSync(path.join(folder, 'pyvenv.cfg'))) {
    return [folder];
  }
  if (depth === 0) {
    return [];
  }
  const inner = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== '.git');
  return inner.flatMap((entry) => below(path.join(folder, entry.name), depth - 1));
}

/** Writes a line where the test can read it. */
export function note(line: object): void {
  const journal = process.env['STAND_IN_JOURNAL'];
  if (journal !== undefined) {
    appendFileSync(journal, `${JSON.stringify(line)}\n`);
  }
}

/** The stand-in's own status bar item and picker: what a person sees and does in the real extension. */
export function face(context: vscode.ExtensionContext, inUse: () => string | undefined, choose: (prefix: string) => Promise<void>): () => void {
  const item = vscode.window.createStatusBarItem('stand-in', vscode.StatusBarAlignment.Right, 101);
  const update = (): void => {
    item.text = `stand-in: ${inUse() ?? 'none'}`;
    item.show();
  };
  update();
  context.subscriptions.push(
    item,
    vscode.commands.registerCommand('stand-in.choose', async () => {
      const chosen = await vscode.window.showQuickPick(prefixes(), { title: 'Stand-in: Select Interpreter' });
      if (chosen !== undefined) {
        await choose(chosen);
        update();
      }
    }),
  );
  return update;
}
