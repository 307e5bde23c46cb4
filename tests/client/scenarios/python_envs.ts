// With ms-python.vscode-python-envs the interpreter goes there, and what the person chooses there is kept.
import { PYTHON_ENVS } from '../driver/codeServer.ts';
import { handingOver } from '../driver/handing_over.ts';
import type { Story } from '../driver/scenario.ts';

const story: Story = (scenario) => handingOver(scenario, PYTHON_ENVS);

export default story;
