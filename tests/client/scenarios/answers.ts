// What is known about a requirement is a hover, a hint, a completion and a call hierarchy away.
import type { Story } from '../driver/scenario.ts';
import { isShown, says, until } from '../driver/workbench.ts';

const story: Story = async (scenario) => {
  scenario.write('requirements.txt', '# The orchard\napple<2\npear\nseed\nplum; sys_platform == "win32"\n');
  scenario.write('.vscode/settings.json', JSON.stringify({ 'venvls.hints.inlay': 'all', 'editor.fontSize': 16 }));
  await scenario.environment('.venv', 'apple<2', 'pear');
  const window = await scenario.open({ file: 'requirements.txt' });
  await window.statusSays(/\.venv/);

  // Hints beside what the lines do not pin
  const lines = window.page.locator('.monaco-editor .view-line');
  await says(lines.filter({ hasText: 'pear' }), /1\.5/, 'the line of pear');
  await says(lines.filter({ hasText: 'plum' }), /not here/, 'the line of plum');
  await window.picture('hints', 'hints');

  // Hover
  await window.focusEditor();
  await window.goTo(4);
  const hover = window.page.locator('.monaco-hover:visible').filter({ hasText: /seed\s1\.0[\s\S]*pear/ }).first();
  await until(async () => {
    await window.page.keyboard.press('Control+K');
    await window.page.keyboard.press('Control+I');
    return isShown(hover, 5000);
  }, 'no hover');
  await window.picture('hover', 'hover');
  await window.page.keyboard.press('Escape');

  // Who requires it: the editor's own call hierarchy
  await window.command('Calls: Show Call Hierarchy');
  const callers = window.page.locator('.part.sidebar .monaco-list-row');
  await says(callers.filter({ hasText: 'pear' }), /pear ?1\.5/, 'the call hierarchy');
  await window.picture('why', 'why');
  await window.page.keyboard.press('Escape');

  // Completion
  await window.focusEditor();
  await window.page.keyboard.press('Control+End');
  await window.page.keyboard.type('ap');
  const list = window.page.locator('.suggest-widget:visible .monaco-list-row');
  await until(async () => {
    await window.page.keyboard.press('Control+Space');
    return isShown(list.filter({ hasText: 'apple' }).first(), 5000);
  }, 'nothing is suggested');
  await window.picture('completion', 'completion');
};

export default story;
