// Bundles the client into dist/extension.js, or the unit tests into dist/test.
import { rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.dirname(import.meta.dirname);
const tests = process.argv.includes('--tests');

if (tests) {
  rmSync(path.join(root, 'dist', 'test'), { recursive: true, force: true });
  const names = (await readdir(path.join(root, 'test'))).filter((name) => name.endsWith('.test.ts'));
  await build({
    entryPoints: names.map((name) => path.join(root, 'test', name)),
    outdir: path.join(root, 'dist', 'test'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
} else {
  await build({
    entryPoints: [path.join(root, 'src', 'extension.ts')],
    outfile: path.join(root, 'dist', 'extension.js'),
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    legalComments: 'none',
    logLevel: 'warning',
  });
}
