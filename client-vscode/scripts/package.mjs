// Makes venvls.vsix: what a release publishes, and needs no credentials. Without network once the bundled server's wheels were downloaded.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { client } from './python.mjs';

const { repository } = JSON.parse(readFileSync(path.join(client, 'package.json'), 'utf8'));
// Pages of the gallery and of the editor show no file of the package: pictures of the README are taken from the repository.
const base = (kind) => `${repository.url.replace(/\.git$/, '')}/${kind}/HEAD/${repository.directory}`;

const steps = [
  ['scripts/settings.mjs', '--check'],
  ['scripts/lock.mjs', '--check'],
  ['scripts/l10n.mjs', '--check'],
  ['scripts/build.mjs'],
  ['scripts/bundle-server.mjs'],
  ['scripts/notices.mjs', '--check'],
  ['node_modules/@vscode/vsce/vsce', 'package', '--no-dependencies', '--baseContentUrl', base('blob'), '--baseImagesUrl', base('raw'), '-o', 'venvls.vsix'],
];
for (const step of steps) {
  try {
    execFileSync(process.execPath, step, { cwd: client, stdio: 'inherit' });
  } catch {
    process.exit(1); // The step has written why.
  }
}
