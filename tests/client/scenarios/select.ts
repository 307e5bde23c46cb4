// The list of environments says what each is and why it was or was not chosen; the pick is in use at once and after a reload. One that is not
// in the list is entered by its path, and the Pythons of the machine are there for a new one.
import assert from 'node:assert/strict';

import type { Story } from '../driver/scenario.ts';

const story: Story = async (scenario) => {
  scenario.write('requirements.txt', 'apple\n');
  await scenario.environment('.venv', 'apple');
  const other = await scenario.environment('spare', 'apple');
  await scenario.environment(scenario.outside('elsewhere'), 'apple');
  const window = await scenario.open({ file: 'requirements.txt' });
  await window.statusSays(/\.venv \(3\.\d+\.\d+\)$/);
  await window.clickStatus();
  await window.picture('menu');
  await window.pickOfStatus(/Select another/);
  await window.picks.filter({ hasText: 'spare' }).first().waitFor();
  const rows = await window.picks.allTextContents();
  assert.match(rows[0] ?? '', /\.venv.*in use/);
  // The Pythons come to the list when their versions are known.
  await window.picks.filter({ hasText: /Python 3\.\d+/ }).first().waitFor();
  await window.picture('list');
  await window.pick(/spare/);
  await window.statusSays(/spare \(3\.\d+\.\d+\)$/);
  await scenario.handedOver(other);
  await window.openTerminal();
  await window.type('clear; echo "in:$VIRTUAL_ENV"');
  assert.ok((await window.terminalSays(/in:\S+spare/)).includes(other));
  await window.reload();
  await window.statusSays(/spare \(3\.\d+\.\d+\)$/);
  await window.command('venvls: Why This Environment?');
  await window.picks.filter({ hasText: 'spare' }).first().waitFor();
  await window.picture('why');

  await window.pickOf('venvls: Select Environment', /Enter path/);
  await window.page.getByText('Path of an environment').waitFor();
  const input = window.page.locator('.quick-input-widget:visible .quick-input-box input');
  await input.fill('../elsewhere/bin/python');
  await window.picture('path');
  await window.page.keyboard.press('Enter');
  await window.statusSays(/elsewhere \(3\.\d+\.\d+\)$/);
};

export default story;
