// Inside the real extension host: the exported API and the commands, as another extension sees them.
import { inHost } from '../driver/in_host.ts';
import type { Story } from '../driver/scenario.ts';

const story: Story = async (scenario) => {
  scenario.write('requirements.txt', 'apple\nplum\n');
  await scenario.environment('.venv', 'apple');
  await inHost(scenario, 'api');
};

export default story;
