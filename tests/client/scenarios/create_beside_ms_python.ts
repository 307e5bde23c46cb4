// Create beside ms-python.python: it sees the new environment long before everything is installed, and has no reason to ask whether to select it.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';

import { MS_PYTHON } from '../driver/codeServer.ts';
import { extensionSays } from '../driver/handing_over.ts';
import type { Story } from '../driver/scenario.ts';
import { until } from '../driver/workbench.ts';

const story: Story = async (scenario) => {
  const [built, go] = [scenario.outside('built'), scenario.outside('go')];
  scenario.write('requirements.txt', 'apple\n./slow\n');
  scenario.write('main.py', '');
  scenario.write('slow/pyproject.toml', '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n');
  // A build that fails in the end, and only when it is told to: until then the environment is there and the task is not done.
  scenario.write(
    'slow/backend.py',
    `import os, time\n\ndef build_wheel(directory, settings=None, metadata=None):\n    open(${JSON.stringify(built)}, "w").close()\n    while not os.path.exists(${JSON.stringify(go)}):\n        time.sleep(0.1)\n    raise SystemExit("no wheel today")\n`,
  );
  const window = await scenario.open({ file: 'main.py', extensions: [MS_PYTHON] });
  await window.press(window.toast(/no environment yet/), 'Create');
  await until(async () => {
    await window.confirm();
    return existsSync(built);
  }, 'the build did not begin');
  await extensionSays(window, MS_PYTHON, /Python \(\.venv/);
  // The question comes a second after the environment; two more are enough to see that it does not.
  await window.page.waitForTimeout(3000);
  assert.equal(await window.toast(/new environment has been created/).count(), 0);
  await window.picture('no-second-question');
  scenario.write(go, '');
};

export default story;
