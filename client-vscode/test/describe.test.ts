import assert from 'node:assert/strict';
import { test } from 'node:test';

import { environmentName, facts, standing, statusBar, type Fault } from '../src/describe';
import type { Environment, Project } from '../src/protocol';

const environment: Environment = {
  prefix: '/w/.venv', interpreter: '/w/.venv/bin/python', version: '3.12.4', implementation: 'cpython', kind: 'venv',
  name: '.venv', health: 'ok', problem: null, project: '/w',
};
const project: Project = { root: '/w', manifests: ['/w/requirements.txt'], locks: [], tool: 'pip', environment, reason: 'the only one', in_sync: true };
const fault = (code: string): Fault => ({ code, message: `${code} here`, path: '/w/requirements.txt', line: 0 });

test('in sync: a tick, the name and the version', () => {
  assert.deepEqual(statusBar(project, []), { text: '$(pass) .venv (3.12.4)', tone: 'normal' });
  assert.equal(standing(project, []), 'In sync');
});

test('out of sync: how many things, those about the environment as a whole left out', () => {
  const faults = [fault('missing-requirement'), fault('version-mismatch'), fault('selected-environment')];
  assert.equal(statusBar(project, faults).text, '$(warning) .venv (3.12.4) · 2 out of sync');
  assert.equal(standing(project, faults), '2 out of sync');
});

test('what the server calls out of sync is never shown as in sync, though Problems is still empty', () => {
  assert.equal(statusBar({ ...project, in_sync: false }, []).text, '$(warning) .venv (3.12.4) · out of sync');
  assert.equal(standing({ ...project, in_sync: false }, []), 'out of sync');
});

test('beside an item that shows the environment: the state alone, and the name where the environment cannot be used', () => {
  assert.equal(statusBar(project, [], true).text, '$(pass)');
  assert.equal(statusBar(project, [fault('missing-requirement')], true).text, '$(warning) 1 out of sync');
  assert.equal(statusBar({ ...project, environment: { ...environment, health: 'broken' } }, [], true).text, '$(error) .venv (3.12.4) is broken');
});

test('no environment and a broken environment have sentences of their own', () => {
  assert.equal(statusBar({ ...project, environment: null }, []).text, '$(warning) No environment');
  const broken: Environment = { ...environment, health: 'broken', problem: 'Its Python is gone.', version: null };
  assert.deepEqual(statusBar({ ...project, environment: broken }, []), { text: '$(error) .venv is broken', tone: 'error' });
  assert.equal(standing({ ...project, environment: broken }, []), 'Its Python is gone.');
});

test('another implementation than CPython is named', () => {
  assert.equal(environmentName({ ...environment, implementation: 'pypy' }), '.venv (pypy 3.12.4)');
});

test('the tooltip has the facts, with paths as seen from the folder', () => {
  assert.deepEqual(facts(project, '/w'), [
    ['Project', 'w'],
    ['Environment', '.venv (venv)'],
    ['Interpreter', '/w/.venv/bin/python'],
    ['Python', '3.12.4'],
    ['Why', 'the only one'],
    ['Tool', 'pip'],
  ]);
});
