// A folder without Python files and manifests: the extension is not even activated, until a Python file is opened.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Story } from '../driver/scenario.ts';
import { servers } from '../driver/servers.ts';
import { until } from '../driver/workbench.ts';

const story: Story = async (scenario) => {
  const machine = scenario.outside('machine');
  scenario.write('notes.md', '# Notes\n');
  scenario.write('deep/script.py', 'import this\n');
  const window = await scenario.open({ file: 'notes.md' });
  await window.page.locator('.tab.active[data-resource-name="notes.md"]').waitFor();
  await sleep(3000);
  assert.deepEqual(servers(machine), []);
  assert.equal(await window.page.getByText('Python Environments').count(), 0);
  await window.openFile('script.py');
  await until(() => servers(machine).length === 1, 'a Python file does not wake the extension');
};

export default story;
