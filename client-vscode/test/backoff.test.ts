import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Backoff } from '../src/backoff';

test('the first end is followed by a start soon, the next ones later, and the sixth by none', () => {
  const backoff = new Backoff();
  const waits = [0, 1, 2, 3, 4, 5].map((count) => backoff.next(count * 1000));
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, undefined]);
});

test('only the first end in a while is told', () => {
  const backoff = new Backoff();
  backoff.next(0);
  assert.ok(backoff.first);
  backoff.next(1000);
  assert.ok(!backoff.first);
  backoff.next(10 * 60_000);
  assert.ok(backoff.first);
});

test('a start by the person begins again at the shortest wait', () => {
  const backoff = new Backoff();
  for (let count = 0; count < 6; count += 1) {
    backoff.next(count);
  }
  backoff.reset();
  assert.equal(backoff.next(10), 500);
});
