/** What the suites share. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

import type { VenvlsApi } from '../../../client-vscode/src/api';
import { PATIENCE_MS } from '../driver/patience.ts';

export type Suite = Record<string, () => Promise<void>>;

export async function api(): Promise<VenvlsApi> {
  const extension = vscode.extensions.getExtension<VenvlsApi>('venvls.venvls');
  assert.ok(extension, 'the extension is installed');
  return extension.activate();
}

export async function until(holds: () => boolean | Promise<boolean>, complaint: () => string): Promise<void> {
  for (const last = Date.now() + PATIENCE_MS; !(await holds()); ) {
    assert.ok(Date.now() < last, complaint());
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
