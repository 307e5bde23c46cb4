/** Runs scenarios by name, one line of JSON in and one out, so that one browser serves them all. */
import * as path from 'node:path';
import { createInterface } from 'node:readline';

import { Scenario, type Story } from './scenario.ts';
import { closeBrowser } from './workbench.ts';

const LIMIT_MS = 120_000;

async function run(name: string): Promise<object> {
  const began = performance.now();
  const seconds = (): number => Math.round((performance.now() - began) / 100) / 10;
  const scenario = new Scenario(name);
  let late: NodeJS.Timeout | undefined;
  try {
    const { default: story } = (await import(path.join(import.meta.dirname, '..', 'scenarios', `${name}.ts`))) as { default: Story };
    const limit = new Promise<never>((_, reject) => {
      late = setTimeout(() => {
        reject(new Error(`the scenario takes more than ${LIMIT_MS / 1000} s`));
      }, LIMIT_MS);
    });
    await Promise.race([story(scenario), limit]);
    await scenario.close(false);
    return { ok: true, seconds: seconds() };
  } catch (error) {
    const picture = await scenario.close(true);
    return { ok: false, seconds: seconds(), error: error instanceof Error ? (error.stack ?? error.message) : String(error), picture, folder: scenario.folder };
  } finally {
    clearTimeout(late);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await run(line.trim()))}\n`);
}
await closeBrowser();
process.exit(0);
