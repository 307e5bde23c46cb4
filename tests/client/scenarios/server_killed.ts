// The server is killed: it is started again by itself, said once, and everything is on the screen again. With the window it is gone.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

import type { Story } from '../driver/scenario.ts';
import { until } from '../driver/workbench.ts';

const story: Story = async (scenario) => {
  scenario.write('requirements.txt', 'apple\nplum\n');
  await scenario.environment('.venv', 'apple');
  const window = await scenario.open({ file: 'requirements.txt' });
  await window.statusSays(/1 out of step/);
  const [first] = servers(scenario.outside('machine'));
  assert.ok(first !== undefined, 'the server runs');
  process.kill(first, 'SIGKILL');
  const toast = window.toast(/ended unexpectedly/);
  await toast.waitFor();
  await window.picture('killed');
  await until(() => servers(scenario.outside('machine')).some((pid) => pid !== first), 'no new server');
  await window.squiggles('warning').first().waitFor();
  await window.statusSays(/1 out of step/);
  assert.equal(servers(scenario.outside('machine')).length, 1, 'one server, not two');
  assert.equal(await window.toast(/ended unexpectedly/).count(), 1, 'said once');
  await window.command('venvls: Restart Server');
  await until(() => servers(scenario.outside('machine')).length === 1, 'one server after a restart that was asked for');
  await window.statusSays(/1 out of step/);
};

/** The processes of our server that belong to this machine folder, by its extension's launcher and its home. */
function servers(machine: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return command.includes('launch.py') && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOME=${machine}/`);
      } catch {
        return false;
      }
    });
}

export default story;
