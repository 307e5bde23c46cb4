// Writes l10n/bundle.l10n.json: every sentence of the source that is shown to a person, for translators. With --check only says whether it is
// current, and whether package.json names each sentence of package.nls.json and no other.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

import { client } from './python.mjs';

const check = process.argv.includes('--check');
const complaints = [];
const source = path.join(client, 'src');
const sentences = new Set();

for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))) {
  const file = ts.createSourceFile(name, readFileSync(path.join(source, name), 'utf8'), ts.ScriptTarget.Latest, true);
  visit(file, name);
}

function visit(node, name) {
  if (ts.isCallExpression(node) && /^(vscode\.)?l10n\.t$/.test(node.expression.getText())) {
    const [first] = node.arguments;
    if (first !== undefined && ts.isStringLiteralLike(first)) {
      sentences.add(first.text);
    } else {
      complaints.push(`${name}: l10n.t takes a sentence as it is, not ${first?.getText() ?? 'nothing'}.`);
    }
  }
  ts.forEachChild(node, (child) => visit(child, name));
}

const file = path.join(client, 'l10n', 'bundle.l10n.json');
const text = `${JSON.stringify(Object.fromEntries([...sentences].sort().map((sentence) => [sentence, sentence])), undefined, 2)}\n`;
if (!check) {
  writeFileSync(file, text);
} else if (readFileSync(file, 'utf8') !== text) {
  complaints.push('l10n/bundle.l10n.json is not current: run `npm run l10n`.');
}

const manifest = readFileSync(path.join(client, 'package.json'), 'utf8');
const used = new Set([...manifest.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1]));
const defined = new Set(Object.keys(JSON.parse(readFileSync(path.join(client, 'package.nls.json'), 'utf8'))));
complaints.push(...[...used].filter((key) => !defined.has(key)).map((key) => `package.nls.json lacks ${key}.`));
complaints.push(...[...defined].filter((key) => !used.has(key)).map((key) => `package.nls.json has ${key}, which package.json does not name.`));

if (complaints.length > 0) {
  console.error(complaints.join('\n'));
  process.exit(1);
}
