// Requirements and no environment: one quiet notification, one click, and it exists, is selected and in sync.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';

import type { Story } from '../driver/scenario.ts';
import { until } from '../driver/workbench.ts';

const story: Story = async (scenario) => {
  scenario.write('requirements.txt', 'apple\npear>=1.5\n');
  const window = await scenario.open({ file: 'requirements.txt' });
  await window.statusSays(/No environment/);
  const offer = /requirements\.txt lists requirements, but orchard has no environment yet/;
  await window.told(offer);
  await window.picture('offer', 'create');
  assert.ok(!existsSync(scenario.path('.venv')), 'nothing is made before the click');

  await window.press(window.toast(offer), 'Create');
  await window.statusSays(/\.venv \(3\.\d+\.\d+\)$/);
  await window.picture('created');
  const installed = await scenario.installed(scenario.path('.venv'));
  assert.equal(installed['apple'], '2.0');
  assert.equal(installed['pear'], '1.5');
  assert.equal(installed['seed'], '1.0');
  await until(async () => (await window.squiggles('warning').count()) === 0, 'a squiggle is still there');

  await scenario.handedOver(scenario.path('.venv'));
  await window.openTerminal();
  await window.type('echo "in:$VIRTUAL_ENV"');
  await window.terminalSays(new RegExp(`in:${scenario.path('.venv')}`));
};

export default story;
