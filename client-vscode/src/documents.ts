/** Which files the server is told of: Python files, cells of notebooks, and manifests on disk. */

const patterns = [
  '**/*requirements*.{txt,in}',
  '**/{requirements,requirement,reqs}/*.{txt,in}',
  '**/*constraints*.{txt,in}',
  '**/pyproject.toml',
  '**/{Pipfile,setup.cfg,setup.py,hatch.toml,pixi.toml,tox.ini,tox.toml}',
  '**/{Pipfile.lock,uv.lock,poetry.lock,pdm.lock,pixi.lock,conda-lock.yml,conda-lock.yaml}',
  '**/conda-{linux,osx,win}-*.lock',
  '**/*.{py,pyw}.lock',
  '**/pylock{.*,}.toml',
  '**/environment{*,}.{yml,yaml}',
];

export const documents = [
  { scheme: 'file', language: 'python' },
  { scheme: 'file', language: 'pip-requirements' },
  ...patterns.map((pattern) => ({ scheme: 'file', pattern })),
] as const;

/** Python code in notebooks, as the language client names it. */
export const cells = { notebook: 'jupyter-notebook', language: 'python' } as const;
