/** What both stand-ins share: the environments of the workspace, a journal on disk, a status bar item and a picker for the person. */
import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';

/** The Python of the machine: what the real extensions fall back to. */
export const SYSTEM_PYTHON = '/usr/bin/python3';

/** How long after their start the real extensions select something by themselves: seconds, on a machine with many Pythons. */
export const STARTING_MS = Number(process.env['STAND_IN_STARTING_MS'] ?? 2000);

/** How long after a selection was kept the real ones tell of it: a moment, or seconds where the machine is busy. */
export const LATE_MS = Number(process.env['STAND_IN_LATE_MS'] ?? 10);

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

export interface Face {
  /** The command of the person's picker. */
  readonly command: string;
  /** The status bar item's id, as the real extension's. */
  readonly item: string;
  readonly inUse: () => string | undefined;
  readonly choose: (prefix: string) => Promise<void>;
  /** Whether the item is shown beside a document. */
  readonly shows: (document: vscode.TextDocument) => boolean;
}

/** The stand-in's own status bar item and picker: what a person sees and does in the real extension. Gives what renews the item. */
export function showFace(context: vscode.ExtensionContext, face: Face): () => void {
  const item = vscode.window.createStatusBarItem(face.item, vscode.StatusBarAlignment.Right, 100);
  const update = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    item.text = `Python (${face.inUse() ?? 'none'})`;
    if (document !== undefined && face.shows(document)) {
      item.show();
    } else {
      item.hide();
    }
  };
  update();
  context.subscriptions.push(
    item,
    vscode.window.onDidChangeActiveTextEditor(update),
    vscode.commands.registerCommand(face.command, async () => {
      const chosen = await vscode.window.showQuickPick(prefixes(), { title: 'Stand-in: Select Interpreter' });
      if (chosen !== undefined) {
        await face.choose(chosen);
        update();
      }
    }),
  );
  return update;
}
