// Two folders in one window: each has its own environment, in the status bar, in the Python extension and in the tree.
import assert from 'node:assert/strict';

import { PYTHON_ENVS } from '../driver/codeServer.ts';
import { journal } from '../driver/journal.ts';
import type { Story } from '../driver/scenario.ts';
import { until } from '../driver/workbench.ts';

const story: Story = async (scenario) => {
  scenario.write('north/requirements.txt', 'apple\n');
  scenario.write('south/requirements.txt', 'pear\nplum\n');
  const north = await scenario.environment('north/.venv', 'apple');
  const south = await scenario.environment('south/env', 'pear');
  const place = scenario.write('both.code-workspace', JSON.stringify({ folders: [{ path: 'north' }, { path: 'south' }] }));
  const file = scenario.outside('journal');
  const window = await scenario.open({ place, file: 'north/requirements.txt', extensions: [PYTHON_ENVS], environ: { STAND_IN_JOURNAL: file } });

  await until(() => journal(file).length >= 2, () => `handed over: ${JSON.stringify(journal(file))}`);
  const handed = new Map(journal(file).map((line) => [line.scope, line.prefix]));
  assert.deepEqual([...handed].sort(), [[scenario.path('north'), north], [scenario.path('south'), south]]);

  await window.openFile('south/requirements.txt');
  await window.statusSays(/^ ?1 out of sync/);
  await window.command('venvls: Show Environments');
  await window.page.locator('.pane-header').filter({ hasText: 'both (Workspace)' }).click();
  const rows = window.page.locator('.pane-body .monaco-list-row').filter({ hasText: 'plum' });
  await rows.first().waitFor();
  await window.picture('tree', 'tree');
};

export default story;
