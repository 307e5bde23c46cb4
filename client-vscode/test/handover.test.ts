/** What happens while something else is under way: choices, environments that go, extensions that come. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { test } from 'node:test';

import { editor, Uri } from './vscode';
import { World } from './world';

test('of a choice in our list that the server is slow to answer and a newer one in the Python extension, the newer counts', async () => {
  await World.with(['w'], async (world) => {
    const [own, listed, newer] = [await world.environment('w/.venv'), await world.environment('w/listed'), await world.environment('w/newer')];
    const project = world.project('w', own);
    await world.tells(project);
    assert.equal(world.python.inUse.get(project.root), own.interpreter);
    const isNewest = world.handover.choosing(project);
    world.python.choose(project.root, newer.interpreter);
    await world.until(() => world.server.selected.length === 1);
    await world.handover.choose(project, listed, isNewest);
    await world.tells(world.project('w', newer));
    assert.deepEqual(world.python.put, [own.interpreter]);
    assert.equal(world.python.inUse.get(project.root), newer.interpreter);
  });
});

test('what was chosen in our list is not set back by what the server said before', async () => {
  await World.with(['w'], async (world) => {
    const [own, listed] = [await world.environment('w/.venv'), await world.environment('w/listed')];
    const project = world.project('w', own);
    await world.tells(project);
    await world.handover.choose(project, listed);
    await world.tells({ ...project, in_sync: false });
    assert.equal(world.python.inUse.get(project.root), listed.interpreter);
    await world.tells(world.project('w', listed));
    await world.tells(project);
    assert.deepEqual(world.python.put, [own, listed, own].map(({ interpreter }) => interpreter), 'what the server says later counts again');
  });
});

test('a choice in the Python extension while an environment is being put there is kept', async () => {
  await World.with(['w'], async (world) => {
    const [own, person] = [await world.environment('w/.venv'), await world.environment('w/person')];
    const project = world.project('w', own);
    await world.tells(project);
    const listed = await world.environment('w/listed');
    world.python.putting = () => {
      world.python.choose(project.root, person.interpreter);
      return Promise.resolve();
    };
    await world.handover.choose(project, listed);
    await world.until(() => world.server.selected.length === 1);
    await world.tells(world.project('w', listed));
    assert.equal(world.python.inUse.get(project.root), person.interpreter);
    assert.deepEqual(world.python.put, [own.interpreter, listed.interpreter]);
  });
});

test('an interpreter that has gone since the server told of it is not set', async () => {
  await World.with(['w'], async (world) => {
    const [own, other] = [await world.environment('w/.venv'), await world.environment('w/other')];
    await fs.rm(own.prefix, { recursive: true });
    await world.tells(world.project('w', own));
    assert.deepEqual(world.python.put, []);
    await world.tells(world.project('w', other));
    assert.deepEqual(world.python.put, [other.interpreter]);
  });
});

test('a choice that no server could be told of is told to the next, and only where nothing newer was chosen', async () => {
  await World.with(['w'], async (world) => {
    const [own, person] = [await world.environment('w/.venv'), await world.environment('w/person')];
    const project = world.project('w', own);
    for (const isNewer of [false, true]) {
      await world.tells(project);
      world.server.become('stopped');
      world.python.choose(project.root, person.interpreter);
      await world.until(() => world.server.refused === 1);
      if (isNewer) {
        await world.handover.choose(project, own);
      }
      world.server.become('running');
      await world.tells(project);
      assert.deepEqual(world.server.selected.splice(0), isNewer ? [] : [{ project: project.root, environment: person.prefix }]);
      await world.handover.choose(project, own);
      world.server.refused = 0;
    }
  });
});

test('a choice that a running server cannot take is not told to it again and again', async () => {
  await World.with(['w'], async (world) => {
    const [own, person] = [await world.environment('w/.venv'), await world.environment('w/person')];
    const project = world.project('w', own);
    await world.tells(project);
    world.server.fails = true;
    world.python.choose(project.root, person.interpreter);
    await world.until(() => world.server.selected.length > 0);
    await world.tells(project);
    await world.tells(project);
    assert.equal(world.server.selected.length, 1);
  });
});

test('a choice for one folder of the workspace is about its project, whatever is in front', async () => {
  await World.with(['north', 'south'], async (world) => {
    const [north, south, person] = [await world.environment('north/.venv'), await world.environment('south/app/.venv'), await world.environment('person')];
    const project = world.project('south/app', south);
    await world.tells(world.project('north', north), project);
    world.python.choose(world.path('south'), person.interpreter);
    await world.until(() => world.server.selected.length > 0);
    assert.deepEqual(world.server.selected, [{ project: project.root, environment: person.prefix }]);
  });
});

test('an event that comes while a slow extension takes what we put there is no choice of a person', async (context) => {
  await World.with(['w'], async (world) => {
    const [own, other] = [await world.environment('w/.venv'), await world.environment('w/other')];
    const project = world.project('w', own);
    await world.tells(project);
    const time = Date.now();
    world.python.putting = () => {
      context.mock.method(Date, 'now', () => time + 60_000);
      world.python.tell(project.root);
      return Promise.resolve();
    };
    world.python.exports.environments.updateActiveEnvironmentPath = async (file: string, uri: Uri) => {
      world.python.inUse.set(uri.fsPath, file);
      await world.python.putting();
    };
    await world.tells(world.project('w', other));
    assert.equal(world.python.inUse.get(project.root), other.interpreter);
    assert.deepEqual(world.server.selected, []);
  });
});

test('while an environment is created the one before it is not set back, and what a person chose meanwhile stays when nothing comes of it', async () => {
  await World.with(['w'], async (world) => {
    const [before, person] = [await world.environment('before'), await world.environment('w/person')];
    const project = world.project('w', before);
    await world.tells(project);
    for (const chooses of [false, true]) {
      await world.handover.creating(project, async () => {
        const made = await world.environment('w/.venv');
        await world.until(() => world.python.inUse.get(project.root) === made.interpreter);
        await world.tells({ ...project, in_sync: chooses });
        assert.equal(world.python.inUse.get(project.root), made.interpreter);
        if (chooses) {
          world.python.choose(project.root, person.interpreter);
          await world.until(() => world.server.selected.length > 0);
        }
        await fs.rm(made.prefix, { recursive: true });
      });
      await world.rest();
      assert.equal(world.python.inUse.get(project.root), (chooses ? person : before).interpreter);
    }
  });
});

test('an extension that comes while others are being woken is told, and each change is heard once', async () => {
  await World.with(['w'], async (world) => {
    const [own, person] = [await world.environment('w/.venv'), await world.environment('w/person')];
    const wakes: ((value: unknown) => void)[] = [];
    editor.extensions.set('ms-python.python', () => new Promise((resolve) => wakes.push(resolve)));
    world.handover.prepare();
    await world.until(() => wakes.length === 1);
    editor.extensions.set('ms-python.vscode-python-envs', () => Promise.resolve(undefined));
    editor.extensionsChanged.fire();
    const project = world.project('w', own);
    world.server.projects.fire([project]);
    await world.until(() => wakes.length === 2);
    for (const wake of wakes.reverse()) {
      wake(world.python.exports);
    }
    await world.tells({ ...project, in_sync: false });
    assert.deepEqual(world.python.put, [own.interpreter]);
    world.python.choose(project.root, person.interpreter);
    await world.until(() => world.server.selected.length > 0);
    assert.equal(world.server.selected.length, 1);
  });
});
