/** Work that a person can stop is shown as a notification with the tool's own lines and Cancel; other progress stays in the status bar. */
import * as vscode from 'vscode';
import {
  WorkDoneProgress,
  WorkDoneProgressCancelNotification,
  type BaseLanguageClient,
  type ProgressToken,
  type WorkDoneProgressBegin,
  type WorkDoneProgressEnd,
  type WorkDoneProgressReport,
} from 'vscode-languageclient/node';

type Value = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

interface Shown {
  readonly report: (value: { message?: string; percentage?: number }) => void;
  readonly end: () => void;
  /** Whether the server has begun to report: from then on it listens to a cancel of the progress. */
  begun: boolean;
}

let count = 0;

export class TaskProgress {
  readonly #shown = new Map<ProgressToken, Shown>();

  /**
   * Shows a task from the click on, long before the server has planned it, and until its request is answered. What the
   * server reports comes under `token`.
   */
  async run<T>(client: BaseLanguageClient, title: string, request: (token: ProgressToken, cancelled: vscode.CancellationToken) => Promise<T>): Promise<T> {
    const token = `venvls-client-${(count += 1)}`;
    return this.#notification(title, async (report, cancelled) => {
      const source = new vscode.CancellationTokenSource();
      const shown: Shown = { report, end: () => undefined, begun: false };
      this.#shown.set(token, shown);
      const listening = client.onProgress(WorkDoneProgress.type, token, () => undefined);
      report({ message: vscode.l10n.t('Preparing…') });
      cancelled.onCancellationRequested(() => {
        if (shown.begun) {
          void client.sendNotification(WorkDoneProgressCancelNotification.type, { token });
        } else {
          source.cancel();
        }
      });
      try {
        return await request(token, source.token);
      } finally {
        this.#shown.delete(token);
        listening.dispose();
        source.dispose();
      }
    });
  }

  /** Takes a value of a progress that is ours to show; false for one that is not. */
  take(client: BaseLanguageClient, token: ProgressToken, value: Value): boolean {
    const shown = this.#shown.get(token);
    if (value.kind === 'begin') {
      if (shown !== undefined) {
        shown.begun = true;
        shown.report(value);
        return true;
      }
      if (value.cancellable !== true) {
        return false;
      }
      this.#begin(client, token, value);
      return true;
    }
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

  /** A progress that the server began by itself: a sync on save. */
  #begin(client: BaseLanguageClient, token: ProgressToken, begun: WorkDoneProgressBegin): void {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#shown.set(token, { report: () => undefined, end, begun: true });
    void this.#notification(begun.title, async (report, cancelled) => {
      if (this.#shown.has(token)) {
        this.#shown.set(token, { report, end, begun: true });
      }
      report(begun);
      cancelled.onCancellationRequested(() => {
        void client.sendNotification(WorkDoneProgressCancelNotification.type, { token });
      });
      await ended;
    });
  }

  #notification<T>(title: string, work: (report: Shown['report'], cancelled: vscode.CancellationToken) => Promise<T>): Promise<T> {
    const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title };
    return Promise.resolve(
      vscode.window.withProgress(options, (bar, cancelled) => {
        let done = 0;
        cancelled.onCancellationRequested(() => {
          bar.report({ message: vscode.l10n.t('Stopping…') });
        });
        return work((value) => {
          const share = value.percentage === undefined ? undefined : Math.max(0, value.percentage - done);
          done += share ?? 0;
          bar.report({ ...(value.message === undefined ? {} : { message: value.message }), ...(share === undefined ? {} : { increment: share }) });
        }, cancelled);
      }),
    );
  }
}
