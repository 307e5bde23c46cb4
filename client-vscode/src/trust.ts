/** In Restricted Mode nothing is started: an action says so and offers the way out. */
import * as vscode from 'vscode';

/** Whether the workspace is trusted; where it is not, says why `what` (“Creating an environment”) is off. */
export async function trustedFor(what: string): Promise<boolean> {
  if (vscode.workspace.isTrusted) {
    return true;
  }
  const manage = 'Manage Trust';
  const chosen = await vscode.window.showWarningMessage(
    `${what} starts programs and is off in Restricted Mode. Checking goes on without it.`,
    manage,
  );
  if (chosen === manage) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
  return false;
}
