import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Untold } from '../src/handover/untold';

const ours = '/w/.venv/bin/python';
const other = '/w/other/bin/python';

test('a change that nobody has told of is waited for, not for ever, and looked at again then', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  let looked = 0;
  const untold = new Untold(() => (looked += 1));
  assert.ok(untold.awaits('folder', ours, other, 0));
  assert.ok(untold.awaits('folder', ours, other, 9000));
  context.mock.timers.tick(11_000);
  assert.equal(looked, 1);
  assert.ok(!untold.awaits('folder', ours, other, 11_000));
});

test('what was told, what we put there and what has not changed are not waited for', () => {
  const untold = new Untold(() => assert.fail('nothing is waited for'));
  assert.ok(!untold.awaits('folder', ours, ours, 0));
  assert.ok(!untold.awaits('folder', ours, undefined, 0));
  assert.ok(!untold.awaits('folder', undefined, other, 0));
  untold.know('folder', other);
  assert.ok(!untold.awaits('folder', ours, other, 0));
});

test('after ours was put there again, the same choice is waited for again', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const untold = new Untold(() => undefined);
  untold.know('folder', other);
  untold.know('folder', ours);
  assert.ok(untold.awaits('folder', ours, other, 0));
  untold.clear();
});
