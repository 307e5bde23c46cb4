// A machine without a Python: one message with what to do, and no attempt with an interpreter of the folder.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';

import type { Story } from '../driver/scenario.ts';

const story: Story = async (scenario) => {
  const ran = scenario.outside('canary-ran');
  scenario.write('requirements.txt', 'apple\n');
  scenario.write('.venv/pyvenv.cfg', 'home = /nowhere\nversion = 3.12.0\n');
  scenario.write('.venv/bin/python3', `#!/bin/sh\n: > '${ran}'\n`, 0o755);
  const window = await scenario.open({ file: 'requirements.txt', bare: true, path: [scenario.path('.venv', 'bin')] });
  const toast = window.toast(/needs Python 3\.10 or newer/);
  await toast.waitFor();
  await window.statusSays(/venvls is off/);
  await window.picture('off');
  assert.equal(await toast.count(), 1);
  await window.press(toast, 'Set a Path');
  await window.page.locator('.settings-editor').getByText(/runs the server/).first().waitFor();
  assert.ok(!existsSync(ran), "the folder's interpreter was started");
};

export default story;
