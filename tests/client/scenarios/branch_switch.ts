// After a switch of the branch that leaves the environment out of sync, one notification offers the sync; an edit by hand offers nothing.
import assert from 'node:assert/strict';

import type { Story } from '../driver/scenario.ts';

const story: Story = async (scenario) => {
  scenario.write('requirements.txt', 'apple\n');
  scenario.write('.gitignore', '.venv/\n');
  scenario.write('main.py', 'import apple\n');
  await scenario.git('init', '--quiet', '--initial-branch=main');
  await scenario.git('add', '.');
  await scenario.git('commit', '--quiet', '-m', 'one');
  await scenario.git('switch', '--quiet', '-c', 'plums');
  scenario.write('requirements.txt', 'apple\nplum\n');
  await scenario.git('commit', '--quiet', '-am', 'two');
  await scenario.git('switch', '--quiet', 'main');
  const prefix = await scenario.environment('.venv', 'apple');
  // Another file than the one that changes: an editor that has just started may miss that an open file was written, and keeps its old text.
  const window = await scenario.open({ file: 'main.py' });
  await window.statusSays(/\.venv \(3\.\d+\.\d+\)$/);

  await scenario.git('switch', '--quiet', 'plums');
  await window.statusSays(/1 out of sync/);
  const question = /orchard is out of sync since a change outside the editor: 1 finding/;
  await window.told(question);
  await window.picture('offer');
  assert.ok((await window.toast(/out of sync/).count()) <= 1, 'it is told once');
  await window.press(window.toast(question), 'Sync');
  await window.statusSays(/\.venv \(3\.\d+\.\d+\)$/);
  assert.equal((await scenario.installed(prefix))['plum'], '3.1');
};

export default story;
