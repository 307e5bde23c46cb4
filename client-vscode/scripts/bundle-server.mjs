// Puts the server and its pure-Python dependencies into dist/server: every file checked against the hashes of server-requirements.txt.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { checkout, client, output, python } from './python.mjs';

const target = path.join(client, 'dist', 'server');
const libraries = path.join(target, 'libraries');
const LAUNCH = `"""Starts the bundled server: only the Python's own library and what is next to this file can be imported."""

import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(here, "libraries")]

from venvls.__main__ import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
`;

rmSync(target, { recursive: true, force: true });
mkdirSync(libraries, { recursive: true });
cpSync(path.join(checkout, 'server', 'venvls'), path.join(target, 'venvls'), {
  recursive: true,
  filter: (source) => !/__pycache__$|\.pyc$/.test(source),
});
const requirements = path.join(client, 'server-requirements.txt');
const pure = ['--no-deps', '--require-hashes', '--only-binary=:all:', '--platform=any', '--implementation=py', '--abi=none', '--python-version=3.10'];
const pip = (...command) => output(python, ['-m', 'pip', '--disable-pip-version-check', '--quiet', ...command, ...pure, '-r', requirements]);
// The wheels are downloaded once for each lock: packing again needs no network.
const wheels = path.join(client, 'node_modules', '.cache', `wheels-${createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16)}`);
if (!existsSync(path.join(wheels, '.complete'))) {
  pip('download', '--dest', wheels);
  writeFileSync(path.join(wheels, '.complete'), '');
}
pip('install', '--no-index', '--find-links', wheels, '--no-compile', '--target', libraries);
for (const name of readdirSync(libraries)) {
  // Programs of the packages are of no use here. Their dist-info stays: it holds the licences.
  if (name === 'bin' || name === '__pycache__') {
    rmSync(path.join(libraries, name), { recursive: true });
  }
}
const compiled = readdirSync(libraries, { recursive: true }).filter((name) => /\.(so|pyd|dylib)$/.test(name));
if (compiled.length > 0) {
  console.error(`Not pure Python, so not for every platform: ${compiled.join(', ')}`);
  process.exit(1);
}
writeFileSync(path.join(target, 'launch.py'), LAUNCH);
