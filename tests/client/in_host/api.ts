/** The exported API and the commands. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';

import { api, until, type Suite } from './suite';

export const suite: Suite = {
  'the projects are told, with environment and reason': async () => {
    const venvls = await api();
    await until(() => venvls.projects.length === 1, () => `projects: ${JSON.stringify(venvls.projects)}`);
    const root = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/');
    const project = venvls.projectOf(vscode.Uri.joinPath(root, 'requirements.txt'));
    assert.equal(project?.root, root.fsPath);
    assert.equal(project.environment?.prefix, vscode.Uri.joinPath(root, '.venv').fsPath);
    assert.notEqual(project.reason, '');
    assert.equal(project.in_sync, false);
  },
  'what is out of sync follows the file, and the change is told': async () => {
    const venvls = await api();
    const faults = (): string[] => venvls.projects.flatMap((project) => venvls.faultsOf(project).map((fault) => fault.message));
    await until(() => faults().length === 1, () => `faults: ${faults().join('; ')}`);
    assert.match(faults()[0] ?? '', /plum/);
    const told = new Promise<void>((resolve) => venvls.onDidChange(resolve));
    const [project] = venvls.projects;
    writeFileSync(project?.manifests[0] ?? '', 'apple\n');
    await told;
    await until(() => faults().length === 0 && venvls.projects[0]?.in_sync === true, () => `faults: ${faults().join('; ')}`);
  },
  'every command of package.json exists': async () => {
    await api();
    const contributed = vscode.extensions.getExtension('venvls.venvls')?.packageJSON as { contributes: { commands: { command: string }[] } };
    const known = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(contributed.contributes.commands.map(({ command }) => command).filter((command) => !known.has(command)), []);
  },
  'language models are told the environment and what is out of sync': async () => {
    const venvls = await api();
    await until(() => venvls.projects.length === 1, () => `projects: ${JSON.stringify(venvls.projects)}`);
    const root = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/');
    const known = vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('venvls_'));
    assert.deepEqual(known.sort(), ['venvls_add', 'venvls_check', 'venvls_environment', 'venvls_sync']);
    const environment = await invoked('venvls_environment', { path: root.fsPath });
    assert.deepEqual(environment['run_python'], [venvls.projects[0]?.environment?.interpreter]);
    const check = await invoked('venvls_check', {});
    assert.equal(check['in_sync'], venvls.projects[0]?.in_sync);
    assert.deepEqual(check['projects'], [root.fsPath]);
  },
  'several restarts at once are one running server and one queued start': async () => {
    const venvls = await api();
    const before = venvls.server.pid;
    assert.ok(before !== undefined);
    await Promise.all([1, 2, 3, 4].map(() => venvls.server.restart()));
    assert.equal(venvls.server.state, 'running');
    assert.notEqual(venvls.server.pid, before);
    await until(() => !alive(before), () => 'the old server lives on');
  },
  'without a Python extension we hold the interpreter ourselves': async () => {
    const venvls = await api();
    await until(() => venvls.holders.length > 0, () => 'nobody holds it');
    assert.deepEqual(venvls.holders, ['venvls']);
  },
};

/** What a tool answers a language model. */
async function invoked(name: string, input: object): Promise<Record<string, unknown>> {
  const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
  const [part] = result.content;
  assert.ok(part instanceof vscode.LanguageModelTextPart);
  return JSON.parse(part.value) as Record<string, unknown>;
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
