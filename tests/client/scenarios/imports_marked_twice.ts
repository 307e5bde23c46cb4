// Where a type checker marks the same import, ours is a hint with the same actions; without it, ours is a warning.
import assert from 'node:assert/strict';

import { CHECKER } from '../driver/codeServer.ts';
import type { Story } from '../driver/scenario.ts';
import { until } from '../driver/workbench.ts';

const story: Story = async (scenario) => {
  scenario.write('requirements.txt', 'apple\n');
  scenario.write('app.py', 'import yaml\n');
  await scenario.environment('.venv', 'apple');
  const window = await scenario.open({ file: 'app.py', extensions: [CHECKER] });
  const rows = await window.problems();
  const shown = async (): Promise<string> => (await rows.allTextContents()).join('\n');
  await until(async () => /could not be resolved/.test(await shown()), 'the type checker marks nothing');
  await window.squiggles('hint').first().waitFor();
  // The list of problems leaves hints out: there is one line for one problem.
  await until(async () => !/cannot be imported/.test(await shown()), 'the same problem is listed twice');

  const titles = await window.quickFixes(1);
  assert.ok(titles.some((title) => /Add PyYAML to requirements\.txt/.test(title)), JSON.stringify(titles));
  await window.command('Checker: Stop');
  await until(async () => /cannot be imported/.test(await shown()), 'nobody marks the import any more');
  // The list of problems is a little ahead of the editor.
  await until(async () => (await window.squiggles('hint').count()) === 0, 'ours is still a hint');
};

export default story;
