// The list of environments says what each is and why it was or was not chosen; the pick is in use at once and after a reload.
import assert from 'node:assert/strict';

import type { Story } from '../driver/scenario.ts';

const story: Story = async (scenario) => {
  scenario.write('requirements.txt', 'apple\n');
  await scenario.environment('.venv', 'apple');
  const other = await scenario.environment('spare', 'apple');
  const window = await scenario.open({ file: 'requirements.txt' });
  await window.statusSays(/\.venv \(3\.\d+\.\d+\)$/);
  await window.clickStatus();
  await window.picks.first().waitFor();
  await window.picture('menu');
  await window.pick(/Select another/);
  await window.picks.filter({ hasText: 'spare' }).first().waitFor();
  const rows = await window.picks.allTextContents();
  assert.match(rows[0] ?? '', /\.venv.*in use/);
  await window.picture('list');
  await window.pick(/spare/);
  await window.statusSays(/spare \(3\.\d+\.\d+\)$/);
  await window.openTerminal();
  await window.type('clear; echo "in:$VIRTUAL_ENV"');
  assert.ok((await window.terminalSays(/in:\S+spare/)).includes(other));
  await window.reload();
  await window.statusSays(/spare \(3\.\d+\.\d+\)$/);
  await window.command('venvls: Why This Environment?');
  await window.picks.filter({ hasText: 'spare' }).first().waitFor();
  await window.picture('why');
};

export default story;
