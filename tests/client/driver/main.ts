/** Runs scenarios by name, one name a line in and one line of JSON out as each ends; two at a time in one browser, for most of each is waiting. */
import { availableParallelism } from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';

import { Scenario, type Story } from './scenario.ts';
import { closeBrowser } from './workbench.ts';

/** A story that hangs must not hang the run. */
const LIMIT_MS = 900_000;
const AT_ONCE = Math.min(2, availableParallelism());

const waiting: string[] = [];
const playing = new Set<Scenario>();
let workers = 0;

async function play(name: string): Promise<object> {
  const began = performance.now();
  const seconds = (): number => Math.round((performance.now() - began) / 100) / 10;
  const scenario = new Scenario(name);
  playing.add(scenario);
  let late: NodeJS.Timeout | undefined;
  try {
    const { default: story } = (await import(path.join(import.meta.dirname, '..', 'scenarios', `${name}.ts`))) as { default: Story };
    const limit = new Promise<never>((_, reject) => {
      late = setTimeout(() => {
        reject(new Error(`the scenario does not end within ${LIMIT_MS / 1000} s`));
      }, LIMIT_MS);
    });
    await Promise.race([story(scenario), limit]);
    await scenario.close(false);
    return { name, ok: true, seconds: seconds() };
  } catch (error) {
    const picture = await scenario.close(true);
    return { name, ok: false, seconds: seconds(), error: error instanceof Error ? (error.stack ?? error.message) : String(error), picture, folder: scenario.folder };
  } finally {
    clearTimeout(late);
    playing.delete(scenario);
  }
}

async function work(): Promise<void> {
  workers += 1;
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    process.stdout.write(`${JSON.stringify(await play(name))}\n`);
  }
  workers -= 1;
}

for await (const line of createInterface({ input: process.stdin })) {
  waiting.push(line.trim());
  if (workers < AT_ONCE) {
    void work();
  }
}
// Nobody listens any more: what still plays is ended with all it has started.
waiting.length = 0;
await Promise.all([...playing].map((scenario) => scenario.close(true)));
await closeBrowser();
process.exit(0);
