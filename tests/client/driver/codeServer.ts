/** One code-server for one scenario: its own home, user data and variables; gone with the scenario. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { config } from './config.ts';
import { PATIENCE_MS } from './patience.ts';

export const PYTHON_ENVS = 'ms-python.vscode-python-envs';
export const MS_PYTHON = 'ms-python.python';
/** Marks imports as a type checker does. */
export const CHECKER = 'venvls-tests.checker';

const NO_GALLERY = '{"serviceUrl":"","itemUrl":"","resourceUrlTemplate":"","controlUrl":"","nlsBaseUrl":""}';

const calm = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.colorTheme': 'Default Dark Modern',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'extensions.autoCheckUpdates': false,
  'window.dialogStyle': 'custom',
  'window.commandCenter': false,
  'editor.minimap.enabled': false,
  'editor.hover.delay': 200,
  'terminal.integrated.gpuAcceleration': 'off',
  'terminal.integrated.enablePersistentSessions': false,
  'files.autoSave': 'off',
  'git.openRepositoryInParentFolders': 'never',
};

export interface Start {
  /** Ids of Python extensions beside our own. */
  readonly extensions?: readonly string[];
  /** Whether the real ones are taken, where they were given. */
  readonly real?: boolean;
  readonly trust?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  readonly environ?: Readonly<Record<string, string>>;
  /** Folders before all others on PATH. */
  readonly path?: readonly string[];
  /** Whether the machine has no Python. */
  readonly bare?: boolean;
  readonly flags?: readonly string[];
}

export interface CodeServer {
  readonly port: number;
  readonly home: string;
  stop(): Promise<void>;
}

export async function startCodeServer(folder: string, start: Start): Promise<CodeServer> {
  const [home, data] = [path.join(folder, 'home'), path.join(folder, 'data')];
  mkdirSync(home, { recursive: true });
  for (const [name, settings] of [
    ['User', { ...calm, 'security.workspace.trust.enabled': start.trust === true, 'security.workspace.trust.startupPrompt': 'never', ...start.settings }],
    ['Machine', { ...start.machineSettings }],
  ] as const) {
    mkdirSync(path.join(data, name), { recursive: true });
    writeFileSync(path.join(data, name, 'settings.json'), JSON.stringify(settings));
  }
  writeFileSync(path.join(folder, 'config.yaml'), '');
  const environ = variables(folder, home, start);
  // VS Code asks a login shell for the person's variables, and /etc/profile sets PATH again.
  writeFileSync(path.join(home, '.profile'), `export PATH='${environ['PATH'] ?? ''}'\n`);
  const extensions = await extensionsFolder(start.extensions ?? [], start.real === true ? { ...config.standIns, ...config.real } : config.standIns, environ);
  const port = await freePort();
  const child = spawn(
    config.node,
    [
      config.codeServer, '--bind-addr', `127.0.0.1:${port}`, '--auth', 'none', '--disable-telemetry', '--disable-update-check',
      '--disable-getting-started-override', '--user-data-dir', data, '--extensions-dir', extensions, '--config', path.join(folder, 'config.yaml'),
      ...(start.trust === true ? [] : ['--disable-workspace-trust']), ...(start.flags ?? []),
    ],
    { env: environ, cwd: home, stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint = (complaint + text.toString()).slice(-4000)));
  try {
    await healthy(port, child, () => complaint);
  } catch (error) {
    await end(child);
    throw error;
  }
  return { port, home, stop: () => end(child) };
}

/** The variables of a machine that has little: one Python, uv, the system's programs, and wheels from a folder instead of an index. */
function variables(folder: string, home: string, start: Start): NodeJS.ProcessEnv {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const programs = { uv: config.uv, ...(start.bare === true ? { bash: '/bin/bash', sh: '/bin/sh', env: '/usr/bin/env', uname: '/bin/uname' } : {}) };
  for (const [name, program] of Object.entries(programs)) {
    if (!existsSync(path.join(bin, name))) {
      symlinkSync(program, path.join(bin, name));
    }
  }
  return {
    HOME: home,
    LANG: 'C.UTF-8',
    SHELL: '/bin/bash',
    PATH: [
      ...(start.path ?? []),
      bin,
      path.dirname(config.node),
      ...(start.bare === true ? [] : [path.dirname(config.python), '/usr/local/bin', '/usr/bin', '/bin']),
    ].join(':'),
    EXTENSIONS_GALLERY: NO_GALLERY,
    PIP_CONFIG_FILE: '/dev/null',
    PIP_NO_INDEX: '1',
    PIP_FIND_LINKS: config.wheels,
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    UV_NO_CONFIG: '1',
    UV_OFFLINE: '1',
    UV_NO_INDEX: '1',
    UV_FIND_LINKS: config.wheels,
    UV_PYTHON_DOWNLOADS: 'never',
    UV_CACHE_DIR: path.join(folder, 'uv-cache'),
    ...start.environ,
  };
}

const filled = new Map<string, Promise<string>>();

/** A folder with our extension and some others installed; each set is installed once. */
function extensionsFolder(ids: readonly string[], from: Readonly<Record<string, string>>, environ: NodeJS.ProcessEnv): Promise<string> {
  const files = ids.map((id) => from[id] ?? '');
  const name = ['venvls', ...files.map((file) => path.basename(file, '.vsix'))].join('+');
  let folder = filled.get(name);
  if (folder === undefined) {
    folder = install(path.join(config.scratch, 'extensions', name), [config.vsix, ...files], environ);
    filled.set(name, folder);
  }
  return folder;
}

async function install(folder: string, files: readonly string[], environ: NodeJS.ProcessEnv): Promise<string> {
  mkdirSync(folder, { recursive: true });
  await promisify(execFile)(
    config.node,
    [
      config.codeServer, '--extensions-dir', folder, '--user-data-dir', path.join(config.scratch, 'installing'),
      ...files.flatMap((file) => ['--install-extension', file]), '--force',
    ],
    { env: environ, timeout: 5 * PATIENCE_MS },
  );
  return folder;
}

async function healthy(port: number, child: ChildProcess, complaint: () => string): Promise<void> {
  for (const last = Date.now() + PATIENCE_MS; Date.now() < last; ) {
    if (child.exitCode !== null) {
      throw new Error(`code-server ended with ${child.exitCode}: ${complaint()}`);
    }
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    if (answer?.ok === true) {
      return;
    }
    await sleep(100);
  }
  throw new Error(`code-server does not answer: ${complaint()}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) {
    return;
  }
  const gone = new Promise((resolve) => child.once('exit', resolve));
  // Its own process group, which we made: extension hosts and terminals outlive the page otherwise.
  process.kill(-child.pid, 'SIGTERM');
  await Promise.race([gone, sleep(5000)]);
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  });
}
