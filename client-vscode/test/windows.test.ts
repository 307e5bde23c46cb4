/** On Windows the server writes the drive as a capital letter, and the editor as a small one. */
import './onWindows';

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { menuContexts } from '../src/contexts';
import { Messages } from '../src/messages';
import { Projects } from '../src/projects';
import type { Project } from '../src/protocol';
import { executor } from '../src/tasks';
import { Tree } from '../src/tree';
import { editor, Uri } from './vscode';
import { FakeServer, output } from './world';

/** A project as the server tells of it. */
function projectAt(root: string): Project {
  return { root, manifests: [`${root}\\requirements.txt`], locks: [`${root}\\uv.lock`], tool: 'pip', environment: null, reason: '', in_sync: true };
}

/** A window on `folders`, as the editor writes them, in which the server has told of `all`. */
function windowOn(folders: readonly string[], all: readonly Project[]): { server: FakeServer; projects: Projects } {
  editor.folders = folders.map((folder) => ({ uri: new Uri(folder) }));
  const server = new FakeServer();
  const projects = new Projects(server.real);
  server.projects.fire(all);
  return { server, projects };
}

test('a file of the editor is found among the manifests that the server tells of', () => {
  const [outer, inner] = [projectAt('C:\\w'), { ...projectAt('C:\\w\\a'), manifests: ['C:\\w\\shared.txt'] }];
  const { projects } = windowOn([], [outer, inner]);
  assert.equal(projects.of('c:\\w\\shared.txt'), inner);
  assert.equal(projects.of('c:\\w\\requirements.txt'), outer);
  projects.dispose();
});

test("without a file in front it is the project at a workspace folder's root", () => {
  const [below, atRoot] = [projectAt('C:\\w\\a'), projectAt('C:\\w')];
  const { projects } = windowOn(['c:\\w'], [below, atRoot]);
  assert.equal(projects.front, atRoot);
  projects.dispose();
});

test('a folder that is one project is one row', () => {
  const { server, projects } = windowOn(['c:\\v', 'c:\\w'], [projectAt('C:\\v'), projectAt('C:\\w\\a')]);
  const tree = new Tree(server.real, projects);
  assert.deepEqual(
    tree.getChildren().map((node) => node.is),
    ['project', 'folder'],
  );
  tree.dispose();
  projects.dispose();
});

test('a manifest is saved before a tool starts', async () => {
  let saves = 0;
  editor.documents = [{ uri: Uri.file('C:\\w\\requirements.txt'), isDirty: true, save: () => Promise.resolve((saves += 1) > 0) }];
  const created: Project[] = [];
  const around = {
    busy: () => undefined,
    creating: <T>(project: Project, work: () => Promise<T>): Promise<T> => {
      created.push(project);
      return work();
    },
  };
  const project = projectAt('C:\\w');
  const execute = executor(output, new Messages(output), () => [project], around);
  await execute('venvls.create', [{ project: 'c:\\w' }], () => Promise.resolve(undefined));
  assert.equal(saves, 1);
  assert.deepEqual(created, [project]);
  editor.documents = [];
});

test("the menus' conditions have paths as the editor writes them", () => {
  const { server, projects } = windowOn(['c:\\w'], [projectAt('C:\\w')]);
  const contexts = menuContexts(server.real, projects);
  assert.deepEqual(editor.contexts.get('venvls.manifests'), ['c:\\w\\requirements.txt', 'c:\\w\\uv.lock']);
  contexts.dispose();
  projects.dispose();
});
