// The interface of the Python extension itself says which interpreter is in use; with VENVLS_TEST_EXTENSIONS it is the real extension.
import { MS_PYTHON } from '../driver/codeServer.ts';
import { inHost } from '../driver/in_host.ts';
import type { Story } from '../driver/scenario.ts';

const story: Story = async (scenario) => {
  scenario.write('requirements.txt', 'apple\n');
  scenario.write('main.py', 'import apple\n');
  await scenario.environment('.venv', 'apple');
  await scenario.environment('other', 'pear');
  await inHost(scenario, MS_PYTHON, { extensions: [MS_PYTHON], real: true });
};

export default story;
