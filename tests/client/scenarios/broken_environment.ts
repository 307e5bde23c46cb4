// An environment whose Python is gone is shown as broken; recreating it from the status bar makes it work again.
import assert from 'node:assert/strict';
import { rmSync, symlinkSync } from 'node:fs';

import type { Story } from '../driver/scenario.ts';

const story: Story = async (scenario) => {
  scenario.write('requirements.txt', 'apple\n');
  const prefix = await scenario.environment('.venv', 'apple');
  for (const name of ['python', 'python3']) {
    rmSync(scenario.path('.venv', 'bin', name), { force: true });
    symlinkSync('/opt/python-that-was-removed/bin/python3', scenario.path('.venv', 'bin', name));
  }
  const window = await scenario.open({ file: 'requirements.txt' });
  await window.statusSays(/\.venv.*is broken/);
  await window.squiggles('error').first().waitFor();
  await window.picture('broken');
  await window.clickStatus();
  await window.picture('menu');
  await window.pickOfStatus(/Recreate/);
  await window.dialog.waitFor();
  await window.picture('question');
  await window.dialog.getByRole('button', { name: 'Recreate', exact: true }).click();
  await window.statusSays(/\.venv \(3\.\d+\.\d+\)$/);
  await window.picture('recreated');
  assert.equal((await scenario.installed(prefix))['apple'], '2.0');
};

export default story;
