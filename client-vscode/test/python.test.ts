import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';

import { attempts, findPython, understood, type Machine } from '../src/python';

const linux: Machine = { platform: 'linux', path: '/usr/local/bin:/usr/bin', setting: '', extension: '', folders: ['/repo'] };
const tried = (machine: Machine): string[] => attempts(machine).map((attempt) => [attempt.program, ...attempt.arguments].join(' '));

test('the setting comes first, then the Python extension, then python3 and python on PATH', () => {
  assert.deepEqual(tried({ ...linux, setting: '/opt/python', extension: '/opt/other' }), [
    '/opt/python',
    '/opt/other',
    '/usr/local/bin/python3',
    '/usr/bin/python3',
    '/usr/local/bin/python',
    '/usr/bin/python',
  ]);
});

test('nothing from inside the workspace is tried, whoever names it', () => {
  const machine = { ...linux, path: '/repo/.venv/bin:bin:.:/usr/bin', setting: '/repo/.venv/bin/python', extension: '/repo/x/python' };
  assert.deepEqual(tried(machine), ['/usr/bin/python3', '/usr/bin/python']);
});

test('on Windows the launcher is the last resort', () => {
  assert.deepEqual(tried({ ...linux, platform: 'win32', path: 'C:\\Py;C:\\Repo\\Scripts', folders: ['c:\\repo'] }), [
    'C:\\Py\\python3.exe',
    'C:\\Py\\python.exe',
    'C:\\Py\\py.exe -3',
  ]);
});

test('only a Python new enough is understood', () => {
  assert.equal(understood('3.10\n/usr/bin/python3.10\n'), '/usr/bin/python3.10');
  assert.equal(understood('3.13\r\nC:\\Py\\python.exe\r\n'), 'C:\\Py\\python.exe');
  assert.equal(understood('3.9\n/usr/bin/python3.9\n'), undefined);
  assert.equal(understood('2.7\n/usr/bin/python\n'), undefined);
  assert.equal(understood('4.0\n/usr/bin/python4\n'), '/usr/bin/python4');
  assert.equal(understood('Python was not found'), undefined);
});

test('an interpreter of the workspace is not started, not even through a link from outside', async () => {
  const root = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), 'venvls-')));
  try {
    const [workspace, bin, ran] = [path.join(root, 'work'), path.join(root, 'bin'), path.join(root, 'ran')];
    await fs.mkdir(workspace);
    await fs.mkdir(bin);
    const canary = path.join(workspace, 'python');
    await fs.writeFile(canary, `#!/bin/sh\ntouch '${ran}'\necho 3.12\necho /usr/bin/python3\n`, { mode: 0o755 });
    await fs.symlink(canary, path.join(bin, 'python3'));
    const machine = { ...linux, path: `${workspace}:${bin}`, setting: canary, folders: [workspace] };
    assert.equal(await findPython(machine, root, () => undefined), undefined);
    await assert.rejects(fs.access(ran));
  } finally {
    await fs.rm(root, { recursive: true });
  }
});

test('what is too old or broken is passed over for what works', async () => {
  const root = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), 'venvls-')));
  try {
    const script = (name: string, body: string): Promise<void> => fs.writeFile(path.join(root, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    await script('python3', 'echo 3.8; echo /old');
    await script('python', 'echo 3.11; echo /new');
    const lines: string[] = [];
    const python = await findPython({ ...linux, path: root, folders: [] }, root, (line) => lines.push(line));
    assert.equal(python, '/new');
    assert.match(lines[0] ?? '', /python3 on PATH\) is not a Python 3\.10 or newer/);
  } finally {
    await fs.rm(root, { recursive: true });
  }
});
