"""A small project for each kind of file that is read, with a place in it to look at: for what has to be right in all of them alike."""

from __future__ import annotations

from typing import NamedTuple


class Sample(NamedTuple):
    """``path`` is the file that is looked at, ``package`` the text whose first place in it is a package's, ``group`` that of a group's or
    extra's name where the format has such. ``also_open`` is a file that has to be open too."""

    files: dict[str, str]
    path: str
    package: str
    group: str | None = None
    also_open: str | None = None


_INSTALLED = 'flask 3.0 | werkzeug>=3 | asgiref; extra == "async"\nwerkzeug 2.0\nrequests 2.28.0\n'
_VENV = {".venv/pyvenv.cfg": "version = 3.12.4\n", ".venv/@installed": _INSTALLED}
_TOX = {
    ".tox/py/pyvenv.cfg": "version = 3.12.4\n",
    ".tox/py/@installed": _INSTALLED,
    ".tox/py/.tox-info.json": '{"ToxEnv": {"name": "py", "type": "VirtualEnvRunner"}}',
}


def _conda(prefix: str) -> dict[str, str]:
    return {
        f"{prefix}/conda-meta/history": "",
        f"{prefix}/conda-meta/python-3.12.4-h1_0.json": "{}",
        f"{prefix}/conda-meta/flask-3.0-h_0.json": "{}",
        f"{prefix}/bin/python": "",
        f"{prefix}/bin/python3.12": "",
        f"{prefix}/lib/python3.12/site-packages/README.txt": "",
        f"{prefix}/@installed": "requests 2.28.0\nwerkzeug 2.0\n",
    }


_PIXI = {**_conda(".pixi/envs/default"), ".pixi/envs/default/conda-meta/pixi": "{}"}
_PROJECT = '[project]\nname = "me"\nversion = "1"\n'
_LIST = '[\n  "flask[async]>=2",\n  "requests>=99",\n  "lib @ https://files.example.org/lib-1.0-py3-none-any.whl",\n]\n'
_GROUP = '[dependency-groups]\ndocs = ["requests"]\n'
_POETRY = '[tool.poetry]\nname = "me"\nversion = "1"\ndescription = ""\nauthors = []\n[tool.poetry.dependencies]\npython = "^3.9"\n'
_KEYED = 'flask = ">=2"\nrequests = ">=99"\nlib = {path = "lib"}\n'
_LOCAL = {"lib/pyproject.toml": '[project]\nname = "lib"\nversion = "1"\n'}
_PIXI_TOML = (
    '[workspace]\nname = "me"\nchannels = ["conda-forge"]\nplatforms = ["linux-64"]\n'
    '[dependencies]\npython = "3.12.*"\nflask = ">=9"\n[pypi-dependencies]\nrequests = ">=99"\nlib = {path = "lib"}\n'
)
_CONDA_YML = "name: me\ndependencies:\n  - python=3.12\n  - flask>=9\n  - pip:\n    - requests>=99\n    - -r base.txt\n"
_UV_LOCK = """version = 1
requires-python = ">=3.9"

[[package]]
name = "flask"
version = "3.0"
source = { registry = "https://pypi.org/simple" }
dependencies = [
    { name = "werkzeug" },
]

[[package]]
name = "werkzeug"
version = "3.1"
source = { registry = "https://pypi.org/simple" }
"""
_UV_PROJECT = """
[[package]]
name = "me"
version = "1"
source = { virtual = "." }
dependencies = [
    { name = "flask" },
]

[package.metadata]
requires-dist = [{ name = "flask" }]
"""
_POETRY_LOCK = """[[package]]
name = "flask"
version = "3.0"
optional = false
python-versions = ">=3.8"
groups = ["main"]
files = []

[package.dependencies]
werkzeug = ">=3"

[[package]]
name = "werkzeug"
version = "3.1"
optional = false
python-versions = ">=3.8"
groups = ["main"]
files = []

[metadata]
lock-version = "2.1"
python-versions = "^3.9"
content-hash = "x"
"""
_PDM_LOCK = """[metadata]
groups = ["default"]
strategy = ["inherit_metadata"]
lock_version = "4.5.0"
content_hash = "sha256:x"

[[package]]
name = "flask"
version = "3.0"
groups = ["default"]
dependencies = [
    "werkzeug>=3",
]
files = []

[[package]]
name = "werkzeug"
version = "3.1"
groups = ["default"]
files = []
"""
_PYLOCK = """lock-version = "1.0"
created-by = "me"

[[packages]]
name = "flask"
version = "3.0"
wheels = [{url = "https://files.example.org/flask-3.0-py3-none-any.whl", hashes = {sha256 = "00"}}]

[[packages]]
name = "werkzeug"
version = "3.1"
wheels = [
    {url = "https://files.example.org/werkzeug-3.1-py3-none-any.whl", hashes = {sha256 = "00"}},
]
"""
_PIPFILE_LOCK = """{
    "_meta": {
        "hash": {"sha256": "x"},
        "pipfile-spec": 6,
        "requires": {},
        "sources": []
    },
    "default": {
        "flask": {
            "version": "==3.0"
        },
        "werkzeug": {
            "version": "==3.1"
        }
    },
    "develop": {}
}
"""
_PIXI_LOCK = """version: 6
environments:
  default:
    channels:
    - url: https://conda.anaconda.org/conda-forge/
    packages:
      linux-64:
      - conda: https://conda.anaconda.org/conda-forge/linux-64/python-3.12.4-h1_0.conda
      - conda: https://conda.anaconda.org/conda-forge/noarch/flask-3.0-h_0.conda
      - conda: https://conda.anaconda.org/conda-forge/noarch/werkzeug-3.1-h_0.conda
packages:
- conda: https://conda.anaconda.org/conda-forge/linux-64/python-3.12.4-h1_0.conda
  sha256: aa
- conda: https://conda.anaconda.org/conda-forge/noarch/flask-3.0-h_0.conda
  sha256: bb
  depends:
  - werkzeug >=3
- conda: https://conda.anaconda.org/conda-forge/noarch/werkzeug-3.1-h_0.conda
  sha256: cc
"""
_CONDA_LOCK = """version: 1
metadata:
  platforms:
  - linux-64
  sources:
  - environment.yml
package:
- name: flask
  version: '3.0'
  manager: conda
  platform: linux-64
  dependencies:
    werkzeug: '>=3'
  url: https://conda.anaconda.org/conda-forge/noarch/flask-3.0-h_0.conda
  category: main
- name: werkzeug
  version: '3.1'
  manager: conda
  platform: linux-64
  dependencies: {}
  url: https://conda.anaconda.org/conda-forge/noarch/werkzeug-3.1-h_0.conda
  category: main
"""
_EXPLICIT = """@EXPLICIT
https://conda.anaconda.org/conda-forge/linux-64/python-3.12.4-h1_0.conda
https://conda.anaconda.org/conda-forge/noarch/flask-3.0-h_0.conda
https://conda.anaconda.org/conda-forge/noarch/werkzeug-3.1-h_0.conda
"""
_COMPILED = (
    "#\n# This file is autogenerated by pip-compile with Python 3.12\n# by the following command:\n#\n#    pip-compile requirements.in\n#\n"
    "flask==3.0 \\\n    --hash=sha256:00\n    # via -r requirements.in\nwerkzeug==3.1\n    # via flask\n"
)
_FLASK = {"pyproject.toml": _PROJECT + 'requires-python = ">=3.9"\ndependencies = ["flask"]\n'}


def _toml(table: str, file: str = "pyproject.toml", head: str = _PROJECT) -> Sample:
    return Sample({**_VENV, file: f"{head}{table} = {_LIST}"}, file, "flask")


MANIFESTS = {
    "requirements files": Sample(
        {**_VENV, "requirements.txt": "-r base.txt\nflask[async]>=2\nrequests>=99 \\\n  --hash=sha256:00\n", "base.txt": "werkzeug\n"},
        "requirements.txt",
        "flask",
    ),
    "`[project]`, extras": Sample(
        {**_VENV, "pyproject.toml": f'{_PROJECT}dependencies = {_LIST}[project.optional-dependencies]\ndocs = ["requests"]\n'},
        "pyproject.toml",
        "flask",
        "docs",
    ),
    "`[dependency-groups]`": Sample({**_VENV, "pyproject.toml": f"{_PROJECT}{_GROUP}dev = {_LIST}"}, "pyproject.toml", "flask", "docs"),
    "`[tool.uv]`": _toml("[tool.uv]\ndev-dependencies"),
    "`[tool.poetry]`": Sample(
        {**_VENV, **_LOCAL, "pyproject.toml": f'{_POETRY}{_KEYED}[tool.poetry.group.docs.dependencies]\nwerkzeug = "*"\n'},
        "pyproject.toml",
        "flask",
        "docs",
    ),
    "`[tool.pdm.dev-dependencies]`": Sample(
        {**_VENV, "pyproject.toml": f"{_PROJECT}[tool.pdm.dev-dependencies]\ndocs = {_LIST}"}, "pyproject.toml", "flask", "docs"
    ),
    "hatch.toml, `[tool.hatch]`": Sample(
        {**_VENV, "pyproject.toml": _PROJECT + "dynamic = []\n", "hatch.toml": f'[envs.default]\npath = ".venv"\ndependencies = {_LIST}'},
        "hatch.toml",
        "flask",
    ),
    "tox.ini": Sample(
        {
            **_TOX,
            "tox.ini": "[tox]\nenv_list = py\nno_package = true\n[testenv]\ndeps =\n    flask[async]>=2\n    requests>=99\n"
            "    -r base.txt\n",
            "base.txt": "werkzeug\n",
        },
        "tox.ini",
        "flask",
    ),
    "tox.toml, `[tool.tox]`": Sample(
        {**_TOX, "tox.toml": f'env_list = ["py"]\nno_package = true\n[env_run_base]\ndeps = {_LIST}'}, "tox.toml", "flask"
    ),
    "pixi.toml, `[tool.pixi]`": Sample({**_PIXI, **_LOCAL, "pixi.toml": _PIXI_TOML}, "pixi.toml", "flask"),
    "setup.cfg": Sample(
        {
            **_VENV,
            "setup.cfg": "[metadata]\nname = me\n[options]\ninstall_requires =\n    flask[async]>=2\n    requests>=99\n"
            "    lib @ https://files.example.org/lib-1.0-py3-none-any.whl\n[options.extras_require]\ndocs =\n    requests\n",
        },
        "setup.cfg",
        "flask",
        "docs",
    ),
    "setup.py": Sample(
        {
            **_VENV,
            "setup.py": "from setuptools import setup\nsetup(\n    name='me',\n    install_requires=[\n        'flask[async]>=2',\n"
            "        'requests>=99',\n        'lib @ https://files.example.org/lib-1.0-py3-none-any.whl',\n    ],\n"
            "    extras_require={'docs': ['requests']},\n)\n",
        },
        "setup.py",
        "flask",
        "docs",
    ),
    "Pipfile": Sample({**_VENV, **_LOCAL, "Pipfile": f'[packages]\n{_KEYED}[docs]\nwerkzeug = "*"\n'}, "Pipfile", "flask", "docs"),
    "environment.yml": Sample({**_conda("env"), "environment.yml": _CONDA_YML, "base.txt": "werkzeug\n"}, "environment.yml", "flask"),
    "PEP 723 blocks": Sample(
        {
            "s.py": '# /// script\n# dependencies = [\n#   "flask[async]>=2",\n#   "requests>=99",\n'
            '#   "lib @ https://files.example.org/lib-1.0-py3-none-any.whl",\n# ]\n# ///\n'
        },
        "s.py",
        "flask",
    ),
}
LOCKS = {
    "uv.lock": Sample({**_VENV, **_FLASK, "uv.lock": _UV_LOCK + _UV_PROJECT}, "uv.lock", 'werkzeug"\nversion'),
    "a script's lock": Sample(
        {
            "requirements.txt": "",
            "s.py": '# /// script\n# dependencies = ["flask"]\n# ///\n',
            "s.py.lock": _UV_LOCK.replace('"\n\n', '"\n\n[manifest]\nrequirements = [{ name = "flask" }]\n\n', 1),
        },
        "s.py.lock",
        'werkzeug"\nversion',
        also_open="s.py",
    ),
    "poetry.lock": Sample(
        {**_VENV, "pyproject.toml": f'{_POETRY}flask = "^3"\n', "poetry.lock": _POETRY_LOCK}, "poetry.lock", 'werkzeug"\nversion'
    ),
    "pdm.lock": Sample({**_VENV, **_FLASK, "pdm.lock": _PDM_LOCK}, "pdm.lock", 'werkzeug"\nversion'),
    "pylock.toml": Sample({**_VENV, **_FLASK, "pylock.toml": _PYLOCK}, "pylock.toml", 'werkzeug"\nversion'),
    "Pipfile.lock": Sample({**_VENV, "Pipfile": '[packages]\nflask = ">=2"\n', "Pipfile.lock": _PIPFILE_LOCK}, "Pipfile.lock", "werkzeug"),
    "compiled requirements": Sample({**_VENV, "requirements.in": "flask\n", "requirements.txt": _COMPILED}, "requirements.txt", "werkzeug"),
    "pixi.lock": Sample(
        {**_PIXI, "pixi.toml": _PIXI_TOML.partition("[pypi")[0].replace(">=9", ">=2"), "pixi.lock": _PIXI_LOCK}, "pixi.lock", "werkzeug-"
    ),
    "conda-lock.yml": Sample(
        {**_conda("env"), "environment.yml": _CONDA_YML, "conda-lock.yml": _CONDA_LOCK}, "conda-lock.yml", "werkzeug\n  version"
    ),
    "conda's explicit files": Sample(
        {**_conda("env"), "environment.yml": _CONDA_YML, "conda-linux-64.lock": _EXPLICIT}, "conda-linux-64.lock", "flask"
    ),
}
