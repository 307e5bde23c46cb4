"""Projects for uv, one for each thing that a lock can say: name → files. ``@GIT@`` stands for a repository beside
them, ``@INDEX@`` for a small index."""

# ruff: noqa: E501 (a file of a project stands on one line here)

from __future__ import annotations

HEAD = '[project]\nname = "me"\nversion = "0.1.0"\nrequires-python = ">=3.10"\n'
BUILD = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
LIB = {
    "lib/pyproject.toml": '[project]\nname = "lib"\nversion = "1.0"\ndependencies = ["iniconfig"]\n' + BUILD,
    "lib/src/lib/__init__.py": "",
}

PROJECTS: dict[str, dict[str, str]] = {
    "plain": {"pyproject.toml": HEAD + 'dependencies = ["idna>=3,<4", "iniconfig"]\n'},
    "extras": {
        "pyproject.toml": HEAD
        + 'dependencies = ["iniconfig"]\n[project.optional-dependencies]\nweb = ["idna", "me[cli]"]\ncli = ["six"]\nAll_Of = ["me[web,cli]"]\n'
    },
    "groups": {
        "pyproject.toml": HEAD
        + 'dependencies = ["iniconfig"]\n[dependency-groups]\ndev = ["idna", {include-group = "Lint_X"}]\nLint_X = ["six"]\nempty = []\ndocs = ["attrs"]\n'
    },
    "default groups": {
        "pyproject.toml": HEAD
        + 'dependencies = ["iniconfig"]\n[dependency-groups]\ndev = ["idna"]\ndocs = ["attrs"]\n[tool.uv]\ndefault-groups = ["docs"]\n'
    },
    "all groups": {
        "pyproject.toml": HEAD
        + 'dependencies = ["iniconfig"]\n[dependency-groups]\ndev = ["idna"]\ndocs = ["attrs"]\n[tool.uv]\ndefault-groups = "all"\n'
    },
    "dev-dependencies": {"pyproject.toml": HEAD + 'dependencies = ["iniconfig"]\n[tool.uv]\ndev-dependencies = ["idna", "six>=1.16"]\n'},
    "markers": {
        "pyproject.toml": HEAD
        + "dependencies = [\"idna; python_version < '4' and sys_platform != 'win32'\", \"colorama; platform_system == 'Windows'\", "
        "\"tomli; python_version < '3.11'\", \"six; python_version >= '3.11' or os_name == 'nt'\", \"iniconfig; 'linux' in sys_platform\"]\n"
    },
    "a false marker": {"pyproject.toml": HEAD + 'dependencies = ["requests", "idna>=3; python_version < \'3\'"]\n'},
    "forks": {
        "pyproject.toml": HEAD
        + 'dependencies = ["idna<3.7; python_version < \'3.11\'", "idna>=3.7; python_version >= \'3.11\'", "iniconfig", '
        "\"six==1.16; sys_platform == 'win32'\", \"six>=1.17; sys_platform != 'win32'\"]\n"
    },
    "conflicts": {
        "pyproject.toml": HEAD + 'dependencies = ["iniconfig"]\n[project.optional-dependencies]\nold = ["idna<3.7"]\nnew = ["idna>=3.7"]\n'
        "[tool.uv]\nconflicts = [[{ extra = 'old' }, { extra = 'new' }]]\n"
    },
    "package": {"pyproject.toml": HEAD + 'dependencies = ["idna"]\n' + BUILD, "src/me/__init__.py": ""},
    "dynamic version": {
        "pyproject.toml": '[project]\nname = "me"\ndynamic = ["version"]\nrequires-python = ">=3.10"\ndependencies = ["idna"]\n'
        + BUILD
        + '[tool.hatch.version]\npath = "src/me/__init__.py"\n',
        "src/me/__init__.py": '__version__ = "1.2"\n',
    },
    "editable path": {
        "pyproject.toml": HEAD + 'dependencies = ["lib"]\n[tool.uv.sources]\nlib = { path = "lib", editable = true }\n',
        **LIB,
    },
    "path": {"pyproject.toml": HEAD + 'dependencies = ["lib", "idna"]\n[tool.uv.sources]\nlib = { path = "lib" }\n', **LIB},
    "git": {"pyproject.toml": HEAD + 'dependencies = ["gitted"]\n[tool.uv.sources]\ngitted = { git = "@GIT@", tag = "v1" }\n'},
    "url": {"pyproject.toml": HEAD + 'dependencies = ["alpha @ @INDEX@/files/alpha-1.0-py3-none-any.whl"]\n'},
    "bounds": {
        "pyproject.toml": HEAD + 'dependencies = ["idna", "requests"]\n[tool.uv]\nconstraint-dependencies = ["urllib3<2.5"]\n'
        'override-dependencies = ["certifi>=2023"]\nbuild-constraint-dependencies = ["hatchling<99"]\nenvironments = ["sys_platform == \'linux\'", "sys_platform == \'darwin\'", "sys_platform == \'win32\'"]\n'
    },
    "package false": {"pyproject.toml": HEAD + 'dependencies = ["idna"]\n[tool.uv]\npackage = false\n' + BUILD},
    "workspace": {
        "pyproject.toml": HEAD
        + 'dependencies = ["one", "idna"]\n[tool.uv.workspace]\nmembers = ["packages/*"]\nexclude = ["packages/skip"]\n[tool.uv.sources]\none = { workspace = true }\n',
        "packages/one/pyproject.toml": '[project]\nname = "one"\nversion = "1"\ndependencies = ["iniconfig"]\n[dependency-groups]\ndev = ["six"]\n'
        + BUILD,
        "packages/one/src/one/__init__.py": "",
        "packages/two/pyproject.toml": '[project]\nname = "two"\nversion = "1"\nrequires-python = ">=3.11,<4"\ndependencies = ["one", "attrs"]\n[tool.uv.sources]\none = { workspace = true }\n',
        "packages/skip/pyproject.toml": '[project]\nname = "skip"\nversion = "1"\n',
    },
    "virtual workspace": {
        "pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n[dependency-groups]\ndev = ["idna"]\n',
        "packages/one/pyproject.toml": '[project]\nname = "one"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = ["iniconfig"]\n[dependency-groups]\ndev = ["six"]\n',
    },
}

EDITS: dict[str, list[tuple[str, str]]] = {
    "plain": [
        ('"idna>=3,<4"', '"idna <4, >=3.0"'),
        ('"idna>=3,<4"', '"idna>=3"'),
        ('"idna>=3,<4", ', ""),
        ('"iniconfig"', '"iniconfig", "six"'),
        ('"iniconfig"', '"iniconfig[foo]"'),
        ('"iniconfig"', '"iniconfig", "iniconfig"'),
        ('"0.1.0"', '"0.1"'),
        ('"0.1.0"', '"0.2.0"'),
        ('">=3.10"', '">=3.11"'),
        ('">=3.10"', '">=3.10.0"'),
        ('">=3.10"', '">=3.10,!=3.10.4"'),
        ('"me"', '"Me"'),
        ('"me"', '"mine"'),
        ("dependencies =", "description = 'x'\ndependencies ="),
        ('"iniconfig"]', '"iniconfig"]\n[tool.ruff]\nline-length = 100'),
        ('"iniconfig"]', '"iniconfig"]\n[tool.uv]\npackage = true'),
        ('"iniconfig"]', '"iniconfig"]\n[tool.uv]\nresolution = "lowest"'),
        ('"iniconfig"]', '"iniconfig"]\n[tool.uv]\nresolution = "highest"'),
        ('"iniconfig"]', '"iniconfig"]\n[tool.uv]\nprerelease = "allow"'),
        ('"iniconfig"]', '"iniconfig"]\n[tool.uv]\nconstraint-dependencies = ["idna<9"]'),
        ('"iniconfig"]', '"iniconfig"]\n[tool.uv]\nenvironments = ["sys_platform == \'linux\'"]'),
        ('"iniconfig"]', '"iniconfig"]\n[dependency-groups]\ndev = []'),
        ('"iniconfig"]', '"iniconfig"]\n[project.optional-dependencies]\nx = []'),
    ],
    "extras": [
        ('"idna", "me[cli]"', '"idna", "six"'),
        ('cli = ["six"]', 'cli = ["six>=1"]'),
        ("All_Of", "all-of"),
        ('cli = ["six"]\n', 'cli = ["six"]\nnone = []\n'),
        ('All_Of = ["me[web,cli]"]\n', ""),
    ],
    "groups": [
        ("empty = []\n", ""),
        ('{include-group = "Lint_X"}', '"six"'),
        ('docs = ["attrs"]', 'docs = ["attrs>1"]'),
        ("docs =", "Docs ="),
        ("Lint_X = [", "Lint_X = ['idna', "),
    ],
    "default groups": [('["docs"]', '["dev", "docs"]'), ('default-groups = ["docs"]\n', "")],
    "dev-dependencies": [('"six>=1.16"', '"six"'), ("[tool.uv]\ndev-dependencies", "[dependency-groups]\ndev")],
    "markers": [
        ("python_version < '4'", "python_full_version < '4'"),
        ("python_version < '4'", "python_version <= '3.99'"),
        ("platform_system == 'Windows'", "sys_platform == 'win32'"),
        ("python_version < '3.11'", "python_version < '3.12'"),
        ("python_version < '3.11'", "python_version <= '3.10'"),
        ("; 'linux' in sys_platform", ""),
        ("or os_name == 'nt'", "and os_name == 'nt'"),
    ],
    "bounds": [
        ('["urllib3<2.5"]', '["urllib3 < 2.5"]'),
        ('["urllib3<2.5"]', '["urllib3<2.4"]'),
        ('["certifi>=2023"]', '["certifi>=2022"]'),
        ('"hatchling<99"', '"hatchling<98"'),
        ("build-constraint-dependencies", "# build-constraint-dependencies"),
        ("sys_platform == 'win32'", "platform_system == 'Windows'"),
        (", \"sys_platform == 'win32'\"", ""),
    ],
    "editable path": [("editable = true", "editable = false"), (", editable = true", ""), ('"lib"]', '"lib>=1"]')],
    "path": [('path = "lib"', 'path = "./lib"'), ('path = "lib"', 'path = "lib", editable = true'), ('"lib", ', "")],
    "git": [('tag = "v1"', 'branch = "main"'), (', tag = "v1"', "")],
    "url": [("dependencies = [", "dependencies = ['six', ")],
    "conflicts": [("conflicts", "# conflicts"), ("idna<3.7", "idna<3.6")],
    "package": [
        ('[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n', ""),
        ('["hatchling"]', '["hatchling>1"]'),
    ],
    "dynamic version": [('dynamic = ["version"]', 'version = "1.2"')],
    "package false": [("package = false", "package = true")],
    "workspace": [
        ('"idna"]', '"idna", "six"]'),
        ('exclude = ["packages/skip"]\n', ""),
        ('exclude = ["packages/skip"]', 'exclude = ["packages/skip", "packages/two"]'),
    ],
    "virtual workspace": [('["idna"]', '["idna>=3"]'), ("dev = [", "docs = ['six']\ndev = [")],
}
"""Changes of a pyproject.toml after the lock was made; uv says of each whether the lock is still fresh."""
