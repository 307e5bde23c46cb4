/** The interpreter as the Python extensions' own interfaces tell it: handed over by us, then chosen by the person and kept. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PythonEnvironmentApi } from '@vscode/python-environments';
import type { PythonExtension } from '@vscode/python-extension';
import * as vscode from 'vscode';

import { api, until, type Suite } from './suite';

/** When the extensions have made their own first selection: the real ones on a quiet machine, or what `in_host.ts` says of the small ones. */
const STARTED_MS = Number(process.env['VENVLS_STARTED_MS'] ?? 8000);

interface Interface {
  inUse(): Promise<string | undefined>;
  choose(interpreter: vscode.Uri): Promise<void>;
}

const folder = (): vscode.Uri => vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/');
const prefixIn = (name: string): vscode.Uri => vscode.Uri.joinPath(folder(), name);
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

const interfaces: Readonly<Record<string, () => Promise<Interface>>> = { 'ms-python.python': python, 'ms-python.vscode-python-envs': environments };

/** The extensions of `ids`, joined by commas: each has the project's interpreter; what is chosen in the last is in use in all. */
export function suite(ids: string): Suite {
  const names = ids.split(',');
  const connect = (): Promise<Interface[]> => Promise.all(names.map((id) => interfaces[id]?.() ?? assert.fail(`${id} is not known`)));
  const allUse = async (name: string): Promise<void> => {
    const theirs = await connect();
    let last: (string | undefined)[] = [];
    await until(
      async () => {
        last = await Promise.all(theirs.map((each) => each.inUse()));
        return last.every((path) => path !== undefined && path.startsWith(`${prefixIn(name).fsPath}/`));
      },
      () => `in use: ${last.join(', ')}`,
    );
  };
  return {
    'the environment of the project is the interpreter of the folder': async () => {
      const venvls = await api();
      await allUse('.venv');
      await until(() => venvls.holders.length > 0, () => 'nobody holds the interpreter');
      assert.deepEqual(venvls.holders.filter((id) => !names.includes(id)), []);
    },
    'what they select by themselves when they start is not taken for a choice': async () => {
      const venvls = await api();
      await sleep(STARTED_MS);
      await allUse('.venv');
      assert.equal(venvls.projects[0]?.environment?.prefix, prefixIn('.venv').fsPath);
    },
    'what is chosen there is kept, and the findings follow': async () => {
      const venvls = await api();
      const theirs = await connect();
      await theirs.at(-1)?.choose(interpreter('other'));
      const prefix = prefixIn('other').fsPath;
      await until(
        () => venvls.projects[0]?.environment?.prefix === prefix,
        () => `the project has ${venvls.projects[0]?.environment?.prefix ?? 'nothing'}`,
      );
      await allUse('other');
      await venvls.server.restart();
      await sleep(2000);
      await allUse('other');
    },
  };
}
