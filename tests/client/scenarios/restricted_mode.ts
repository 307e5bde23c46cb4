// An untrusted folder that brings its own interpreter: findings appear, nothing of it is started; trusting it turns everything on at once.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { config } from '../driver/config.ts';
import type { Story } from '../driver/scenario.ts';

const story: Story = async (scenario) => {
  const ran = scenario.outside('canary-ran');
  scenario.write('requirements.txt', 'apple\nplum\n');
  scenario.write('main.py', 'import apple\n');
  const prefix = await scenario.environment('.venv', 'apple');
  for (const name of ['python', 'python3']) {
    rmSync(scenario.path('.venv', 'bin', name));
    scenario.write(`.venv/bin/${name}`, `#!/bin/sh\ntouch '${ran}'\nexec '${config.python}' "$@"\n`, 0o755);
  }
  // The folder also stands first on PATH, as in an editor that was started from an activated shell.
  const window = await scenario.open({ file: 'requirements.txt', trust: true, path: [scenario.path('.venv', 'bin')] });

  await window.statusSays(/\.venv \(3\.\d+\.\d+\) · 1 out of sync/);
  await window.squiggles('warning').first().waitFor();
  await window.command('venvls: Sync Environment');
  const toast = window.toast(/off in Restricted Mode/);
  await window.told(/off in Restricted Mode/);
  await window.picture('restricted');
  await window.openFile('main.py');
  await sleep(2000);
  assert.ok(!existsSync(ran), "the folder's interpreter was started");
  assert.deepEqual(listed(scenario.path('.venv')), ['apple']);

  // From here on it may run: a real interpreter replaces the canary.
  for (const name of ['python', 'python3']) {
    rmSync(scenario.path('.venv', 'bin', name));
    symlinkSync(config.python, scenario.path('.venv', 'bin', name));
  }
  await window.command('venvls: Sync Environment');
  await window.told(/off in Restricted Mode/);
  const time = await window.page.evaluate('performance.timeOrigin');
  await window.press(toast, 'Manage Trust');
  await window.page.getByRole('button', { name: 'Trust', exact: true }).first().click();
  await window.openFile('requirements.txt');
  await window.statusSays(/1 out of sync/);
  await window.command('venvls: Sync Environment');
  await window.statusSays(/\.venv \(3\.\d+\.\d+\)$/);
  assert.equal(await window.page.evaluate('performance.timeOrigin'), time, 'the window was not reloaded');
  const installed = await scenario.installed(prefix);
  assert.equal(installed['plum'], '3.1');
  await window.picture('trusted');
};

/** What is installed, read from folder names: starting that interpreter is what must not happen. */
function listed(prefix: string): string[] {
  const names = readdirSync(path.join(prefix, 'lib'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.dist-info'));
  return names.map((name) => path.basename(name).split('-')[0] ?? '').sort();
}

export default story;
