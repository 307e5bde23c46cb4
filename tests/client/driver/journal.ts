/** What a stand-in extension wrote down: who set which interpreter. */
import { existsSync, readFileSync } from 'node:fs';

export interface Line {
  readonly by: 'interface' | 'person';
  /** The extension. */
  readonly to: string;
  readonly scope?: string;
  readonly prefix?: string;
}

export function journal(file: string): Line[] {
  if (!existsSync(file)) {
    return [];
  }
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Line);
}
