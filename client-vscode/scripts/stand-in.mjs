// Packs an extension of the tests: `npm run stand-in -- FOLDER FILE.vsix`.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

const [source, target] = process.argv.slice(2).map((name) => path.resolve(name));
const client = path.dirname(import.meta.dirname);
const folder = mkdtempSync(path.join(tmpdir(), 'venvls-stand-in-'));
try {
  await build({
    entryPoints: [path.join(source, 'extension.ts')],
    outfile: path.join(folder, 'extension.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning',
  });
  copyFileSync(path.join(source, 'package.json'), path.join(folder, 'package.json'));
  copyFileSync(path.join(client, 'LICENSE'), path.join(folder, 'LICENSE'));
  writeFileSync(path.join(folder, 'README.md'), 'For tests.\n');
  const vsce = path.join(client, 'node_modules', '@vscode', 'vsce', 'vsce');
  execFileSync(process.execPath, [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '-o', target], { cwd: folder, stdio: 'pipe' });
} finally {
  rmSync(folder, { recursive: true });
}
