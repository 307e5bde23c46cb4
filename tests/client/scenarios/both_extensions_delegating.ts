// Both Python extensions, the older one told to take its interpreter from the newer: one interpreter, told once and chosen in one place.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { MS_PYTHON, PYTHON_ENVS } from '../driver/codeServer.ts';
import { extensionSays, PERSON_CHOSE, selectIn, STANDS_IN_USE, STARTED_MS } from '../driver/handing_over.ts';
import { journal } from '../driver/journal.ts';
import type { Story } from '../driver/scenario.ts';

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
    machineSettings: { 'python.useEnvironmentsExtension': true },
    environ: { STAND_IN_JOURNAL: file },
  });
  await extensionSays(window, PYTHON_ENVS, /Python \(\.venv/);
  await sleep(STARTED_MS);
  assert.deepEqual(lines(), [`interface ${PYTHON_ENVS} ${own}`]);

  await selectIn(window, PYTHON_ENVS, /orchard\/other/);
  await window.statusSays(/1 out of sync/);
  await window.keeps(PERSON_CHOSE);
  await window.keeps(STANDS_IN_USE);
  await window.reload();
  await extensionSays(window, PYTHON_ENVS, /Python \(other/);
  await window.statusSays(/1 out of sync/);
  await sleep(STARTED_MS);
  assert.deepEqual(lines(), [`interface ${PYTHON_ENVS} ${own}`, `person ${PYTHON_ENVS} ${other}`]);
};

export default story;
