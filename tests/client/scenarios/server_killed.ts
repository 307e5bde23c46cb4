// The server is killed: it is started again by itself, this is shown once, and everything is on the screen again. With the window it is gone.
import assert from 'node:assert/strict';

import type { Story } from '../driver/scenario.ts';
import { servers } from '../driver/servers.ts';
import { until } from '../driver/workbench.ts';

const story: Story = async (scenario) => {
  const machine = scenario.outside('machine');
  scenario.write('requirements.txt', 'apple\nplum\n');
  await scenario.environment('.venv', 'apple');
  const window = await scenario.open({ file: 'requirements.txt' });
  await window.statusSays(/1 out of sync/);
  const [first] = servers(machine);
  assert.ok(first !== undefined, 'the server runs');
  // Nothing is claimed while nobody looks. The next server may be there, and claim it again, before the toast has been seen.
  const takenBack = window.statusTakesBack(/out of sync/);
  process.kill(first, 'SIGKILL');
  await Promise.all([window.toast(/ended unexpectedly/).waitFor(), takenBack]);
  await window.picture('killed');
  await until(() => servers(machine).some((pid) => pid !== first), 'no new server');
  await window.squiggles('warning').first().waitFor();
  await window.statusSays(/1 out of sync/);
  assert.equal(servers(machine).length, 1, 'one server, not two');
  assert.equal(await window.toast(/ended unexpectedly/).count(), 1, 'shown once');

  const [second] = servers(machine);
  await window.command('venvls: Restart Server');
  await until(() => servers(machine).length === 1 && !servers(machine).includes(second ?? 0), 'no one server after a restart that was asked for');
  await window.statusSays(/1 out of sync/);

  await scenario.close(false);
  await until(() => servers(machine).length === 0, 'the server lives on without its window');
};

export default story;
