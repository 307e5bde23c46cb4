// The light bulb on a requirement that is not installed installs it for real, and the squiggle goes because it is no longer true.
import assert from 'node:assert/strict';

import type { Story } from '../driver/scenario.ts';
import { until } from '../driver/workbench.ts';

const story: Story = async (scenario) => {
  scenario.write('requirements.txt', 'apple>=2\npear\n');
  const prefix = await scenario.environment('.venv', 'pear');
  const window = await scenario.open({ file: 'requirements.txt' });
  await window.statusSays(/1 out of sync/);
  await window.squiggles('warning').first().waitFor();

  const titles = await window.quickFixes(1);
  assert.match(titles[0] ?? '', /[Ii]nstall.*apple/, `the preferred fix stands first in ${JSON.stringify(titles)}`);
  await window.picture('menu', 'quick-fix');
  // A toast stands for some seconds only: it is waited for from the beginning.
  const toast = window.toast(/apple/).first().waitFor();
  await window.fixUntil(() => window.quickFixes(1), /[Ii]nstall.*apple/, async () => 'apple' in (await scenario.installed(prefix)));
  await Promise.all([toast, window.statusSays(/\.venv \(3\.\d+\.\d+\)$/)]);
  await window.picture('installed');
  await until(async () => (await window.squiggles('warning').count()) === 0, 'the squiggle is still there');
  const installed = await scenario.installed(prefix);
  assert.equal(installed['apple'], '2.0');
  assert.equal(installed['pear'], '1.5');
};

export default story;
