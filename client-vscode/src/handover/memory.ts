/** What is remembered between windows: of each holder and scope, who set the interpreter last. */
import type * as vscode from 'vscode';

import type { Memory } from './decision';
import type { Holder } from './holder';

/** A place of one holder: what memory, and everything else about a scope, is kept under. */
export function keyOf(holder: Holder, scope: vscode.Uri): string {
  return `${holder.name} ${scope.toString()}`;
}

export function areSame(memory: Memory | undefined, other: Memory | undefined): boolean {
  return memory?.by === other?.by && memory?.interpreter === other?.interpreter;
}

export class Memories {
  constructor(private readonly state: vscode.Memento) {}

  of(key: string): Memory | undefined {
    return this.state.get<Memory>(`interpreter ${key}`);
  }

  async put(key: string, memory: Memory | undefined): Promise<void> {
    if (!areSame(this.of(key), memory)) {
      await this.state.update(`interpreter ${key}`, memory);
    }
  }
}
