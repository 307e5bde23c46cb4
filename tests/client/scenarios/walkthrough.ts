// The walkthrough can be opened and shows its pictures.
import type { Story } from '../driver/scenario.ts';
import { until } from '../driver/workbench.ts';

const story: Story = async (scenario) => {
  scenario.write('requirements.txt', 'apple\n');
  await scenario.environment('.venv', 'apple');
  const window = await scenario.open({ file: 'requirements.txt' });
  await window.statusSays(/\.venv \(3\.\d+\.\d+\)$/);
  await window.pickOf('Welcome: Open Walkthrough...', /Keep Python environments in sync/);
  // In a narrow window the pictures are left out.
  await window.page.keyboard.press('Control+B');
  const image = window.page.locator('.gettingStartedContainer img:visible').first();
  await image.waitFor();
  await until(() => image.evaluate((element) => (element as unknown as { naturalWidth: number }).naturalWidth > 0), 'the picture is not shown');
  await window.picture('open');
};

export default story;
