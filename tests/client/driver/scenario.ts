/** What a scenario has at hand: a fresh folder, the files it puts there, and windows on it. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';

import type { Page } from 'playwright-core';

import { startCodeServer, type CodeServer, type Start } from './codeServer.ts';
import { config } from './config.ts';
import { until, Workbench } from './workbench.ts';

const run = promisify(execFile);

export interface Opening {
  /** What is opened instead of the folder. */
  readonly place?: string;
  readonly file?: string;
  readonly payload?: (port: number) => [string, string][];
  /** What is done with the page before it loads. */
  readonly before?: (page: Page) => Promise<void>;
}

export class Scenario {
  readonly name: string;
  /** The folder that is opened. */
  readonly folder: string;
  readonly #base: string;
  #server: CodeServer | undefined;
  #window: Workbench | undefined;

  constructor(name: string) {
    this.name = name;
    // A short path: it is read in the pictures.
    this.#base = realpathSync(mkdtempSync(path.join(tmpdir(), 'v-')));
    this.folder = path.join(this.#base, 'orchard');
    mkdirSync(this.folder);
  }

  /** A place outside the folder that is opened. */
  outside(...parts: string[]): string {
    return path.join(this.#base, ...parts);
  }

  path(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  write(name: string, text: string, mode = 0o644): string {
    const file = path.resolve(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
    return file;
  }

  /** A real environment at `name` with real packages from the wheel folder. */
  async environment(name: string, ...packages: string[]): Promise<string> {
    const prefix = path.resolve(this.folder, name);
    const environ = { PATH: '/usr/bin:/bin', HOME: this.#base, UV_NO_CONFIG: '1', UV_OFFLINE: '1', UV_PYTHON_DOWNLOADS: 'never' };
    await run(config.uv, ['venv', '--quiet', '--python', config.python, prefix], { env: environ });
    if (packages.length > 0) {
      await run(
        config.uv,
        ['pip', 'install', '--quiet', '--no-index', '--find-links', config.wheels, '--python', path.join(prefix, 'bin', 'python'), ...packages],
        { env: environ },
      );
    }
    return prefix;
  }

  /** What an environment's own Python says is installed: the truth on disk. */
  async installed(prefix: string): Promise<Record<string, string>> {
    const script = 'import importlib.metadata as m, json; print(json.dumps({d.metadata["Name"]: d.version for d in m.distributions()}))';
    const { stdout } = await run(path.join(prefix, 'bin', 'python'), ['-I', '-c', script]);
    return JSON.parse(stdout) as Record<string, string>;
  }

  async git(...arguments_: string[]): Promise<void> {
    await run('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...arguments_], { cwd: this.folder });
  }

  /** Starts VS Code on the folder (or on `place`). */
  async open(start: Start & Opening = {}): Promise<Workbench> {
    this.#server = await startCodeServer(this.outside('machine'), start);
    const { port } = this.#server;
    const payload: [string, string][] = start.payload?.(port) ?? [];
    if (start.file !== undefined) {
      payload.push(['openFile', `vscode-remote://127.0.0.1:${port}${this.path(start.file)}`]);
    }
    this.#window = await Workbench.open(port, start.place ?? this.folder, this.name, payload, start.before);
    return this.#window;
  }

  /** What our output channel says. */
  output(): string {
    const logs = this.outside('machine', 'data', 'logs');
    const files = readdirSync(logs, { recursive: true, encoding: 'utf8' }).filter((name) => path.basename(name) === 'venvls.log');
    return files.map((name) => readFileSync(path.join(logs, name), 'utf8')).join('');
  }

  /** Waits until an environment is the last that was put in use: the status bar shows it a moment before a new terminal has it. */
  async handedOver(prefix: string): Promise<void> {
    const last = (): string => [...this.output().matchAll(/(\S+) is the interpreter of/g)].at(-1)?.[1] ?? 'nothing';
    await until(() => last().startsWith(`${prefix}/`), () => `${last()} was put in use, not ${prefix}`);
  }

  async close(failed: boolean): Promise<string | undefined> {
    const picture = failed ? await this.#window?.picture('failed').catch(() => undefined) : undefined;
    await this.#window?.close().catch(() => undefined);
    await this.#server?.stop();
    if (!failed) {
      rmSync(this.#base, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
    return picture;
  }
}

export type Story = (scenario: Scenario) => Promise<void>;
