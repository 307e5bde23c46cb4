// A terminal opened afterwards is in the environment, though the shell's own rc file puts another Python in front; no rc file is touched.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

import type { Story } from '../driver/scenario.ts';

const story: Story = async (scenario) => {
  scenario.write('requirements.txt', 'apple\n');
  const prefix = await scenario.environment('.venv', 'apple');
  const rc = path.join(scenario.outside('machine', 'home'), '.bashrc');
  const [rude, text] = [scenario.outside('rude'), `export PATH="${scenario.outside('rude')}:$PATH"\n`];
  mkdirSync(path.dirname(rc), { recursive: true });
  mkdirSync(rude);
  writeFileSync(path.join(rude, 'python'), '#!/bin/sh\necho rude\n', { mode: 0o755 });
  writeFileSync(rc, text);

  const window = await scenario.open({ file: 'requirements.txt' });
  await window.statusSays(/\.venv \(3\.\d+\.\d+\)$/);
  await scenario.handedOver(prefix);
  await window.openTerminal();
  await window.type('clear; echo "in:$VIRTUAL_ENV"; command -v python; python -c "import apple; print(apple.__version__)"');
  const shown = await window.terminalSays(/in:\S+\.venv[^]*bin\/python[^]*2\.0/);
  assert.ok(shown.includes(`in:${prefix}`), shown);
  assert.ok(shown.includes(`${prefix}/bin/python`), shown);
  assert.doesNotMatch(shown, /rude/);
  await window.picture('terminal');
  assert.equal(readFileSync(rc, 'utf8'), text);
};

export default story;
