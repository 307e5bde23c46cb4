/** What the Python side hands over: where the pieces stand. Written by `conftest.py`. */
import { readFileSync } from 'node:fs';

export interface Config {
  readonly node: string;
  readonly codeServer: string;
  readonly chromium: string;
  /** client-vscode, whose node_modules hold the driver of the browser. */
  readonly client: string;
  readonly vsix: string;
  /** VSIX files with the interfaces of the Python extensions, by their ids. */
  readonly standIns: Readonly<Record<string, string>>;
  /** VSIX files of the real ones, those that were given. */
  readonly real: Readonly<Record<string, string>>;
  /** The bundled tests that run inside the extension host: a folder with package.json and index.js. */
  readonly inHost: string;
  /** Extensions folders filled in this run. */
  readonly scratch: string;
  readonly pictures: string;
  readonly python: string;
  readonly uv: string;
  readonly wheels: string;
}

export const config = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Config;
