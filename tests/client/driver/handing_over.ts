/** The story that both Python extensions share: the interpreter is handed over, the person's own choice is kept across a reload. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { MS_PYTHON, PYTHON_ENVS } from './codeServer.ts';
import { journal } from './journal.ts';
import type { Scenario } from './scenario.ts';
import { says, until, type Workbench } from './workbench.ts';

/** When a stand-in has surely selected what the real extension selects by itself after its start. */
export const STARTED_MS = 3000;

const ITEMS = { [PYTHON_ENVS]: 'python.interpreterDisplay', [MS_PYTHON]: 'python.selectedInterpreterDisplay' } as const;
const PICKERS = { [PYTHON_ENVS]: 'Python Envs: Set Project Environment', [MS_PYTHON]: 'Python: Select Interpreter' } as const;

/** What our extension, and a small Python extension, remember of the choice of `other`. */
export const PERSON_CHOSE = /"by":"person","interpreter":"[^"]*\/other\//;
export const STANDS_IN_USE = /"in use [^"]*":"[^"]*\/other/;

export type PythonExtension = keyof typeof ITEMS;

/** Waits until the Python extension's own status bar item says something. */
export async function extensionSays(window: Workbench, extension: PythonExtension, text: RegExp): Promise<void> {
  const item = window.page.locator(`.part.statusbar .statusbar-item[id="${extension}.${ITEMS[extension]}"]`);
  await says(item, text, `the status bar item of ${extension}`);
}

/** Selects an environment in the Python extension, as a person does. */
export async function selectIn(window: Workbench, extension: PythonExtension, environment: RegExp): Promise<void> {
  await window.pickOf(PICKERS[extension], environment);
}

export async function handingOver(scenario: Scenario, extension: PythonExtension): Promise<void> {
  scenario.write('requirements.txt', 'apple\n');
  scenario.write('main.py', 'import apple\n');
  const own = await scenario.environment('.venv', 'apple');
  const other = await scenario.environment('other', 'pear');
  const file = scenario.outside('journal');
  const window = await scenario.open({ file: 'main.py', extensions: [extension], environ: { STAND_IN_JOURNAL: file, STAND_IN_LATE_MS: '2500' } });
  await until(() => journal(file).length > 0, 'nothing was handed over');
  await extensionSays(window, extension, /Python \(\.venv/);
  // The extension shows the environment: our item beside it has the state alone, and says the rest when it is pointed at.
  await until(async () => (await window.status.textContent()) === '', 'the environment is shown twice');
  assert.match(await window.hoverStatus(), /\.venv\/bin\/python/);
  await window.picture('handed-over');

  // Where a Python extension is, terminals are its business: they are not activated twice.
  await window.openTerminal();
  await window.type('clear; echo "in:[$VIRTUAL_ENV]"');
  await window.terminalSays(/in:\[\]/);

  // What is in use is not set again, not even where it is selected once more: an extension would type its activation into the terminal again.
  await sleep(STARTED_MS);
  await window.pickOf('venvls: Select Environment', /\.venv/);
  await window.told(/uses .*\.venv/);
  assert.deepEqual(journal(file), [{ by: 'interface', to: extension, scope: scenario.folder, prefix: own }]);

  await selectIn(window, extension, /orchard\/other/);
  // Findings that change before the extension has told of the choice are no reason to take it back.
  scenario.write('requirements.txt', 'apple<1\n');
  await extensionSays(window, extension, /Python \(other/);
  scenario.write('requirements.txt', 'apple\n');
  // The findings now speak of the environment the person chose.
  await window.statusSays(/^ ?1 out of sync/);
  await window.picture('own-choice');

  await window.keeps(PERSON_CHOSE);
  await window.keeps(STANDS_IN_USE);
  await window.reload();
  await window.statusSays(/1 out of sync/);
  await sleep(STARTED_MS);
  await extensionSays(window, extension, /Python \(other/);
  assert.deepEqual(
    journal(file).map((line) => [line.by, line.prefix]),
    [['interface', own], ['person', other]],
    'the choice is not fought over',
  );

  // A choice in our own list is a choice too, and the newest counts.
  await window.pickOf('venvls: Select Environment', /\.venv/);
  await extensionSays(window, extension, /Python \(\.venv/);
  assert.ok(!existsSync(scenario.path('.vscode')), 'no settings are written unasked');
}
