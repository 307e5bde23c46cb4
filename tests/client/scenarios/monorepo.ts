// Several projects in one folder: the environment follows the file in front, in the status bar and in new terminals.
import type { Story } from '../driver/scenario.ts';

const story: Story = async (scenario) => {
  for (const [name, packages] of [['cider', ['apple']], ['perry', ['pear']]] as const) {
    scenario.write(`packages/${name}/pyproject.toml`, `[project]\nname = "${name}"\nversion = "1"\ndependencies = ["${packages[0]}"]\n`);
    scenario.write(`packages/${name}/${name}.py`, '');
    await scenario.environment(`packages/${name}/.venv-${name}`, ...packages);
  }
  const window = await scenario.open({ file: 'packages/cider/cider.py' });
  await window.statusSays(/\.venv-cider \(3/);
  await scenario.handedOver(scenario.path('packages/cider/.venv-cider'));
  await window.openTerminal();
  await window.type('clear; echo "in:$VIRTUAL_ENV"');
  await window.terminalSays(/in:\S+\.venv-cider/);
  await window.openFile('perry.py');
  await window.statusSays(/\.venv-perry \(3/);
  await scenario.handedOver(scenario.path('packages/perry/.venv-perry'));
  await window.picture('second-project');
  await window.openTerminal();
  await window.type('clear; echo "in:$VIRTUAL_ENV"');
  await window.terminalSays(/in:\S+\.venv-perry/);
  await window.openFile('cider.py');
  await window.statusSays(/\.venv-cider \(3/);
};

export default story;
