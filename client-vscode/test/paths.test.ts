import assert from 'node:assert/strict';
import { test } from 'node:test';

import { among, innermost, inside, prefixOf, programs, runs, same, shown } from '../src/paths';

test('a folder holds itself and what lies in it, and not its neighbour of a longer name', () => {
  assert.ok(inside('/repo/a', '/repo/a', 'posix'));
  assert.ok(inside('/repo/a/.venv/bin/python', '/repo/a/', 'posix'));
  assert.ok(!inside('/repo/ab', '/repo/a', 'posix'));
  assert.ok(!inside('/repo/a/../b', '/repo/a', 'posix'));
  assert.ok(inside('/anything', '/', 'posix'));
});

test('Windows paths are compared without case and with either slash', () => {
  assert.ok(inside('C:\\Repo\\A\\x.py', 'c:/repo/a', 'win32'));
  assert.ok(same('C:\\Repo\\', 'c:/repo', 'win32'));
  assert.ok(!same('/Repo', '/repo', 'posix'));
});

test('a path is among others as the platform compares them', () => {
  assert.ok(among('c:\\w\\requirements.txt', ['C:\\w\\pyproject.toml', 'C:\\w\\requirements.txt'], 'win32'));
  assert.ok(!among('c:\\w\\other.txt', ['C:\\w\\requirements.txt'], 'win32'));
  assert.ok(!among('/w/Requirements.txt', ['/w/requirements.txt'], 'posix'));
});

test('nothing is the same as nothing', () => {
  assert.ok(!same(undefined, undefined));
  assert.ok(!same(null, '/a'));
});

test('the innermost project wins', () => {
  const roots = ['/w', '/w/packages/a', '/w/packages'];
  assert.equal(innermost('/w/packages/a/src/x.py', roots, (root) => root, 'posix'), '/w/packages/a');
  assert.equal(innermost('/elsewhere', roots, (root) => root, 'posix'), undefined);
});

test("an environment's programs are in the folder of its interpreter", () => {
  assert.equal(programs({ prefix: '/w/.venv', interpreter: '/w/.venv/bin/python' }, 'posix'), '/w/.venv/bin');
  assert.equal(programs({ prefix: 'C:\\w\\.venv', interpreter: null }, 'win32'), 'C:\\w\\.venv\\Scripts');
});

test('paths inside the folder are shown from it', () => {
  assert.equal(shown('/w/a/.venv', '/w', 'posix'), 'a/.venv');
  assert.equal(shown('/w', '/w', 'posix'), '.');
  assert.equal(shown('/opt/env', '/w', 'posix'), '/opt/env');
});

test('the environment of an interpreter is the folder above its programs', () => {
  assert.equal(prefixOf('/w/.venv/bin/python', 'posix'), '/w/.venv');
  assert.equal(prefixOf('C:\\w\\.venv\\Scripts\\python.exe', 'win32'), 'C:\\w\\.venv');
  assert.equal(prefixOf('C:\\conda\\envs\\a\\python.exe', 'win32'), 'C:\\conda\\envs\\a');
});

test('an environment has one interpreter by several names; Pythons of the machine that share a folder are several', () => {
  const environment = { prefix: '/w/.venv', interpreter: '/w/.venv/bin/python', kind: 'venv' };
  assert.ok(runs('/w/.venv/bin/python3', environment, 'posix'));
  assert.ok(runs('/w/.venv', environment, 'posix'));
  assert.ok(!runs('/w/.venv2/bin/python', environment, 'posix'));
  assert.ok(!runs(undefined, environment, 'posix'));
  assert.ok(!runs('/usr/bin/python3.11', { prefix: '/usr', interpreter: '/usr/bin/python3.12', kind: 'system' }, 'posix'));
  assert.ok(runs('c:\\w\\.venv\\scripts\\python.exe', { prefix: 'C:\\w\\.venv', interpreter: 'C:\\w\\.venv\\Scripts\\python.exe' }, 'win32'));
});
