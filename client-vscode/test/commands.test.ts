/** What a person asks for while the server starts, ends or is slow, and answers to what has long been asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExtensionContext, LanguageModelTool } from 'vscode';

import { languageModelTools } from '../src/languageModelTools';
import { Messages } from '../src/messages';
import { Notifications } from '../src/notifications';
import { executor, Tasks } from '../src/tasks';
import { editor, Uri, type LanguageModelToolResult } from './vscode';
import { output, World } from './world';

const around = { busy: () => undefined, creating: <T>(_: unknown, work: () => Promise<T>): Promise<T> => work() };

function tasksOf(world: World): Tasks {
  editor.messages.length = editor.commands.length = editor.lists.length = 0;
  return new Tasks(world.server.real, world.projects, world.handover);
}

test('a command before the server has looked waits for it, and nobody is told that there is no project', async () => {
  await World.with(['w'], async (world) => {
    const tasks = tasksOf(world);
    world.server.become('starting');
    const picked = tasks.pick(undefined);
    world.server.become('running');
    const project = world.project('w', await world.environment('w/.venv'));
    await world.tells(project);
    assert.equal(await picked, project);
    world.server.become('stopped');
    const synced = tasks.sync(project);
    world.server.become('running');
    await world.tells(project);
    await synced;
    assert.deepEqual(editor.messages, []);
    assert.deepEqual(editor.commands, [{ command: 'venvls.sync', given: { project: project.root } }]);
    world.server.become('stopped');
    const again = tasks.sync(project);
    world.server.become('failed');
    await again;
    assert.deepEqual(editor.messages, ['The venvls server is not running.']);
  });
});

test('a task whose server ends says so, without the words of the protocol', async () => {
  await World.with(['w'], async () => {
    editor.messages.length = 0;
    const execute = executor(output, new Messages(output), () => [], around);
    await execute('venvls.sync', [{}], () => Promise.reject(Object.assign(new Error('Pending response rejected since connection got disposed'), { code: -32097 })));
    assert.deepEqual(editor.messages, ['Syncing the environment was broken off: the venvls server ended.']);
  });
});

test('no tool is started on a manifest that could not be saved', async () => {
  await World.with(['w'], async (world) => {
    editor.messages.length = 0;
    const project = world.project('w', null);
    let saves = false;
    editor.documents = [{ uri: Uri.file(project.manifests[0] ?? ''), isDirty: true, save: () => Promise.resolve(saves) }];
    const execute = executor(output, new Messages(output), () => [project], around);
    let runs = 0;
    const run = (): Promise<unknown> => Promise.resolve((runs += 1));
    await execute('venvls.sync', [{ project: project.root }], run);
    assert.equal(runs, 0);
    assert.deepEqual(editor.messages, ['Syncing the environment was not started: requirements.txt could not be saved.']);
    saves = true;
    await execute('venvls.sync', [{ project: project.root }], run);
    assert.equal(runs, 1);
    editor.documents = [];
  });
});

test('Enter in a list that is still being filled closes nothing', async () => {
  await World.with(['w'], async (world) => {
    const tasks = tasksOf(world);
    const project = world.project('w', await world.environment('w/.venv'));
    await world.tells(project);
    const selecting = tasks.select(project);
    await world.until(() => editor.lists.length === 1);
    const [list] = editor.lists;
    list?.accepted.fire();
    const row = list?.items.find(({ label }) => label.includes('Create an environment'));
    list?.accept(row);
    await world.until(() => editor.lists.length === 2);
    editor.lists[1]?.dispose();
    await selecting;
  });
});

test('“Create” that is pressed when there is an environment by now makes no second one', async () => {
  await World.with(['w'], async (world) => {
    const tasks = tasksOf(world);
    let press: (button: string) => void = () => undefined;
    editor.answer = () => new Promise((resolve) => (press = resolve));
    const state = { get: () => undefined, update: () => Promise.resolve() };
    const notifications = new Notifications({ workspaceState: state } as unknown as ExtensionContext, world.projects, tasks);
    await world.tells({ ...world.project('w', null), in_sync: false });
    assert.equal(editor.messages.length, 1);
    await world.tells(world.project('w', await world.environment('w/.venv')));
    press('Create');
    await world.until(() => editor.messages.length === 2);
    assert.equal(editor.messages[1], 'w has an environment by now: .venv (3.12.0).');
    assert.deepEqual(editor.commands, []);
    notifications.dispose();
    press('');
    editor.answer = () => Promise.resolve(undefined);
  });
});

test('a task of a language model is done for the project it was confirmed for, and nothing is called in sync that nobody knows of', async () => {
  await World.with(['w'], async (world) => {
    tasksOf(world);
    const registered = languageModelTools(world.server.real, world.projects);
    const tool = (name: string): LanguageModelTool<object> => editor.tools.get(name) as LanguageModelTool<object>;
    const invoke = async (name: string): Promise<Record<string, unknown>> => {
      const result = await tool(name).invoke({ input: {}, toolInvocationToken: undefined }, undefined as never);
      return JSON.parse((result as unknown as LanguageModelToolResult).content[0]?.value ?? '') as Record<string, unknown>;
    };
    const [cider, perry] = [world.project('w/cider', null), world.project('w/perry', null)];
    await world.tells(cider);
    const prepared = await tool('venvls_sync').prepareInvocation?.({ input: {} }, undefined as never);
    assert.equal(prepared?.confirmationMessages?.message, 'Sync the environment of cider?');
    await world.tells(perry, cider);
    await invoke('venvls_sync');
    assert.deepEqual(editor.commands, [{ command: 'venvls.sync', given: { project: cider.root } }]);
    assert.equal((await invoke('venvls_check'))['in_sync'], true);
    await world.tells();
    assert.equal((await invoke('venvls_check'))['in_sync'], null);
    world.server.become('failed');
    assert.equal((await invoke('venvls_check'))['in_sync'], null);
    registered.dispose();
  });
});
