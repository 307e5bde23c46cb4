// Writes the settings of package.json from the server's own table; with --check only says whether they agree.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { checkout, client, output, python } from './python.mjs';

const TABLE = `
import json, sys
sys.path.insert(0, sys.argv[1])
from venvls.rules import RULES
from venvls.settings import KINDS, PROGRAMS, SETTINGS
rules = [{"code": rule.code, "severity": rule.severity, "doc": rule.doc.strip().split("\\n\\n")[0].replace("\\n", " ")} for rule in RULES]
print(json.dumps({"settings": [one._asdict() for one in SETTINGS], "kinds": KINDS, "programs": PROGRAMS, "rules": rules}))
`;

// What only an editor can do; the server has no such setting.
const OURS = [
  {
    key: 'environment.follow',
    type: 'string',
    default: 'auto',
    doc: "Whether the interpreter follows the file in front, in a folder with several projects: where it can be held for each project (`auto`), always (`on`), or never (`off`).",
    choices: ['auto', 'on', 'off'],
    scope: 'resource',
  },
];

const table = JSON.parse(output(python, ['-I', '-c', TABLE, path.join(checkout, 'server')]));
const properties = {};
const restricted = [];

for (const setting of [...OURS, ...table.settings].sort((one, other) => one.key.localeCompare(other.key))) {
  for (const one of expanded(setting)) {
    const name = `venvls.${one.key}`;
    properties[name] = {
      type: one.type,
      ...(one.type === 'array' ? { items: { type: 'string' } } : {}),
      ...(one.choices.length > 0 ? { enum: one.choices } : {}),
      default: one.default,
      markdownDescription: one.doc,
      scope: one.scope === 'machine' ? 'machine' : one.key === 'trace.server' ? 'window' : 'resource',
    };
    if (one.scope === 'machine') {
      restricted.push(name);
    }
  }
}

function expanded(setting) {
  const [family] = setting.key.split('.');
  if (!setting.key.includes('*')) {
    return [setting];
  }
  switch (family) {
    case 'kinds':
      return table.kinds.map((kind) => ({ ...setting, key: `kinds.${kind}`, doc: `Whether environments of the kind \`${kind}\` are looked for.` }));
    case 'tools':
      return table.programs.map((tool) => ({ ...setting, key: `tools.${tool}.path`, doc: `The absolute path of ${tool}; empty: the first one on PATH.` }));
    case 'rules':
      return table.rules.map((rule) => ({ ...setting, key: `rules.${rule.code}`, default: rule.severity, doc: rule.doc }));
    default:
      throw new Error(`settings.py has a family this script does not know: ${setting.key}`);
  }
}

const file = path.join(client, 'package.json');
const before = readFileSync(file, 'utf8');
const manifest = JSON.parse(before);
manifest.contributes.configuration = { title: 'venvls', properties };
manifest.capabilities.untrustedWorkspaces.restrictedConfigurations = restricted;
const after = `${JSON.stringify(manifest, undefined, 2)}\n`;
if (after !== before) {
  if (process.argv.includes('--check')) {
    console.error('package.json does not have the settings of the server: run `npm run settings`.');
    process.exit(1);
  }
  writeFileSync(file, after);
}
