// Bundles the client into dist/extension.js, or the unit tests into dist/test.
import { rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.dirname(import.meta.dirname);
const shared = { bundle: true, platform: 'node', target: 'node20', logLevel: 'warning', absWorkingDir: root };

/** Bundles the client. Gives the files that went in, as paths from client-vscode. */
export async function buildClient(options = {}) {
  const { metafile } = await build({
    ...shared,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.js',
    minify: true,
    format: 'cjs',
    external: ['vscode'],
    // Licences of what is bundled: ThirdPartyNotices.txt.
    legalComments: 'none',
    metafile: true,
    ...options,
  });
  return Object.keys(metafile.inputs);
}

async function buildTests() {
  rmSync(path.join(root, 'dist', 'test'), { recursive: true, force: true });
  const names = (await readdir(path.join(root, 'test'))).filter((name) => name.endsWith('.test.ts'));
  await build({
    ...shared,
    entryPoints: names.map((name) => path.join(root, 'test', name)),
    outdir: path.join(root, 'dist', 'test'),
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    sourcemap: 'inline',
    // What the units use of the editor: its sentences.
    alias: { vscode: path.join(root, 'test', 'vscode.ts') },
  });
}

if (process.argv[1] === import.meta.filename) {
  await (process.argv.includes('--tests') ? buildTests() : buildClient());
}
