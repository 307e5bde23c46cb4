// Writes the settings of package.json from the server's own table, and their texts into package.nls.json; with --check only says whether they agree.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { checkout, client, output, python } from './python.mjs';

const TABLE = `
import json, sys
sys.path.insert(0, sys.argv[1])
from venvls.rules import every_rule
from venvls.settings import KINDS, PROGRAMS, SETTINGS
rules = [{"code": rule.code, "severity": rule.severity, "doc": rule.doc.strip().split("\\n\\n")[0].replace("\\n", " ")} for rule in every_rule()]
print(json.dumps({"settings": [setting._asdict() for setting in SETTINGS], "kinds": KINDS, "programs": PROGRAMS, "rules": rules}))
`;

// What only an editor can do; the server has no such setting.
const OURS = [
  {
    key: 'environment.follow',
    type: 'string',
    default: 'auto',
    doc: "In a folder with several projects, whether the interpreter changes with the file in front: only where that changes no settings (`auto`), always (`on`), or never (`off`).",
    choices: ['auto', 'on', 'off'],
    scope: 'resource',
  },
];

const table = JSON.parse(output(python, ['-I', '-c', TABLE, path.join(checkout, 'server')]));
const properties = {};
const texts = {};
const restricted = [];

for (const family of [...OURS, ...table.settings].sort((setting, next) => setting.key.localeCompare(next.key))) {
  for (const setting of expanded(family)) {
    const name = `venvls.${setting.key}`;
    texts[`setting.${setting.key}`] = setting.doc;
    properties[name] = {
      type: setting.type,
      ...(setting.type === 'array' ? { items: { type: 'string' } } : {}),
      ...(setting.choices.length > 0 ? { enum: setting.choices } : {}),
      default: setting.default,
      markdownDescription: `%setting.${setting.key}%`,
      scope: setting.scope === 'machine' ? 'machine' : setting.key === 'trace.server' ? 'window' : 'resource',
    };
    if (setting.scope === 'machine') {
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

renew('package.json', (manifest) => {
  manifest.contributes.configuration = { title: 'venvls', properties };
  manifest.capabilities.untrustedWorkspaces.restrictedConfigurations = restricted;
  return manifest;
});
renew('package.nls.json', (sentences) => ({
  ...Object.fromEntries(Object.entries(sentences).filter(([key]) => !key.startsWith('setting.'))),
  ...texts,
}));

function renew(name, change) {
  const file = path.join(client, name);
  const before = readFileSync(file, 'utf8');
  const after = `${JSON.stringify(change(JSON.parse(before)), undefined, 2)}\n`;
  if (after === before) {
    return;
  }
  if (process.argv.includes('--check')) {
    console.error(`${name} does not have the settings of the server: run \`npm run settings\`.`);
    process.exit(1);
  }
  writeFileSync(file, after);
}
