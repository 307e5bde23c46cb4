/** The interpreter as the Python extension's own interface tells it: handed over by us, then chosen by the person and kept. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PythonEnvironmentApi } from '@vscode/python-environments';
import type { PythonExtension } from '@vscode/python-extension';
import * as vscode from 'vscode';

import { api, until, type Suite } from './suite';

/** How long a Python extension is given to settle before a change counts as the person's, and a little more. */
const SETTLED_MS = 5000;

interface Interface {
  inUse(): Promise<string | undefined>;
  choose(interpreter: vscode.Uri): Promise<void>;
}

const folder = (): vscode.Uri => vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/');
const interpreter = (name: string): vscode.Uri => vscode.Uri.joinPath(folder(), name, 'bin', 'python');

async function environments(): Promise<Interface> {
  const python = await vscode.extensions.getExtension<PythonEnvironmentApi>('ms-python.vscode-python-envs')?.activate();
  assert.ok(python);
  return {
    inUse: async () => (await python.getEnvironment(folder()))?.execInfo.run.executable,
    choose: async (uri) => {
      await python.refreshEnvironments(folder());
      const chosen = await python.resolveEnvironment(uri);
      assert.ok(chosen, `${uri.fsPath} is not known`);
      await python.setEnvironment(folder(), chosen);
    },
  };
}

async function python(): Promise<Interface> {
  const extension = await vscode.extensions.getExtension<PythonExtension>('ms-python.python')?.activate();
  assert.ok(extension);
  return {
    inUse: async () => {
      const resolved = await extension.environments.resolveEnvironment(extension.environments.getActiveEnvironmentPath(folder()));
      return resolved?.executable.uri?.fsPath;
    },
    choose: (uri) => extension.environments.updateActiveEnvironmentPath(uri.fsPath, folder()),
  };
}

export function suite(id: string): Suite {
  const connect = id === 'ms-python.python' ? python : environments;
  return {
    'the environment of the project is the interpreter of the folder': async () => {
      const venvls = await api();
      const theirs = await connect();
      let last: string | undefined;
      await until(
        async () => (last = await theirs.inUse()) === interpreter('.venv').fsPath,
        () => `${last ?? 'nothing'} is in use`,
      );
      assert.equal(venvls.keeper, id);
    },
    'what is chosen there is kept, and the findings follow': async () => {
      const venvls = await api();
      const theirs = await connect();
      await sleep(SETTLED_MS);
      await theirs.choose(interpreter('other'));
      const prefix = vscode.Uri.joinPath(folder(), 'other').fsPath;
      await until(
        () => venvls.projects[0]?.environment?.prefix === prefix,
        () => `the project has ${venvls.projects[0]?.environment?.prefix ?? 'nothing'}`,
      );
      await venvls.server.restart();
      await sleep(2000);
      assert.equal(await theirs.inUse(), interpreter('other').fsPath);
    },
  };
}
