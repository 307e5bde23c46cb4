// With ms-python.python alone the interpreter goes there, and what the person chooses there is kept.
import { MS_PYTHON } from '../driver/codeServer.ts';
import { handingOver } from '../driver/handing_over.ts';
import type { Story } from '../driver/scenario.ts';

const story: Story = (scenario) => handingOver(scenario, MS_PYTHON);

export default story;
