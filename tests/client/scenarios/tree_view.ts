// The view of environments always says something: that it is looking, what it found, or why there is nothing to show.
import { config } from '../driver/config.ts';
import type { Story } from '../driver/scenario.ts';

const story: Story = async (scenario) => {
  const [python, go] = [scenario.outside('slow', 'python3'), scenario.outside('go')];
  scenario.write('main.py', '');
  // The Python of the server starts only when it is told to: the window is open, and nothing is known yet.
  scenario.write(
    python,
    `#!/bin/sh\ncase "$*" in\n*launch.py*) while [ ! -e '${go}' ]; do sleep 0.1; done; exec '${config.python}' "$@" ;;\n*) echo 3.10; echo '${python}' ;;\nesac\n`,
    0o755,
  );
  const window = await scenario.open({ file: 'main.py', path: [scenario.outside('slow')] });
  await window.statusSays(/Environments…/);
  await window.command('venvls: Show Environments');
  const view = window.page.locator('.pane').filter({ has: window.page.locator('.pane-header[aria-label^="Python Environments"]') });
  await view.getByText('Looking for environments…').waitFor();
  await window.picture('looking');
  scenario.write(go, '');
  await view.getByText('No project with requirements was found').waitFor();
  await window.picture('nothing');
  scenario.write('requirements.txt', 'plum\n');
  await view.getByText('No environment').waitFor();
  await window.picture('project');
};

export default story;
