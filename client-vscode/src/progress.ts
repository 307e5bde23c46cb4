/** Work that a person can stop is shown as a notification with the tool's own lines and Cancel; other progress stays in the status bar. */
import * as vscode from 'vscode';
import {
  WorkDoneProgressCancelNotification,
  type BaseLanguageClient,
  type ProgressToken,
  type WorkDoneProgressBegin,
  type WorkDoneProgressEnd,
  type WorkDoneProgressReport,
} from 'vscode-languageclient/node';

type Value = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

interface Shown {
  readonly report: (value: WorkDoneProgressReport) => void;
  readonly end: () => void;
}

export class TaskProgress {
  readonly #shown = new Map<ProgressToken, Shown>();

  /** Takes a value of a progress that is ours to show; false for one that is not. */
  take(client: BaseLanguageClient, token: ProgressToken, value: Value): boolean {
    if (value.kind === 'begin') {
      if (value.cancellable !== true) {
        return false;
      }
      this.#begin(client, token, value);
      return true;
    }
    const shown = this.#shown.get(token);
    if (value.kind === 'report') {
      shown?.report(value);
    } else {
      shown?.end();
      this.#shown.delete(token);
    }
    return shown !== undefined;
  }

  /** The server is gone: nothing will end any more. */
  clear(): void {
    for (const shown of this.#shown.values()) {
      shown.end();
    }
    this.#shown.clear();
  }

  #begin(client: BaseLanguageClient, token: ProgressToken, begun: WorkDoneProgressBegin): void {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    let done = 0;
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, cancellable: true, title: begun.title },
      async (bar, cancelled) => {
        const report = (value: { message?: string; percentage?: number }): void => {
          const share = value.percentage === undefined ? undefined : Math.max(0, value.percentage - done);
          done += share ?? 0;
          bar.report({ ...(value.message === undefined ? {} : { message: value.message }), ...(share === undefined ? {} : { increment: share }) });
        };
        this.#shown.set(token, { report, end });
        report(begun);
        cancelled.onCancellationRequested(() => {
          bar.report({ message: 'stopping…' });
          void client.sendNotification(WorkDoneProgressCancelNotification.type, { token });
        });
        await ended;
      },
    );
    if (!this.#shown.has(token)) {
      this.#shown.set(token, { report: () => undefined, end });
    }
  }
}
