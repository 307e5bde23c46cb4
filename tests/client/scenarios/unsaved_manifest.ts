// A requirement that is typed and not yet saved is reported at once; a sync saves the file first, so that the tool reads what is on the screen.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import type { Story } from '../driver/scenario.ts';

const story: Story = async (scenario) => {
  const file = scenario.write('requirements.txt', 'apple\n');
  const prefix = await scenario.environment('.venv', 'apple');
  const window = await scenario.open({ file: 'requirements.txt' });
  await window.statusSays(/\.venv \(3\.\d+\.\d+\)$/);
  await window.focusEditor();
  await window.page.keyboard.press('Control+End');
  await window.page.keyboard.type('plum', { delay: 20 });
  await window.page.keyboard.press('Escape');
  await window.statusSays(/1 out of sync/);
  assert.equal(readFileSync(file, 'utf8'), 'apple\n');
  await window.pickOfStatus(/Sync environment/);
  await window.statusSays(/\.venv \(3\.\d+\.\d+\)$/);
  assert.equal(readFileSync(file, 'utf8').trim(), 'apple\nplum');
  assert.equal((await scenario.installed(prefix))['plum'], '3.1');
};

export default story;
