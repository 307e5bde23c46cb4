/** Runs one suite of `in_host/` inside the real extension host of a fresh window. */
import { config } from './config.ts';
import type { Start } from './codeServer.ts';
import type { Scenario } from './scenario.ts';

/** What the small extensions select by themselves is selected by then; the real ones are given the suite's own time. */
const STARTED = Object.keys(config.real).length > 0 ? {} : { VENVLS_STARTED_MS: '3000' };

export async function inHost(scenario: Scenario, suite: string, start: Start = {}): Promise<void> {
  let log = '';
  let exited: (code: number) => void = () => undefined;
  const code = new Promise<number>((resolve) => (exited = resolve));
  const here = (port: number, path: string): string => `vscode-remote://127.0.0.1:${port}${path}`;
  await scenario.open({
    ...start,
    environ: { ...STARTED, ...start.environ, VENVLS_IN_HOST: suite },
    flags: ['--vscode-option', 'enable-smoke-test-driver'],
    payload: (port) => [['extensionDevelopmentPath', here(port, config.inHost)], ['extensionTestsPath', here(port, `${config.inHost}/index.js`)]],
    before: async (page) => {
      await page.exposeFunction('codeAutomationLog', (_kind: string, parts: unknown[]) => {
        log += `${parts.map(String).join(' ')}\n`;
      });
      await page.exposeFunction('codeAutomationExit', (status: number) => {
        exited(status);
      });
    },
  });
  if ((await code) !== 0) {
    throw new Error(`in the extension host:\n${log}`);
  }
}
