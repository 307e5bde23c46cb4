/** The server's questions: one line as a notification, a plan of several lines as a dialog in which all of them can be read. */
import * as vscode from 'vscode';
import type { MessageActionItem, ShowMessageRequestParams } from 'vscode-languageclient/node';

/** How the server calls the answer that nothing is to be done. */
export const CANCEL = 'Cancel';

export async function question(request: ShowMessageRequestParams): Promise<MessageActionItem | null> {
  const [message = '', ...lines] = request.message.split('\n');
  const actions = request.actions ?? [];
  if (lines.length === 0) {
    return (await vscode.window.showInformationMessage(message, ...actions)) ?? null;
  }
  // A dialog has a Cancel of its own.
  const offered = actions.filter((action) => action.title !== CANCEL);
  return (await vscode.window.showWarningMessage(message, { modal: true, detail: lines.join('\n\n') }, ...offered)) ?? null;
}
