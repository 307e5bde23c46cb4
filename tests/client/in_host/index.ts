/** Runs inside the extension host; VS Code calls `run`. */
import * as api from './api';
import * as handover from './handover';

export async function run(): Promise<void> {
  const named = process.env['VENVLS_IN_HOST'] ?? 'api';
  const failed: string[] = [];
  for (const [name, test] of Object.entries(named === 'api' ? api.suite : handover.suite(named))) {
    try {
      await test();
      console.log(`ok   ${name}`);
    } catch (error) {
      failed.push(name);
      console.log(`FAIL ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
  if (failed.length > 0) {
    throw new Error(`failed: ${failed.join(', ')}`);
  }
}
