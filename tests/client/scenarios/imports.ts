// A module that nothing provides is marked in the code; one click adds its package to the project, installs it, and the mark is gone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import type { Story } from '../driver/scenario.ts';
import { until } from '../driver/workbench.ts';

const story: Story = async (scenario) => {
  const manifest = scenario.write('requirements.txt', 'apple\npear\n');
  scenario.write('requirements-dev.txt', 'plum\n');
  scenario.write('app.py', 'import yaml\nimport seed\n\nprint(yaml.safe_load("a: 1"), seed)\n');
  const prefix = await scenario.environment('.venv', 'apple', 'pear', 'plum');
  const window = await scenario.open({ file: 'app.py' });
  await window.squiggles('warning').first().waitFor();
  await window.squiggles('info').first().waitFor();
  // Code that is open does not bring the environment out of sync.
  await window.statusSays(/\.venv \(3\.\d+\.\d+\)$/);

  const titles = await window.quickFixes(1);
  assert.match(titles[0] ?? '', /Add PyYAML to requirements\.txt/, `the right list stands first in ${JSON.stringify(titles)}`);
  assert.ok(titles.some((title) => /Add PyYAML to requirements-dev\.txt/.test(title)), JSON.stringify(titles));
  assert.ok(titles.some((title) => /Install PyYAML into \.venv/.test(title)), JSON.stringify(titles));
  await window.picture('menu', 'missing-import');
  const states = (name: string) => () => readFileSync(manifest, 'utf8').includes(name);
  await window.fixUntil(() => window.quickFixes(1), /Add PyYAML to requirements\.txt/, states('PyYAML'));
  await until(async () => (await window.squiggles('warning').count()) === 0, 'the squiggle is still there');
  assert.equal(readFileSync(manifest, 'utf8'), 'apple\npear\nPyYAML\n');
  await until(async () => (await scenario.installed(prefix))['PyYAML'] === '6.0', 'PyYAML 6.0 is not installed');

  // What is there because something else requires it: adding it takes the mark away, and nothing has to be installed.
  await window.fixUntil(() => window.quickFixes(2), /Add seed to requirements\.txt/, states('seed'));
  await until(async () => (await window.squiggles('info').count()) === 0, 'the mark of what another package requires is still there');
  assert.equal(readFileSync(manifest, 'utf8'), 'apple\npear\nPyYAML\nseed\n');
};

export default story;
