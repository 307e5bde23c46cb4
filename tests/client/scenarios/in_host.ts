// Inside the real extension host: the exported API and the commands, as another extension sees them.
import type { Story } from '../driver/scenario.ts';
import { config } from '../driver/config.ts';

const story: Story = async (scenario) => {
  scenario.write('requirements.txt', 'apple\nplum\n');
  await scenario.environment('.venv', 'apple');
  let said = '';
  let exited: (code: number) => void = () => undefined;
  const code = new Promise<number>((resolve) => (exited = resolve));
  const here = (port: number, path: string): string => `vscode-remote://127.0.0.1:${port}${path}`;
  await scenario.open({
    flags: ['--vscode-option', 'enable-smoke-test-driver'],
    payload: (port) => [['extensionDevelopmentPath', here(port, config.inHost)], ['extensionTestsPath', here(port, `${config.inHost}/index.js`)]],
    before: async (page) => {
      await page.exposeFunction('codeAutomationLog', (_kind: string, parts: unknown[]) => {
        said += `${parts.map(String).join(' ')}\n`;
      });
      await page.exposeFunction('codeAutomationExit', (status: number) => {
        exited(status);
      });
    },
  });
  const status = await code;
  if (status !== 0) {
    throw new Error(`${status} in-host tests failed:\n${said}`);
  }
};

export default story;
