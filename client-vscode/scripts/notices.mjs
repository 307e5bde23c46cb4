// Writes ThirdPartyNotices.txt: the licence of everything the extension carries, npm and Python packages alike, from the packages themselves.
// With --check only says whether it is current: the Python part in full where the server is bundled, else by names and versions.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { buildClient } from './build.mjs';
import { client } from './python.mjs';

const file = path.join(client, 'ThirdPartyNotices.txt');
const libraries = path.join(client, 'dist', 'server', 'libraries');
const LINE = '-'.repeat(80);
const HEAD = `Third-party software in the venvls extension

The client is bundled with the npm packages, and the server comes with the Python packages, that are listed here with their licences.
Written by \`npm run notices\`.
`;

const npm = npmPackages(await buildClient({ write: false, minify: false }));
const locked = [...readFileSync(path.join(client, 'server-requirements.txt'), 'utf8').matchAll(/^([a-z0-9-]+)==(\S+)/gm)];
const bundled = existsSync(libraries) && locked.every(([, name, version]) => infoOf(name, version) !== undefined);
if (!process.argv.includes('--check')) {
  if (!bundled) {
    fail('The bundled server is not there: run `npm run bundle-server` first.');
  }
  writeFileSync(file, whole());
} else {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const current = bundled
    ? text === whole()
    : npm.every((section) => text.includes(section)) && headings(text).join() === [...npm.map((section) => headings(section)[0]), ...locked.map(([, name, version]) => `${name} ${version}`)].join();
  if (!current) {
    fail('ThirdPartyNotices.txt is not current: run `npm run notices`.');
  }
}

function whole() {
  return [HEAD, ...npm, ...locked.map(([, name, version]) => pythonPackage(name, version))].join('\n');
}

/** The packages that the files of a bundle belong to, as sections in the order of their names. */
function npmPackages(inputs) {
  const folders = new Set(inputs.flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []));
  return [...folders]
    .map((folder) => ({ folder, ...JSON.parse(readFileSync(path.join(client, folder, 'package.json'), 'utf8')) }))
    .sort((before, after) => (before.name < after.name ? -1 : 1))
    .map(({ folder, name, version, license }) => section(name, version, license, licences(path.join(client, folder))));
}

function pythonPackage(name, version) {
  const info = infoOf(name, version);
  const [head] = readFileSync(path.join(info, 'METADATA'), 'utf8').split(/\r?\n\r?\n/);
  const fields = Object.fromEntries([...head.matchAll(/^([\w-]+): (.*)$/gm)].map((match) => [match[1], match[2]]));
  const classified = /^Classifier: License :: (?:OSI Approved :: )?(.*)$/m.exec(head)?.[1];
  const folders = [path.join(info, 'licenses'), path.join(info, 'license_files'), info].filter((folder) => existsSync(folder));
  return section(name, version, fields['License-Expression'] ?? fields['License'] ?? classified ?? 'see below', folders.flatMap(licences));
}

function infoOf(name, version) {
  const normal = (text) => text.replace(/[-_.]+/g, '-').toLowerCase();
  const info = readdirSync(libraries).find((entry) => entry.endsWith('.dist-info') && normal(entry.slice(0, -10)) === normal(`${name}-${version}`));
  return info === undefined ? undefined : path.join(libraries, info);
}

/** The texts of a folder's licence files, each once. */
function licences(folder) {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile() && /^(licen[cs]e|copying|notice|thirdparty)/i.test(entry.name));
  return names.map(({ name }) => readFileSync(path.join(folder, name), 'utf8').replace(/\r\n/g, '\n').trim());
}

function section(name, version, license, texts) {
  if (texts.length === 0) {
    fail(`${name} ${version} (${license}) comes without the text of its licence.`);
  }
  return `${LINE}\n${name} ${version} (${license})\n${LINE}\n\n${[...new Set(texts)].join('\n\n')}\n`;
}

/** `name version` of each section. */
function headings(text) {
  return [...text.matchAll(/^-{80}\n(\S+ \S+) \(.*\)\n-{80}$/gm)].map((match) => match[1]);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
