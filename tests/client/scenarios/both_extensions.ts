// Both Python extensions, with the setting between them at its default: two interpreters. Both are told, a choice in either is kept and followed
// in the other, what they select by themselves while they start is nobody's choice, and a reload changes nothing.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { MS_PYTHON, PYTHON_ENVS } from '../driver/codeServer.ts';
import { extensionSays, selectIn } from '../driver/handing_over.ts';
import { journal } from '../driver/journal.ts';
import type { Story } from '../driver/scenario.ts';
import { until } from '../driver/workbench.ts';

/** A start as slow as on a machine with many Pythons: longer than anybody waits before a change counts. */
const STARTING_MS = 6000;

const story: Story = async (scenario) => {
  scenario.write('requirements.txt', 'apple\n');
  scenario.write('main.py', 'import apple\n');
  const own = await scenario.environment('.venv', 'apple');
  const other = await scenario.environment('other', 'pear');
  const file = scenario.outside('journal');
  const lines = (): string[] => journal(file).map((line) => `${line.by} ${line.to} ${line.prefix ?? ''}`);
  const window = await scenario.open({
    file: 'main.py',
    extensions: [PYTHON_ENVS, MS_PYTHON],
    environ: { STAND_IN_JOURNAL: file, STAND_IN_STARTING_MS: String(STARTING_MS) },
  });
  const both = async (text: RegExp): Promise<void> => {
    await extensionSays(window, PYTHON_ENVS, text);
    await extensionSays(window, MS_PYTHON, text);
  };
  const handed = [`interface ${PYTHON_ENVS} ${own}`, `interface ${MS_PYTHON} ${own}`];
  await both(/Python \(\.venv/);
  assert.deepEqual(lines(), handed);
  await until(async () => (await window.status.textContent()) === '', 'the environment is shown a third time');
  await window.picture('both');

  await sleep(STARTING_MS + 1000);
  await window.keeps(/"by":"us","interpreter":"[^"]*\/\.venv\//);
  await window.keeps(/"in use [^"]*":"[^"]*\/\.venv/);
  await window.reload();
  await both(/Python \(\.venv/);
  await sleep(STARTING_MS + 1000);
  await both(/Python \(\.venv/);
  assert.deepEqual(lines(), handed, 'the second window has nothing to change');
  assert.doesNotMatch(scenario.output(), /was chosen for/);

  await selectIn(window, MS_PYTHON, /orchard\/other/);
  await both(/Python \(other/);
  await window.statusSays(/1 out of sync/);
  await window.picture('chosen-in-the-older', 'python-extensions');
  await selectIn(window, PYTHON_ENVS, /orchard\/\.venv/);
  await both(/Python \(\.venv/);
  assert.deepEqual(lines(), [
    ...handed,
    `person ${MS_PYTHON} ${other}`,
    `interface ${PYTHON_ENVS} ${other}`,
    `person ${PYTHON_ENVS} ${own}`,
    `interface ${MS_PYTHON} ${own}`,
  ]);
};

export default story;
