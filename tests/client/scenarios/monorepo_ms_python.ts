// ms-python.python has one interpreter for each folder: in a monorepo it is not pushed around by the file in front, another one is offered.
import assert from 'node:assert/strict';

import { MS_PYTHON } from '../driver/codeServer.ts';
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
  const window = await scenario.open({ file: 'cider/cider.py', extensions: [MS_PYTHON], environ: { STAND_IN_JOURNAL: file } });
  await extensionSays(window, MS_PYTHON, /Python \(cider\/\.venv/);

  await window.openFile('perry.py');
  // Another environment than the one the extension shows: ours is named.
  await window.statusSays(/\.venv \(3\.\d+\.\d+\)$/);
  assert.match(await window.hoverStatus(), /perry\/\.venv/);
  await extensionSays(window, MS_PYTHON, /Python \(cider\/\.venv/);
  assert.equal(journal(file).length, 1, 'changing files sets nothing again');

  await window.clickStatus();
  await window.picks.filter({ hasText: 'of perry in the editor' }).waitFor();
  await window.picture('offer');
  await window.pickOfStatus(/of perry in the editor/);
  await extensionSays(window, MS_PYTHON, /Python \(perry\/\.venv/);
  await until(() => journal(file).length === 2, () => JSON.stringify(journal(file)));
};

export default story;
