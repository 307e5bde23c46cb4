import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decide, type Situation } from '../src/handover/decision';

const project = { prefix: '/w/.venv', interpreter: '/w/.venv/bin/python', kind: 'venv' };
const [ours, theirs, system] = ['/w/.venv/bin/python', '/w/other/bin/python', '/usr/bin/python3'];
const situation = (part: Partial<Situation>): Situation => ({ wanted: project, current: undefined, memory: undefined, explicit: false, ...part });

test('where the editor has no interpreter it gets that of the project', () => {
  assert.equal(decide(situation({})), 'set');
});

test("the editor's own default gives way at first sight", () => {
  assert.equal(decide(situation({ current: system })), 'set');
});

test('an interpreter that a setting of the workspace names is kept', () => {
  assert.equal(decide(situation({ current: theirs, explicit: true })), 'adopt');
  assert.equal(decide(situation({ current: theirs, explicit: true, memory: { by: 'us', interpreter: ours } })), 'adopt');
});

test('what is right already is left alone, by whichever name of the interpreter', () => {
  assert.equal(decide(situation({ current: ours })), 'leave');
  assert.equal(decide(situation({ current: '/w/.venv/bin/python3.12' })), 'leave');
  assert.equal(decide(situation({ current: '/w/.venv' })), 'leave');
});

test('what we set before may be replaced when the project has another environment', () => {
  assert.equal(decide(situation({ current: theirs, memory: { by: 'us', interpreter: theirs } })), 'set');
});

test('what a Python extension picked by itself when it started is nobody’s choice', () => {
  assert.equal(decide(situation({ current: system, memory: { by: 'us', interpreter: ours } })), 'set');
  assert.equal(decide(situation({ current: system, memory: { by: 'person', interpreter: theirs } })), 'set');
});

test("a person's choice is never fought over", () => {
  assert.equal(decide(situation({ current: theirs, memory: { by: 'person', interpreter: theirs } })), 'leave');
});

test('where the choice is gone from the editor, the project has its environment again', () => {
  assert.equal(decide(situation({ memory: { by: 'person', interpreter: theirs } })), 'set');
});

test('a project without a working environment changes nothing', () => {
  assert.equal(decide(situation({ wanted: undefined, current: system })), 'leave');
});
