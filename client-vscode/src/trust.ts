/** In Restricted Mode nothing is started: an action says so and offers the way out. */
import * as vscode from 'vscode';

/** Whether the workspace is trusted; where it is not, says why `what` (“Creating an environment”) is off. */
export async function trustedFor(what: string): Promise<boolean> {
  if (vscode.workspace.isTrusted) {
    return true;
  }
  const manage = vscode.l10n.t('Manage Trust');
  const message = vscode.l10n.t('{0} runs programs, so it is off in Restricted Mode. Requirements are still checked.', what);
  const chosen = await vscode.window.showWarningMessage(message, manage);
  if (chosen === manage) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
  return false;
}
