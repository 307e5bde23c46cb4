// A folder whose environment is out of sync is opened: the squiggle, Problems and the status bar show it, and nothing on disk changes.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';

import { AGAIN_MS } from '../driver/patience.ts';
import type { Story } from '../driver/scenario.ts';
import { until } from '../driver/workbench.ts';

const story: Story = async (scenario) => {
  scenario.write('requirements.txt', 'apple>=2\npear\nplum==3.1\n');
  scenario.write('main.py', 'import apple\n');
  const prefix = await scenario.environment('.venv', 'apple==1.0', 'pear');
  const window = await scenario.open({ file: 'requirements.txt' });

  await window.statusSays(/\.venv \(3\.\d+.*2 out of sync/);
  await window.squiggles('warning').nth(1).waitFor();
  const problems = await window.problems();
  await problems.filter({ hasText: 'plum' }).first().waitFor();
  const texts = (await problems.allTextContents()).join('\n');
  assert.match(texts, /apple/);
  assert.doesNotMatch(texts, /pear/);
  await window.picture('out-of-sync', 'out-of-sync');

  const hover = await window.hoverStatus();
  assert.match(hover, /\.venv\/bin\/python/);
  assert.match(hover, /Why/);
  await window.picture('tooltip', 'status-bar');

  // A menu may be closed by whatever else takes the focus in a window that is still busy.
  await until(async () => {
    await window.page.keyboard.press('Escape');
    await window.page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: 'requirements.txt' }).click({ button: 'right' });
    return window.page.locator('.monaco-menu').getByText('Sync Environment').waitFor({ timeout: AGAIN_MS }).then(() => true, () => false);
  }, 'the menu of the file offers no sync');
  await window.picture('explorer-menu');

  const installed = await scenario.installed(prefix);
  assert.equal(installed['apple'], '1.0');
  assert.equal(installed['plum'], undefined);
  assert.ok(!existsSync(scenario.path('.vscode')), 'no settings are written unasked');
};

export default story;
