// The interfaces of both Python extensions say which interpreter is in use; with VENVLS_TEST_EXTENSIONS they are the real extensions.
import { MS_PYTHON, PYTHON_ENVS } from '../driver/codeServer.ts';
import { inHost } from '../driver/in_host.ts';
import type { Story } from '../driver/scenario.ts';

const story: Story = async (scenario) => {
  scenario.write('requirements.txt', 'apple\n');
  scenario.write('main.py', 'import apple\n');
  await scenario.environment('.venv', 'apple');
  await scenario.environment('other', 'pear');
  const start = { extensions: [PYTHON_ENVS, MS_PYTHON], real: true };
  await inHost(scenario, `${MS_PYTHON},${PYTHON_ENVS}`, start);
};

export default story;
