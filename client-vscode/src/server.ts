/** The one running server: started with a Python of the machine, started again when it ends by itself, gone with the window. */
import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  ExecuteCommandRequest,
  LanguageClient,
  MessageType,
  RevealOutputChannelOn,
  ShowMessageNotification,
  ShowMessageRequest,
  type LanguageClientOptions,
  type StaticFeature,
} from 'vscode-languageclient/node';

import { Backoff } from './backoff';
import { cells, documents } from './documents';
import type { Messages } from './messages';
import { findPython } from './python';
import { TaskProgress } from './progress';
import { didChangeProjects, type Project } from './protocol';
import { CANCEL, question } from './question';
import { pythonOfExtension, settings } from './settings';

export type ServerState = 'starting' | 'running' | 'stopped' | 'no-python' | 'failed';
/** What stands between a command and the server; `run` sends it, and shows its progress under a title where there is one. */
export type Execute = (command: string, args: unknown[], run: (title?: string) => Promise<unknown>) => Promise<unknown>;

const START_MS = 30_000;

/** Writes to the output what went wrong and leaves the message boxes to us: each thing is shown once. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
  override warn(message: string, data?: unknown): void {
    super.warn(message, data, false);
  }
  override info(message: string, data?: unknown): void {
    super.info(message, data, false);
  }
}

/** A question blocks nothing here: the server may ask what to do about a project that went out of sync outside the editor. */
const asksAboutDrift: StaticFeature = {
  fillClientCapabilities(capabilities) {
    capabilities.experimental = { ...(capabilities.experimental as object | undefined), venvls: { driftQuestion: true } };
  },
  initialize() {
    // Nothing of the server's answer matters for it.
  },
  getState: () => ({ kind: 'static' }),
  clear() {
    // It keeps nothing.
  },
};

export class Server implements vscode.Disposable {
  readonly #stateChanged = new vscode.EventEmitter<ServerState>();
  readonly #projectsChanged = new vscode.EventEmitter<readonly Project[]>();
  readonly #backoff = new Backoff();
  #client: LanguageClient | undefined;
  #progress: TaskProgress | undefined;
  #state: ServerState = 'stopped';
  #running: Promise<void> = Promise.resolve();
  #queued: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  readonly onDidChangeState = this.#stateChanged.event;
  readonly onDidChangeProjects = this.#projectsChanged.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly output: vscode.LogOutputChannel,
    private readonly messages: Messages,
    private readonly execute: Execute,
  ) {}

  get state(): ServerState {
    return this.#state;
  }

  /** Whether projects can still be expected of it. */
  get looking(): boolean {
    return this.#state !== 'no-python' && this.#state !== 'failed';
  }

  get pid(): number | undefined {
    return this.#client?.serverProcess?.pid;
  }

  /** Starts the server, or starts it again. While a start is under way at most one more waits; asking again joins it. */
  restart(): Promise<void> {
    this.#backoff.reset();
    return this.#enqueue();
  }

  /** Asks the running server. `undefined` where there is none, or where it does not know the request. */
  async ask<T>(method: string, parameters: object = {}): Promise<T | undefined> {
    const client = this.#client;
    if (client === undefined || this.#state !== 'running') {
      return undefined;
    }
    try {
      return await client.sendRequest<T>(method, parameters);
    } catch (error) {
      this.output.warn(`${method}: ${String(error)}`);
      return undefined;
    }
  }

  /** Tells the running server something; where there is none nobody is told. */
  tell(method: string, parameters: object): void {
    if (this.#state === 'running') {
      void this.#client?.sendNotification(method, parameters);
    }
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    void this.#stop();
    this.#stateChanged.dispose();
    this.#projectsChanged.dispose();
  }

  /** Ends the server and waits until it has ended. */
  async end(): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#timer);
    await this.#stop();
  }

  #enqueue(): Promise<void> {
    clearTimeout(this.#timer);
    this.#queued ??= this.#running.then(() => {
      this.#queued = undefined;
      this.#running = this.#replace();
      return this.#running;
    });
    return this.#queued;
  }

  async #replace(): Promise<void> {
    await this.#stop();
    if (this.#disposed) {
      return;
    }
    this.#become('starting');
    const python = await this.#python();
    if (python === undefined) {
      this.#become('no-python');
      return;
    }
    await this.#start(python);
  }

  async #start(python: string): Promise<void> {
    if (this.#disposed) {
      return; // The window was closed while Pythons were tried: nobody would end this server.
    }
    const client = this.#make(python);
    this.#client = client;
    const late = setTimeout(() => client.serverProcess?.kill(), START_MS);
    try {
      await client.start();
      if (this.#client === client) {
        this.#become('running');
      }
    } catch (error) {
      this.output.error(`The server could not be started: ${String(error)}`);
      this.#ended(client);
    } finally {
      clearTimeout(late);
    }
  }

  async #python(): Promise<string | undefined> {
    const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
    const machine = {
      platform: process.platform,
      path: process.env['PATH'] ?? '',
      setting: settings().get<string>('server.python', ''),
      extension: pythonOfExtension(),
      folders,
    };
    return findPython(machine, this.context.extensionPath, (line) => {
      this.output.info(line);
    });
  }

  #make(python: string): LanguageClient {
    const launcher = vscode.Uri.joinPath(this.context.extensionUri, 'dist', 'server', 'launch.py').fsPath;
    const progress = new TaskProgress();
    this.#progress = progress;
    const options: LanguageClientOptions = {
      documentSelector: [...documents, cells],
      diagnosticCollectionName: 'venvls',
      outputChannel: this.output,
      traceOutputChannel: this.output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: () => ({ venvls: { ...plainSettings(), trusted: vscode.workspace.isTrusted } }),
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          this.#ended(client);
          return { action: CloseAction.DoNotRestart, handled: true, message: 'The server ended.' };
        },
      },
      middleware: {
        executeCommand: (command, args) =>
          this.execute(command, args as unknown[], (title) => {
            const request = { command, arguments: args as unknown[] };
            return title === undefined
              ? client.sendRequest(ExecuteCommandRequest.type, request)
              : progress.run(client, title, (workDoneToken, cancelled) =>
                  client.sendRequest(ExecuteCommandRequest.type, { ...request, workDoneToken }, cancelled),
                );
          }),
        handleWorkDoneProgress: (token, value, next) => {
          if (!progress.take(client, token, value)) {
            next(token, value);
          }
        },
      },
    };
    const client = new QuietClient(
      'venvls',
      'venvls',
      // -I: nothing of PYTHON*, the working directory or the person's site folder. -S: no .pth file of that Python runs either.
      { command: python, args: ['-I', '-S', launcher, 'lsp'], options: { cwd: this.context.extensionPath } },
      options,
    );
    client.registerFeature(asksAboutDrift);
    client.onRequest(ShowMessageRequest.type, async (request) => {
      const answer = await question(request);
      if (answer !== null && answer.title !== CANCEL && this.#client !== client && !this.#disposed) {
        // A question may stand there for long, and whoever asked it is gone.
        void this.messages.show('warning', vscode.l10n.t('Nothing was done: the venvls server has been started again since it asked this.'));
      }
      return answer;
    });
    client.onNotification(ShowMessageNotification.type, ({ type, message }) => {
      const kind = type === MessageType.Error ? 'error' : type === MessageType.Warning ? 'warning' : 'information';
      // After the sentence come a tool's last lines: the output has them, and the answer of the command is the sentence alone.
      void this.messages.show(kind, message.split('\n', 1)[0] ?? '');
    });
    client.onNotification(didChangeProjects, ({ projects }: { projects: readonly Project[] }) => {
      this.#projectsChanged.fire(projects);
    });
    return client;
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#progress?.clear();
    if (client === undefined) {
      return;
    }
    // From here on its commands go one by one: what is pressed now is not for it.
    this.#become('stopped');
    const child = client.serverProcess;
    try {
      await client.dispose(2000);
    } catch (error) {
      this.output.info(`The server did not end by itself: ${String(error)}`);
      child?.kill();
    }
  }

  /** The server ended by itself: shown the first time, and started again after longer and longer waits. */
  #ended(client: LanguageClient): void {
    if (this.#client !== client || this.#disposed) {
      return;
    }
    this.#client = undefined;
    this.#progress?.clear();
    const wait = this.#backoff.next(Date.now());
    if (wait === undefined) {
      this.#become('failed');
      void this.#say(vscode.l10n.t('The venvls server keeps ending and was not started again.'), vscode.l10n.t('Restart Server'));
      return;
    }
    this.#become('stopped');
    if (this.#backoff.first) {
      void this.#say(vscode.l10n.t('The venvls server ended unexpectedly. It is being started again.'));
    }
    this.output.info(`The next start is in ${wait} ms.`);
    this.#timer = setTimeout(() => {
      void this.#enqueue();
    }, wait);
  }

  async #say(message: string, ...offers: string[]): Promise<void> {
    const show = vscode.l10n.t('Show Output');
    const chosen = await vscode.window.showWarningMessage(message, ...offers, show);
    if (chosen === show) {
      this.output.show(true);
    } else if (chosen !== undefined) {
      void this.restart();
    }
  }

  #become(state: ServerState): void {
    if (this.#state !== state && !this.#disposed) {
      this.#state = state;
      this.#stateChanged.fire(state);
    }
  }
}

/** The section as plain JSON, as the editor has it now. */
function plainSettings(): Record<string, unknown> {
  return JSON.parse(JSON.stringify(settings())) as Record<string, unknown>;
}
