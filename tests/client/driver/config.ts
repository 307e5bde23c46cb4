/** What the Python side hands over: where the pieces stand. Written by `conftest.py`. */
import { readFileSync } from 'node:fs';

export interface Config {
  readonly node: string;
  readonly codeServer: string;
  readonly chromium: string;
  /** client-vscode, whose node_modules hold the driver of the browser. */
  readonly client: string;
  readonly vsix: string;
  /** VSIX files of the stand-ins, or of the real extensions, by extension id. */
  readonly extensions: Readonly<Record<string, string>>;
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
