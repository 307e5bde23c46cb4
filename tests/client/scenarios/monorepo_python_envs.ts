// A monorepo whose projects the Python extension keeps apart: each gets its own environment, at once and for good.
import assert from 'node:assert/strict';

import { PYTHON_ENVS } from '../driver/codeServer.ts';
import { extensionSays } from '../driver/handing_over.ts';
import { journal } from '../driver/journal.ts';
import type { Story } from '../driver/scenario.ts';
import { until } from '../driver/workbench.ts';

const story: Story = async (scenario) => {
  for (const [name, wanted] of [['cider', 'apple'], ['perry', 'pear']] as const) {
    scenario.write(`${name}/requirements.txt`, `${wanted}\n`);
    scenario.write(`${name}/${name}.py`, '');
    await scenario.environment(`${name}/.venv`, wanted);
  }
  const file = scenario.outside('journal');
  const window = await scenario.open({
    file: 'cider/cider.py',
    extensions: [PYTHON_ENVS],
    environ: { STAND_IN_JOURNAL: file, STAND_IN_PROJECTS: `${scenario.path('cider')}:${scenario.path('perry')}` },
  });
  const scopes = (): string[] => [...new Set(journal(file).map((line) => `${line.scope ?? ''} ${line.prefix ?? ''}`))].sort();
  const expected = ['cider', 'perry'].map((name) => `${scenario.path(name)} ${scenario.path(name, '.venv')}`);
  await until(() => expected.every((scope) => scopes().includes(scope)), () => `handed over: ${JSON.stringify(scopes())}`);
  await extensionSays(window, PYTHON_ENVS, /Python \(cider\/\.venv/);
  await window.openFile('perry.py');
  await extensionSays(window, PYTHON_ENVS, /Python \(perry\/\.venv/);
  const before = journal(file).length;
  await window.openFile('cider.py');
  await extensionSays(window, PYTHON_ENVS, /Python \(cider\/\.venv/);
  assert.equal(journal(file).length, before, 'changing files sets nothing again');
};

export default story;
