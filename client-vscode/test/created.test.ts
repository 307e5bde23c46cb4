import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';

import { NewEnvironment } from '../src/handover/created';

async function made(prefix: string): Promise<void> {
  await fs.mkdir(path.join(prefix, 'bin'), { recursive: true });
  await fs.writeFile(path.join(prefix, 'pyvenv.cfg'), 'home = /usr/bin\n');
  await fs.writeFile(path.join(prefix, 'bin', 'python'), '');
}

test('a new environment is told of once, as soon as it has an interpreter; one that was there before is not', { skip: process.platform === 'win32' }, async () => {
  const root = await fs.mkdtemp(path.join(os.tmpdir(), 'venvls-'));
  try {
    await made(path.join(root, 'venv'));
    const told: string[] = [];
    let tell: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (tell = resolve));
    const created = new NewEnvironment(root, ['.venv', 'venv'], (environment) => {
      told.push(environment.interpreter ?? '');
      tell();
      return Promise.resolve();
    });
    await created.during(() => made(path.join(root, '.venv')));
    await first;
    assert.equal(await created.gone(), false);
    assert.deepEqual(told, [path.join(root, '.venv', 'bin', 'python')]);
  } finally {
    await fs.rm(root, { recursive: true });
  }
});

test('an environment that was created and taken away again is gone', { skip: process.platform === 'win32' }, async () => {
  const root = await fs.mkdtemp(path.join(os.tmpdir(), 'venvls-'));
  try {
    let tell: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (tell = resolve));
    const created = new NewEnvironment(root, ['.venv'], () => {
      tell();
      return Promise.resolve();
    });
    await created.during(() => made(path.join(root, '.venv')));
    await first;
    await fs.rm(path.join(root, '.venv'), { recursive: true });
    assert.equal(await created.gone(), true);
    assert.equal(await new NewEnvironment(root, ['.venv'], () => Promise.resolve()).gone(), false);
  } finally {
    await fs.rm(root, { recursive: true });
  }
});
