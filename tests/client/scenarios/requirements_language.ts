// Requirements files are of a language of their own, with comments and brackets, though no other extension is there.
import { readFileSync } from 'node:fs';

import type { Story } from '../driver/scenario.ts';
import { says, until } from '../driver/workbench.ts';

const story: Story = async (scenario) => {
  const file = scenario.write('requirements/base.txt', 'apple\n');
  await scenario.environment('.venv', 'apple');
  const window = await scenario.open({ file: 'requirements/base.txt' });
  const language = window.page.locator('.part.statusbar .statusbar-item[id="status.editor.mode"]');
  await says(language, /Pip Requirements/, 'the language');
  await window.focusEditor();
  // What a language knows of comments and brackets is read after its name is shown: until then the key does nothing.
  const commented = window.page.locator('.view-line', { hasText: '# apple' });
  await until(async () => {
    // The key takes a comment away as well: it is not pressed again where the last one has had its effect late.
    if (!(await commented.isVisible())) {
      await window.page.keyboard.press('Control+Home');
      await window.page.keyboard.press('Control+/');
    }
    return commented.waitFor({ timeout: 5000 }).then(() => true, () => false);
  }, 'the line never became a comment');
  await window.page.keyboard.press('Control+End');
  await window.page.keyboard.type('pear[');
  await window.page.keyboard.press('Control+S');
  await until(() => readFileSync(file, 'utf8') === '# apple\npear[]', () => JSON.stringify(readFileSync(file, 'utf8')));
};

export default story;
