// “Not for This Project” is kept: the offer does not come back with the next window.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Story } from '../driver/scenario.ts';

const story: Story = async (scenario) => {
  scenario.write('requirements.txt', 'apple\n');
  const window = await scenario.open({ file: 'requirements.txt' });
  const toast = window.toast(/no environment yet/);
  await window.told(/no environment yet/);
  await window.press(toast, 'Not for This Project');
  await toast.waitFor({ state: 'hidden' });
  await window.keeps(/"quiet [^"]*":true/);
  await window.reload();
  await window.statusSays(/No environment/);
  await sleep(2000);
  assert.equal(await toast.count(), 0);
};

export default story;
