// In a monorepo the offer to create an environment is about the project of the file in front, not about the first in the alphabet.
import assert from 'node:assert/strict';

import type { Story } from '../driver/scenario.ts';

const story: Story = async (scenario) => {
  for (const name of ['cider', 'perry', 'wine']) {
    scenario.write(`${name}/requirements.txt`, 'apple\n');
    scenario.write(`${name}/${name}.py`, '');
  }
  const window = await scenario.open({ file: 'perry/perry.py' });
  const offer = window.toast(/no environment yet/);
  await window.told(/perry\/requirements\.txt lists requirements, but perry has no environment yet/);
  assert.ok((await offer.count()) <= 1, 'one project is spoken of');
  await window.picture('offer');
  await window.press(offer, 'Not for This Project');
  await offer.waitFor({ state: 'hidden' });
  await window.openFile('wine.py');
  await window.told(/wine has no environment yet/);
  assert.equal(await window.toast(/cider has no environment yet/).count(), 0);
};

export default story;
