// Writes server-requirements.txt: what the bundled server needs, exact and with hashes. With --check only says whether pyproject.toml requires more.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { checkout, client, output, python } from './python.mjs';

const file = path.join(client, 'server-requirements.txt');
const HEAD = `# What the bundled server needs, exact and with hashes, for the oldest Python it runs on. Written by \`npm run lock\` (needs uv).\n`;

if (process.argv.includes('--check')) {
  const script = 'import json, re, sys\ntry:\n    import tomllib\nexcept ImportError:\n    import tomli as tomllib\n' +
    'names = [re.match(r"[A-Za-z0-9._-]+", line)[0] for line in tomllib.load(open(sys.argv[1], "rb"))["project"]["dependencies"]]\n' +
    'print(json.dumps([re.sub(r"[-_.]+", "-", name).lower() for name in names]))';
  const required = JSON.parse(output(python, ['-I', '-c', script, path.join(checkout, 'pyproject.toml')]));
  const locked = new Set([...readFileSync(file, 'utf8').matchAll(/^([a-z0-9-]+)==/gm)].map((match) => match[1]));
  const missing = required.filter((name) => !locked.has(name));
  if (missing.length > 0) {
    console.error(`server-requirements.txt lacks ${missing.join(', ')}: run \`npm run lock\`.`);
    process.exit(1);
  }
} else {
  const text = output('uv', [
    'pip', 'compile', '--quiet', '--python-version', '3.10', '--generate-hashes', '--no-header', '--no-annotate', '--no-emit-index-url',
    path.join(checkout, 'pyproject.toml'),
  ]);
  writeFileSync(file, HEAD + text);
}
