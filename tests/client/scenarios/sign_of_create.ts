// Between the click on Create and the tool's first line the machine's Pythons are looked at: a notification that can be cancelled is there at once,
// and cancelling it then leaves nothing behind.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';

import type { Story } from '../driver/scenario.ts';
import { until } from '../driver/workbench.ts';

const story: Story = async (scenario) => {
  const [asked, go] = [scenario.outside('asked'), scenario.outside('go')];
  scenario.write('requirements.txt', 'apple\n');
  // A Python that does not say its version before it is told to: the plan waits for it.
  scenario.write(scenario.outside('slow', 'python3.13'), `#!/bin/sh\n: > '${asked}'\nwhile [ ! -e '${go}' ]; do sleep 0.1; done\n`, 0o755);
  const window = await scenario.open({ file: 'requirements.txt', path: [scenario.outside('slow')] });
  await window.press(window.toast(/no environment yet/), 'Create');
  const sign = window.toast(/Creating an environment/);
  await sign.waitFor();
  await until(() => existsSync(asked), 'the machine’s Pythons are not looked at');
  await window.picture('sign');
  assert.ok(!existsSync(scenario.path('.venv')), 'the sign comes before the environment');
  await window.press(sign, 'Cancel');
  scenario.write(go, '');
  await window.told(/Cancelled/);
  await sign.waitFor({ state: 'hidden' });
  await window.statusSays(/No environment/);
  assert.ok(!existsSync(scenario.path('.venv')), 'nothing is left behind');
};

export default story;
