// The server is killed: it is started again by itself, this is shown once, and everything is on the screen again. With the window it is gone.
import assert from 'node:assert/strict';

import type { Story } from '../driver/scenario.ts';
import { servers } from '../driver/servers.ts';
import { until } from '../driver/workbench.ts';

/** One end fewer than those after which it is given up. */
const MOST_KILLS = 4;

const story: Story = async (scenario) => {
  const machine = scenario.outside('machine');
  scenario.write('requirements.txt', 'apple\nplum\n');
  await scenario.environment('.venv', 'apple');
  const window = await scenario.open({ file: 'requirements.txt' });
  await window.statusSays(/1 out of sync/);
  const [first] = servers(machine);
  assert.ok(first !== undefined, 'the server runs');
  // It is back within a second, maybe before anybody could look, and later each time: killed until it was seen that nothing is claimed
  // while it is away.
  let kills = 0;
  const takenBack = until(async () => {
    if (!/out of sync/.test((await window.status.textContent()) ?? '')) {
      return true;
    }
    for (const pid of servers(machine).slice(0, kills < MOST_KILLS ? 1 : 0)) {
      process.kill(pid, 'SIGKILL');
      kills += 1;
    }
    return false;
  }, 'what was found is still claimed while no server runs');
  await Promise.all([window.toast(/ended unexpectedly/).waitFor(), takenBack]);
  await window.picture('killed');
  await until(() => servers(machine).some((pid) => pid !== first), 'no new server');
  await window.squiggles('warning').first().waitFor();
  await window.statusSays(/1 out of sync/);
  await until(() => servers(machine).length === 1, () => `one server, not ${servers(machine).length}`);
  assert.ok((await window.toast(/ended unexpectedly/).count()) <= 1, 'shown once');

  const [second] = servers(machine);
  await window.command('venvls: Restart Server');
  await until(() => servers(machine).length === 1 && !servers(machine).includes(second ?? 0), 'no one server after a restart that was asked for');
  await window.statusSays(/1 out of sync/);

  await scenario.close(false);
  await until(() => servers(machine).length === 0, 'the server lives on without its window');
};

export default story;
