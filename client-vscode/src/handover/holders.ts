/** Which of the Python extensions hold an interpreter here. */
import type { PythonEnvironmentApi } from '@vscode/python-environments';
import type { PythonExtension } from '@vscode/python-extension';
import * as vscode from 'vscode';

import type { Holder, HolderName } from './holder';
import { EXTENSION as MS_PYTHON, MsPythonHolder } from './msPython';
import { EXTENSION as PYTHON_ENVS, PythonEnvsHolder } from './pythonEnvs';
import { TerminalHolder } from './terminals';

/** Those that are installed; ourselves where there is none. Whether they work is seen when they are woken. */
export function installedHolders(): HolderName[] {
  const names = ([PYTHON_ENVS, MS_PYTHON] as const).filter((id) => vscode.extensions.getExtension(id) !== undefined);
  return names.length > 0 ? names : ['venvls'];
}

/**
 * Wakes the Python extensions. With both of them there are two interpreters, and each is told, unless the older one takes its
 * interpreter from the newer: that is what `python.useEnvironmentsExtension` says, and its default is no.
 */
export async function findHolders(context: vscode.ExtensionContext, output: vscode.LogOutputChannel): Promise<Holder[]> {
  const holders: Holder[] = [];
  const environments = await exportsOf<Partial<PythonEnvironmentApi>>(PYTHON_ENVS, output);
  if (environments?.setEnvironment !== undefined) {
    holders.push(new PythonEnvsHolder(environments as PythonEnvironmentApi));
  }
  const delegates = vscode.workspace.getConfiguration('python').get<boolean>('useEnvironmentsExtension', false);
  if (holders.length === 0 || !delegates) {
    const python = await exportsOf<Partial<PythonExtension>>(MS_PYTHON, output);
    if (python?.environments !== undefined) {
      holders.push(new MsPythonHolder(python as PythonExtension));
    }
  }
  return holders.length > 0 ? holders : [new TerminalHolder(context.environmentVariableCollection)];
}

async function exportsOf<T>(id: string, output: vscode.LogOutputChannel): Promise<T | undefined> {
  const extension = vscode.extensions.getExtension<T | undefined>(id);
  if (extension === undefined) {
    return undefined;
  }
  try {
    return await extension.activate();
  } catch (error) {
    output.warn(`${id} could not be started: ${String(error)}`);
    return undefined;
  }
}
