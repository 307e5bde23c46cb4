// With `environment.select: ask` the interpreter is offered, and nothing is set before the person says so.
import assert from 'node:assert/strict';

import { PYTHON_ENVS } from '../driver/codeServer.ts';
import { journal } from '../driver/journal.ts';
import type { Story } from '../driver/scenario.ts';
import { until } from '../driver/workbench.ts';

const story: Story = async (scenario) => {
  scenario.write('requirements.txt', 'apple\n');
  const prefix = await scenario.environment('.venv', 'apple');
  const file = scenario.outside('journal');
  const window = await scenario.open({
    file: 'requirements.txt',
    extensions: [PYTHON_ENVS],
    environ: { STAND_IN_JOURNAL: file },
    settings: { 'venvls.environment.select': 'ask' },
  });
  const toast = window.toast(/Use its Python\?/);
  await window.told(/Use its Python\?/);
  await window.picture('offer');
  assert.deepEqual(journal(file), []);
  await window.press(toast, 'Use It');
  await until(() => journal(file).length === 1, 'nothing was handed over');
  assert.deepEqual(journal(file)[0], { by: 'interface', to: PYTHON_ENVS, scope: scenario.folder, prefix });
};

export default story;
