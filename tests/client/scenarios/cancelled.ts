// A sync that is cancelled in the middle stops the tool, says so once, and the window shows what is true on disk.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

import type { Story } from '../driver/scenario.ts';
import { until } from '../driver/workbench.ts';

const story: Story = async (scenario) => {
  const pid = scenario.outside('build-pid');
  scenario.write('requirements.txt', 'apple\n./slow\n');
  scenario.write('slow/pyproject.toml', '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n');
  scenario.write(
    'slow/backend.py',
    `import os, time\n\ndef build_wheel(directory, settings=None, metadata=None):\n    open(${JSON.stringify(pid)}, "w").write(str(os.getpid()))\n    time.sleep(600)\n`,
  );
  const prefix = await scenario.environment('.venv');
  const window = await scenario.open({ file: 'requirements.txt' });
  await window.statusSays(/out of sync/);
  await window.command('venvls: Sync Environment');
  // Building a folder runs its code: the server says so first.
  await until(async () => {
    await window.confirm();
    return existsSync(pid);
  }, 'the build did not begin');
  const toast = window.toast(/Syncing the environment/);
  await toast.getByRole('button', { name: 'Cancel' }).waitFor();
  await window.picture('running');
  await window.press(toast, 'Cancel');
  await until(() => !alive(Number(readFileSync(pid, 'utf8'))), 'the build still runs');
  await window.told(/[Cc]ancelled|[Ss]topped/);
  await window.picture('cancelled');
  await window.statusSays(/out of sync/);
  assert.deepEqual(Object.keys(await scenario.installed(prefix)).filter((name) => name === 'slow'), []);
};

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

export default story;
