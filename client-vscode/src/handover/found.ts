/** The holders of this window, found when they are first asked for and again when a Python extension comes or goes. */
import type * as vscode from 'vscode';

import type { Holder, HolderChange } from './holder';
import { findHolders, installedHolders } from './holders';

export class FoundHolders {
  #finding: Promise<readonly Holder[]> | undefined;
  #all: readonly Holder[] = [];
  /** The Python extensions that were installed when the holders were found. */
  #installed = '';
  #disposed = false;

  /** `changed` is called with each change of an interpreter that a holder tells of. */
  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly output: vscode.LogOutputChannel,
    private readonly changed: (holder: Holder, change: HolderChange) => void,
  ) {}

  /** Those that were found, without waiting for any. */
  get all(): readonly Holder[] {
    return this.#all;
  }

  find(): Promise<readonly Holder[]> {
    if (this.#finding !== undefined) {
      return this.#finding;
    }
    this.#installed = installedHolders().join();
    const finding: Promise<readonly Holder[]> = findHolders(this.context, this.output).then((holders) => {
      if (this.#finding !== finding) {
        // While they were woken, another one came or went: these are not ours any more.
        for (const holder of holders) {
          holder.dispose();
        }
        return this.#disposed ? [] : this.find();
      }
      this.#all = holders;
      for (const holder of holders) {
        holder.onDidChange((change) => {
          this.changed(holder, change);
        });
      }
      return holders;
    });
    this.#finding = finding;
    return finding;
  }

  /** Lets go of what was found where other Python extensions are installed by now; whether it did. */
  renew(): boolean {
    const isStale = this.#finding !== undefined && this.#installed !== installedHolders().join();
    if (isStale) {
      this.#drop();
    }
    return isStale;
  }

  dispose(): void {
    this.#disposed = true;
    this.#drop();
  }

  #drop(): void {
    for (const holder of this.#all) {
      holder.dispose();
    }
    this.#all = [];
    this.#finding = undefined;
  }
}
