// The cells of a notebook are marked as files are, and a click on the mark adds and installs the package.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import type { Story } from '../driver/scenario.ts';
import { until } from '../driver/workbench.ts';

const cell = (source: string): object => ({ cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source });

const story: Story = async (scenario) => {
  const manifest = scenario.write('requirements.txt', 'ipykernel\n');
  const notebook = { cells: [cell('import ipykernel'), cell('import yaml')], metadata: {}, nbformat: 4, nbformat_minor: 4 };
  scenario.write('analysis.ipynb', JSON.stringify(notebook));
  const prefix = await scenario.environment('.venv', 'ipykernel');
  const window = await scenario.open();
  await window.statusSays(/\.venv \(3\.\d+\.\d+\)$/);
  // As a person opens it: what a window is told to open from outside it shows as text.
  await window.openFile('analysis.ipynb');
  const squiggle = window.page.locator('.notebookOverlay .squiggly-warning');
  await squiggle.first().waitFor();
  assert.equal(await squiggle.count(), 1);

  let pictured = false;
  const openMenu = async (): Promise<void> => {
    await window.fixesWhere(async () => {
      await window.page.keyboard.press('Escape');
      await window.page.locator('.notebookOverlay .view-line', { hasText: 'yaml' }).click();
    });
    if (!pictured) {
      pictured = true;
      await window.picture('menu');
    }
  };
  await window.fixUntil(openMenu, /Add PyYAML to requirements\.txt/, () => readFileSync(manifest, 'utf8').includes('PyYAML'));
  await until(async () => (await squiggle.count()) === 0, 'the squiggle in the cell is still there');
  assert.equal(readFileSync(manifest, 'utf8'), 'ipykernel\nPyYAML\n');
  await until(async () => (await scenario.installed(prefix))['PyYAML'] === '6.0', 'PyYAML 6.0 is not installed');
};

export default story;
