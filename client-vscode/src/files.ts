/** What is on disk, asked without making the editor's process wait. */
import * as fs from 'node:fs/promises';

/** Whether something is there, links followed: of a link that leads nowhere, no. */
export async function exists(file: string): Promise<boolean> {
  return fs.access(file).then(
    () => true,
    () => false,
  );
}

export async function isFile(file: string): Promise<boolean> {
  return fs.stat(file).then(
    (stat) => stat.isFile(),
    () => false,
  );
}
