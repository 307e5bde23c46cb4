/** Which files the server is told of: Python files and manifests on disk. */

const patterns = [
  '**/*requirements*.{txt,in}',
  '**/requirements/*.{txt,in}',
  '**/*constraints*.{txt,in}',
  '**/pyproject.toml',
  '**/{Pipfile,Pipfile.lock,uv.lock,poetry.lock,pdm.lock,setup.cfg,setup.py,hatch.toml,pixi.toml,tox.ini,tox.toml}',
  '**/pylock{.*,}.toml',
  '**/environment{*,}.{yml,yaml}',
];

export const documents = [
  { scheme: 'file', language: 'python' },
  { scheme: 'file', language: 'pip-requirements' },
  ...patterns.map((pattern) => ({ scheme: 'file', pattern })),
] as const;
