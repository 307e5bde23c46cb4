/** The server's processes, as the machine sees them. */
import { readdirSync, readFileSync } from 'node:fs';

/** Those that belong to a scenario's machine folder, by our launcher and by the home they were given. */
export function servers(machine: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return command.includes('launch.py') && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOME=${machine}/`);
      } catch {
        return false; // It has ended meanwhile.
      }
    });
}
