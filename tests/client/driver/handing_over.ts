/** The story that both Python extensions share: the interpreter is handed over, the person's own choice is kept across a reload. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { journal } from './journal.ts';
import type { Scenario } from './scenario.ts';
import { says, until } from './workbench.ts';

/** How long a Python extension is given to settle before a change counts as the person's, and a little more. */
const SETTLED_MS = 5000;

export async function handingOver(scenario: Scenario, extension: string): Promise<void> {
  scenario.write('requirements.txt', 'apple\n');
  scenario.write('main.py', 'import apple\n');
  const own = await scenario.environment('.venv', 'apple');
  const other = await scenario.environment('other', 'pear');
  const file = scenario.outside('journal');
  const window = await scenario.open({ file: 'main.py', extensions: [extension], environ: { STAND_IN_JOURNAL: file } });
  await window.statusSays(/\.venv \(3\.\d+\.\d+\)$/);
  await until(() => journal(file).length > 0, 'nothing was handed over');
  const handedOver = Date.now();
  assert.deepEqual(journal(file), [{ by: 'interface', scope: scenario.folder, prefix: own }]);
  const item = window.page.locator(`.part.statusbar .statusbar-item[id="${extension}.stand-in"]`);
  await says(item, /stand-in: \.venv/, "the Python extension's status bar item");
  await window.picture('handed-over');

  // Where a Python extension is, terminals are its business: they are not activated twice.
  await window.openTerminal();
  await window.type('clear; echo "in:[$VIRTUAL_ENV]"');
  await window.terminalSays(/in:\[\]/);

  await sleep(Math.max(0, handedOver + SETTLED_MS - Date.now()));
  await window.command('Stand-in: Select Interpreter');
  await window.pick(/orchard\/other/);
  await says(item, /stand-in: other/, "the Python extension's status bar item");
  // The findings now speak of the environment the person chose.
  await window.statusSays(/other \(3\.\d+\.\d+\) · 1 out of step/);
  await window.picture('own-choice');

  await window.reload();
  await window.statusSays(/other \(3\.\d+\.\d+\) · 1 out of step/);
  await sleep(2000);
  await says(item, /stand-in: other/, "the Python extension's status bar item");
  assert.deepEqual(
    journal(file).map((line) => [line.by, line.prefix]),
    [['interface', own], ['person', other]],
    'the choice is not fought over',
  );

  // A choice in our own list is a choice too, and the newest counts.
  await window.command('venvls: Select Environment');
  await window.pick(/\.venv/);
  await window.statusSays(/\.venv \(3\.\d+\.\d+\)$/);
  await says(item, /stand-in: \.venv/, "the Python extension's status bar item");
  assert.ok(!existsSync(scenario.path('.vscode')), 'no settings are written unasked');
}
