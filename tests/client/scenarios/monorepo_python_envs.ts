// A monorepo whose projects the Python extension keeps apart: each gets its own environment, at once and for good.
import assert from 'node:assert/strict';

import { PYTHON_ENVS } from '../driver/codeServer.ts';
import { journal } from '../driver/journal.ts';
import type { Story } from '../driver/scenario.ts';
import { says, until } from '../driver/workbench.ts';

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
  await window.statusSays(/\.venv \(3/);
  const scopes = (): string[] => [...new Set(journal(file).map((line) => `${line.scope ?? ''} ${line.prefix ?? ''}`))].sort();
  const expected = ['cider', 'perry'].map((name) => `${scenario.path(name)} ${scenario.path(name, '.venv')}`);
  await until(() => expected.every((one) => scopes().includes(one)), () => `handed over: ${JSON.stringify(scopes())}`);
  const item = window.page.locator(`.part.statusbar .statusbar-item[id="${PYTHON_ENVS}.stand-in"]`);
  await says(item, /stand-in: cider\/\.venv/, "the Python extension's status bar item");
  await window.openFile('perry.py');
  await says(item, /stand-in: perry\/\.venv/, "the Python extension's status bar item");
  const before = journal(file).length;
  await window.openFile('cider.py');
  await says(item, /stand-in: cider\/\.venv/, "the Python extension's status bar item");
  assert.equal(journal(file).length, before, 'changing files sets nothing anew');
};

export default story;
