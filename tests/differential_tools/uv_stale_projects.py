"""Projects for uv that are only locked, and what is done to them then: settings, sources, groups, workspaces. uv says whether the lock
still fits; ``@INDEX@`` stands for the small index.
"""

# ruff: noqa: E501 (a file of a project stands on one line here)

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tests.differential_tools.uv_projects import BUILD, HEAD, LIB

PLAIN = HEAD + 'dependencies = ["idna>=3,<4", "iniconfig"]\n[tool.uv]\n'
LIB2 = {path.replace("lib/", "lib2/", 1): text for path, text in LIB.items()}
ALPHA = {"alpha/pyproject.toml": '[project]\nname = "alpha"\nversion = "1.0"\n' + BUILD, "alpha/src/alpha/__init__.py": ""}
DAY = 'exclude-newer = "2025-01-01T00:00:00Z"\n'
SPAN = 'exclude-newer = "1 week"\n'
PACKAGES = 'exclude-newer-package = { idna = "2025-01-01T00:00:00Z", six = "2024-01-01T00:00:00Z", iniconfig = "30 days", attrs = false }\n'
BOUNDS = (
    'constraint-dependencies = ["urllib3<2.5"]\noverride-dependencies = ["certifi>=2023"]\n'
    'build-constraint-dependencies = ["hatchling<99"]\nexclude-dependencies = ["six", "attrs"]\n'
)
METADATA = (
    'dependency-metadata = [{ name = "idna", version = "3.7", requires-dist = ["six>=1", "Attrs"], requires-python = ">=3.5", '
    'provides-extra = ["x"] }, { name = "iniconfig" }, { name = "certifi", version = "1" }]\n'
)
PYPI, OTHER = "https://pypi.org/simple", "https://index.example.invalid/simple"
EXTRAS = ('[{ extra = "x" }, { extra = "y" }]', '[{ extra = "y" }, { extra = "z" }]')


class Edit(NamedTuple):
    """What is done: ``before`` becomes ``after`` in ``path`` (an empty ``before``: it is put at the end), or files appear or go."""

    before: str = ""
    after: str = ""
    path: str = "pyproject.toml"
    new: Mapping[str, str] = {}
    gone: str = ""


def _index(address: str, more: str = "") -> str:
    return f'[[tool.uv.index]]\nurl = "{address}"\n{more}\n'


def _edits(*pairs: tuple[str, str]) -> list[Edit]:
    return [Edit(*pair) for pair in pairs]


def _member(name: str, more: str = "") -> str:
    return f'[project]\nname = "{name}"\nversion = "1"\nrequires-python = ">=3.10"\n{more}'


def _new(path: str) -> Edit:
    return Edit(new={f"{path}/pyproject.toml": _member("new")})


_CONDITIONS = (
    "python_version>='3.8'", "python_version>'3'", "python_version!='2.7'", "python_version not in '2.7 3.8'", "python_version>='3.10'",
    "python_version>'3.10'", "python_version<'3.13'", "python_version~='3.8'", "python_version=='3.11'", "python_full_version<'3.12.99'",
    "python_version<='3.12'", "python_full_version<='3.12'", "implementation_version>='3.8'", "python_version<'3.8'",
    "python_version>='3.8' and sys_platform=='linux'", "python_version<'3.8' or sys_platform=='linux'",
)  # fmt: skip
"""Some hold for every Python of a project, or for none, and uv leaves them out of the lock then."""


def _for_pythons(python: str) -> tuple[dict[str, str], list[Edit]]:
    """A project for some Pythons: conditions are put where none was, and are taken away."""
    first, second, third = _CONDITIONS[:3]
    text = (
        f'[project]\nname = "me"\nversion = "1"\nrequires-python = "{python}"\ndependencies = ["six", "idna; {second}"]\n'
        f'[project.optional-dependencies]\nx = ["attrs; {first}"]\n[dependency-groups]\ny = ["certifi; {third}"]\n'
        f"[tool.uv]\nenvironments = [\"sys_platform=='linux' and {first}\"]\n"
    )
    return {"pyproject.toml": text}, [
        Edit(), *(Edit('"six"', f'"six; {condition}"') for condition in _CONDITIONS),
        *_edits((f"; {first}", ""), (f"; {second}", ""), (f"; {third}", ""), (f" and {first}", ""), (f" and {first}", f" and {_CONDITIONS[5]}")),
        *_edits((f"; {first}", f"; {_CONDITIONS[5]}"), (f"; {third}", f"; {_CONDITIONS[8]}")),
    ]  # fmt: skip


STALE: dict[str, tuple[dict[str, str], list[Edit]]] = {
    **{f"conditions for Pythons {python}": _for_pythons(python) for python in (">=3.10", ">=3.10,<3.13", "==3.11.*", "~=3.10")},
    "a path source of its own": (
        {"pyproject.toml": HEAD + 'dependencies = ["lib", "lib2"]\n[tool.uv.sources]\nlib = { path = "lib" }\nlib2 = { path = "lib2", editable = true }\n',
         **LIB, **{path: text.replace('"lib"', '"lib2"') for path, text in LIB2.items()}},
        [
            Edit(), Edit('"1.0"', '"1.1"', "lib/pyproject.toml"), Edit('"iniconfig"', '"iniconfig", "six"', "lib/pyproject.toml"),
            Edit('["iniconfig"]', "[]", "lib2/pyproject.toml"), Edit('"iniconfig"', '"Iniconfig"', "lib/pyproject.toml"),
            Edit('"iniconfig"', '"iniconfig>=1"', "lib2/pyproject.toml"), Edit(gone="lib"),
        ],
    ),
    "extras and groups of a path source": (
        {"pyproject.toml": HEAD + 'dependencies = ["lib", "lib2"]\n[tool.uv.sources]\nlib = { path = "lib" }\nlib2 = { path = "lib2", editable = true }\n',
         "lib/pyproject.toml": LIB["lib/pyproject.toml"], "lib/src/lib/__init__.py": "",
         "lib2/pyproject.toml": '[project]\nname = "lib2"\nversion = "2"\ndependencies = ["idna>=3.4; python_version > \'3.11\'"]\n'
         '[project.optional-dependencies]\nX_y = []\n[tool.uv]\ndev-dependencies = ["attrs"]\n[dependency-groups]\n'
         'dev = ["six", { include-group = "Low" }]\nLow = ["certifi; python_version > \'3\'"]\n' + BUILD, "lib2/src/lib2/__init__.py": ""},
        [
            Edit(), *(Edit("", more, "lib/pyproject.toml") for more in (
                "[project.optional-dependencies]\nx = []\n", "[dependency-groups]\ndev = []\n", '[dependency-groups]\ndev = ["six"]\n',
                '[tool.uv]\ndev-dependencies = ["six"]\n', "[tool.uv]\ndev-dependencies = []\n",
            )),
            *(Edit('"1.0"', version, "lib/pyproject.toml") for version in ('"1.0.0"', '"v1"', '"1.0.1"')),
            *(Edit(before, after, "lib2/pyproject.toml") for before, after in (
                ("X_y = []", ""), ("X_y", "x-Y"), ("X_y = []", "X_y = []\nz = []"), ('"six", ', '"Six", '), ('"six", ', ""), ("six", "six>1"),
                (', { include-group = "Low" }', ""), ("certifi; python_version > '3'", "certifi"), ("> '3'", "> '3.11'"), ("Low =", "low ="),
                ('dev-dependencies = ["attrs"]\n', ""), ('"attrs"', '"attrs>1"'), (">=3.4", ">=3.5"), ("> '3.11'", ">= '3.12'"),
                ('Low = ["certifi', 'low2 = []\nLow = ["certifi'),
            )),
        ],
    ),
    "without inputs": (
        {"pyproject.toml": HEAD + 'dependencies = ["idna>=3"]\n[tool.uv]\npreview-features = ["resolution-inputs"]\n'},
        _edits(("", ""), *(("", f'constraint-dependencies = ["{bound}"]\n') for bound in ("idna<9", "idna<3", "six<1")), ("idna>=3", "idna>=3.1")),
    ),
    "without metadata": (
        {"pyproject.toml": HEAD + 'dependencies = ["idna>=3", "certifi"]\n[project.optional-dependencies]\nweb = ["six", "me[more]"]\n'
         'more = ["attrs"]\n[dependency-groups]\ndev = ["iniconfig", {include-group = "low"}]\nlow = ["urllib3; python_version > \'3\'"]\n'
         '[tool.uv]\npreview-features = ["lock-without-metadata"]\n'},
        _edits(
            ("", ""), ('"certifi"', '"certifi", "six"'), ("idna>=3", "idna>=3.1"), ("idna>=3", "idna<3"), ('"idna>=3", ', ""),
            ('"six"', '"six", "attrs"'), (', "me[more]"', ""), ("iniconfig", "iniconfig<1"), ('"iniconfig", ', ""), ('["urllib3; python_version > \'3\'"]', "[]"),
            ('"certifi"', '"Certifi"'), ('"certifi"', '"certifi; sys_platform == \'linux\'"'), ('"certifi"', '"certifi; python_version > \'3\'"'),
        ),
    ),
    "options": (
        {"pyproject.toml": PLAIN},
        _edits(
            ("", ""),
            *(("", f'{option} = "{value}"\n') for option, value in (
                ("fork-strategy", "fewest"), ("fork-strategy", "requires-python"), ("prerelease", "if-necessary"), ("prerelease", "explicit"),
                ("prerelease", "if-necessary-or-explicit"), ("resolution", "lowest-direct"), ("exclude-newer", "2030-01-01T00:00:00Z"),
                ("link-mode", "copy"), ("index-strategy", "unsafe-best-match"),
            )),
            *(("", f"{option} = {value}\n") for option, value in (
                ("exclude-newer-package", '{ idna = "1 day" }'), ("exclude-newer-package", '{ attrs = "1 day" }'),
                ("exclude-newer-package", "{ idna = false }"), ("no-sources", "true"), ("constraint-dependencies", '["attrs<9"]'),
                ("constraint-dependencies", '["idna<9"]'), ("override-dependencies", '["attrs>9"]'), ("environments", "[]"),
                ("build-constraint-dependencies", '["attrs>9"]'), ("exclude-dependencies", '["six"]'), ("exclude-dependencies", '["idna"]'),
                ("dependency-metadata", '[{ name = "attrs", version = "3.7" }]'), ("dependency-metadata", '[{ name = "idna", version = "3" }]'),
            )),
        ),
    ),
    "a uv.toml": (
        {"pyproject.toml": PLAIN + 'resolution = "lowest-direct"\n', "uv.toml": 'prerelease = "allow"\n'},
        [
            Edit(), Edit("lowest-direct", "highest"), Edit(PLAIN[-10:], PLAIN[-10:] + 'prerelease = "explicit"\n'), Edit("", "[tool.ruff]\n"),
            *(Edit("", f"{more}\n", "uv.toml") for more in (
                'resolution = "lowest-direct"', 'resolution = "highest"', 'exclude-newer = "2025-01-01T00:00:00Z"',
                'exclude-newer-package = { idna = "1 day" }', 'fork-strategy = "fewest"', 'constraint-dependencies = ["idna<9"]',
                'dependency-metadata = [{ name = "idna", version = "3" }]', 'link-mode = "copy"',
            )),
            Edit("allow", "if-necessary", "uv.toml"), Edit('prerelease = "allow"\n', "", "uv.toml"), Edit("", "constraint-dependencies = ['idna<9']\n"),
        ],
    ),
    "modes": (
        {"pyproject.toml": PLAIN + 'resolution = "lowest-direct"\nprerelease = "allow"\nfork-strategy = "fewest"\n'},
        _edits(
            ('resolution = "lowest-direct"\n', ""), ("lowest-direct", "lowest"), ('prerelease = "allow"\n', ""), ("allow", "explicit"),
            ('fork-strategy = "fewest"\n', ""), ("fewest", "requires-python"),
        ),
    ),
    "exclude-newer, a day": (
        {"pyproject.toml": PLAIN + DAY},
        _edits(
            (DAY, ""), ("01-01T", "01-02T"), ("2025-01-01T", "2024-12-31T"), ("00:00Z", "00:00+00:00"), ("T00:00:00Z", "T02:00:00+02:00"),
            ("2025-01-01T00:00:00Z", "2025-01-01"), ("2025-01-01T00:00:00Z", "2024-12-25"), ("2025-01-01T00:00:00Z", "1 week"),
            (DAY, DAY + 'exclude-newer-package = { idna = "2024-12-01T00:00:00Z" }\n'),
        ),
    ),
    "exclude-newer, a span": (
        {"pyproject.toml": PLAIN + SPAN},
        _edits((SPAN, ""), ("1 week", "P1W"), ("1 week", "1w"), ("1 week", "7 days"), ("1 week", "2 weeks"), ("1 week", "2025-01-01T00:00:00Z")),
    ),
    "exclude-newer-package": (
        {"pyproject.toml": PLAIN + PACKAGES},
        _edits(
            ("2025-01-01T", "2025-01-02T"), ("2025-01-01T", "2024-12-31T"), ("idna", "Idna"), (', six = "2024-01-01T00:00:00Z"', ""),
            ('"2024-01-01T00:00:00Z"', "false"), ('"30 days"', '"P30D"'), ('"30 days"', '"31 days"'), ("attrs = false", 'attrs = "1 day"'),
            (", attrs = false", ""), ("exclude-newer", "# exclude-newer"), (', iniconfig = "30 days"', ""),
        ),
    ),
    "bounds and excludes": (
        {"pyproject.toml": PLAIN + BOUNDS},
        _edits(
            ('constraint-dependencies = ["urllib3<2.5"]\n', ""), ('override-dependencies = ["certifi>=2023"]\n', ""), ('"six", ', ""),
            ('build-constraint-dependencies = ["hatchling<99"]\n', ""), ('exclude-dependencies = ["six", "attrs"]\n', ""),
            ('"six", "attrs"', '"attrs", "Six"'), ('"six", ', '"idna", "six", '), ("urllib3<2.5", "Urllib3 <2.5"), ("urllib3<2.5", "urllib3<2.4"),
            ('["urllib3<2.5"]', '["urllib3<2.5", "pluggy"]'),
        ),
    ),
    "dependency-metadata": (
        {"pyproject.toml": PLAIN + METADATA},
        _edits(
            ('"six>=1", "Attrs"', '"attrs", "six>=1"'), ('"six>=1"', '"six >= 1"'), ('">=3.5"', '">= 3.5"'), ('["x"]', "[]"), ('["x"]', '["X"]'),
            (', { name = "iniconfig" }', ""), (', { name = "certifi", version = "1" }', ""), ('"3.7"', '"3.8"'), ('"3.7"', '"3.7.0"'),
            ("dependency-metadata", "# dependency-metadata"),
        ),
    ),
    "platforms": (
        {"pyproject.toml": PLAIN + "environments = [\"sys_platform == 'linux'\", \"sys_platform == 'darwin'\"]\n"
         "required-environments = [\"sys_platform == 'linux'\"]\n"},
        _edits(
            ("environments = [\"sys_platform == 'linux'\", \"sys_platform == 'darwin'\"]\n", ""), (", \"sys_platform == 'darwin'\"", ""),
            ("required-environments = [\"sys_platform == 'linux'\"]\n", ""), ("\"sys_platform == 'linux'\",", "\"platform_system == 'Linux'\","),
        ),
    ),
    "sources by marker": (
        {"pyproject.toml": HEAD + 'dependencies = ["lib"]\n[tool.uv.sources]\nlib = [{ path = "lib", marker = "sys_platform == \'linux\'" }, '
         '{ path = "lib2", marker = "sys_platform != \'linux\'" }]\n', **LIB, **LIB2},
        _edits(
            ("", ""), ('"lib2"', '"lib"'), (', { path = "lib2", marker = "sys_platform != \'linux\'" }', ""), ('"lib",', '"lib", editable = true,'),
            ('path = "lib"', 'path = "./lib/"'),
        ),
    ),
    "a source for one platform": (
        {"pyproject.toml": HEAD + 'dependencies = ["alpha"]\n[tool.uv.sources]\nalpha = { path = "alpha", marker = "sys_platform == \'linux\'" }\n'
         '[[tool.uv.index]]\nname = "small"\nurl = "@INDEX@/simple"\n', **ALPHA},
        _edits(("", ""), ("== 'linux'", "== 'darwin'"), (", marker = \"sys_platform == 'linux'\"", ""), ("alpha = {", "# alpha = {")),
    ),
    "sources by extra": (
        {"pyproject.toml": HEAD + '[project.optional-dependencies]\nx = ["lib"]\ny = ["lib"]\n'
         '[tool.uv]\nconflicts = [[{ extra = "x" }, { extra = "y" }]]\n'
         '[tool.uv.sources]\nlib = [{ path = "lib", extra = "x" }, { path = "lib2", extra = "y" }]\n', **LIB, **LIB2},
        _edits(("", ""), ('"lib2"', '"lib"'), ('y = ["lib"]', 'y = ["lib", "six"]')),
    ),
    "sources by group": (
        {"pyproject.toml": HEAD + '[dependency-groups]\ndev = ["alpha"]\ndocs = ["alpha"]\n[tool.uv.sources]\n'
         'alpha = { path = "alpha", group = "dev" }\n[[tool.uv.index]]\nname = "small"\nurl = "@INDEX@/simple"\n'
         '[tool.uv]\nconflicts = [[{ group = "dev" }, { group = "docs" }]]\n', **ALPHA},
        _edits(("", ""), (', group = "dev"', ""), ('group = "dev" }\n', 'group = "docs" }\n')),
    ),
    "no-sources": (
        {"pyproject.toml": HEAD + 'dependencies = ["idna"]\n[tool.uv]\nno-sources = true\n'
         '[tool.uv.sources]\nidna = { git = "https://example.invalid/idna" }\n'},
        _edits(("", ""), ("no-sources = true\n", "")),
    ),
    "no-sources of a workspace": (
        {"pyproject.toml": HEAD + '[tool.uv]\nno-sources = true\n[tool.uv.workspace]\nmembers = ["packages/*"]\n',
         "packages/one/pyproject.toml": _member("one", 'dependencies = ["idna"]\n[tool.uv.sources]\nidna = { git = "https://example.invalid/idna" }\n')},
        _edits(("", ""), ("no-sources = true\n", "")),
    ),
    "no-sources-package": (
        {"pyproject.toml": HEAD + 'dependencies = ["idna"]\n[tool.uv]\nno-sources-package = ["Idna"]\n'
         '[tool.uv.sources]\nidna = { git = "https://example.invalid/idna" }\n'},
        _edits(("", ""), ('["Idna"]', '["six"]')),
    ),
    "an index of its own": (
        {"pyproject.toml": HEAD + 'dependencies = ["alpha", "idna"]\n[tool.uv.sources]\nalpha = { index = "small" }\n'
         '[[tool.uv.index]]\nname = "small"\nurl = "@INDEX@/simple"\nexplicit = true\n'},
        _edits(("", ""), ('alpha = { index = "small" }\n', ""), ("alpha = {", "idna = {")),
    ),
    "another default index": (
        {"pyproject.toml": HEAD + 'dependencies = ["idna"]\n'},
        [
            *(Edit("", stated) for stated in (
                _index(PYPI, "default = true"), _index(f"{PYPI}/", "default = true"), _index(OTHER, "default = true"), _index(OTHER),
                _index(OTHER, 'explicit = true\nname = "other"'), _index(OTHER, "default = true") + _index(PYPI), _index("https://PyPI.org:443/simple", "default = true"),
                _index("https://me:secret@PyPI.org:443/simple", "default = true"), _index("mirror", "default = true"),
                f'[tool.uv]\nindex-url = "{PYPI}/"\n', f'[tool.uv]\nindex-url = "{OTHER}"\n', f'[tool.uv]\nextra-index-url = ["{OTHER}"]\n',
                f'[tool.uv]\nindex-url = "{OTHER}"\nextra-index-url = ["{PYPI}"]\n', f'[tool.uv]\nindex-url = "{PYPI}"\n' + _index(OTHER, "default = true"),
                f'[tool.uv]\nindex-url = "{OTHER}"\n' + _index(PYPI, "default = true"), f'[tool.uv.pip]\nindex-url = "{OTHER}"\n', "[tool.uv]\nindex = []\n",
            )),
            Edit(new={"uv.toml": f'index-url = "{OTHER}"\n'}), Edit("", _index(OTHER, "default = true"), new={"uv.toml": ""}),
            Edit("", '[tool.uv]\nfind-links = ["links"]\n', new={"links/six.txt": ""}),
        ],
    ),
    "an index that goes": (
        {"pyproject.toml": HEAD + 'dependencies = ["idna"]\n' + _index(f"{PYPI}/", "default = true")},
        [
            Edit(), Edit(_index(f"{PYPI}/", "default = true"), ""), Edit("default = true", "default = false"), Edit(f"{PYPI}/", PYPI),
            Edit(_index(f"{PYPI}/", "default = true"), _index(OTHER)), Edit(_index(f"{PYPI}/", "default = true"), "[tool.uv]\nextra-index-url = []\n"),
            Edit(_index(f"{PYPI}/", "default = true"), "[tool.uv]\nfind-links = ['links']\n", new={"links/six.txt": ""}),
        ],
    ),
    "an index of a member": (
        {"pyproject.toml": HEAD + 'dependencies = ["idna"]\n[tool.uv.workspace]\nmembers = ["one"]\n',
         "one/pyproject.toml": _member("one", 'dependencies = ["alpha"]\n[tool.uv.sources]\nalpha = { index = "small" }\n'
                                       '[[tool.uv.index]]\nname = "small"\nurl = "@INDEX@/simple"\nexplicit = true\n')},
        [
            Edit(), *(Edit("", _index(address, more)) for address in (PYPI, OTHER) for more in ("", "default = true")),
            Edit("", _index(OTHER, "default = true"), "one/pyproject.toml"),
        ],
    ),
    "conflicts of groups": (
        {"pyproject.toml": HEAD + 'dependencies = ["idna"]\n[dependency-groups]\na = ["six<1.16"]\nb = ["six>=1.16"]\nc = ["attrs"]\n'
         '[tool.uv]\nconflicts = [[{ group = "a" }, { group = "b" }]]\n'},
        _edits(
            ('{ group = "a" }, { group = "b" }', '{ group = "b" }, { group = "A", package = "Me" }'), ("conflicts =", "# conflicts ="),
            ('{ group = "b" }]]', '{ group = "b" }, { group = "c" }]]'), ('{ group = "b" }]]', '{ group = "b" }], [{ group = "a" }, { group = "c" }]]'),
        ),
    ),
    "conflicts of members": (
        {"pyproject.toml": HEAD + '[dependency-groups]\na = ["six<1.16"]\nb = ["six>=1.16"]\nc = [{ include-group = "a" }]\nd = [{ include-group = "c" }]\n'
         '[tool.uv]\nconflicts = [[{ group = "a" }, { group = "b" }], [{ group = "a" }, { package = "two", extra = "y" }]]\n'
         '[tool.uv.workspace]\nmembers = ["packages/*"]\n',
         **{f"packages/{name}/pyproject.toml": _member(name, '[project.optional-dependencies]\nx = []\ny = []\nz = []\n' + conflicts)
            for name, conflicts in (("one", f"[tool.uv]\nconflicts = [{EXTRAS[0]}, {EXTRAS[1]}]\n"), ("two", f"[tool.uv]\nconflicts = [{EXTRAS[0]}]\n"),
                                    ("three", ""))}},
        [
            Edit(), *(Edit("conflicts =", "# conflicts =", f"packages/{name}/pyproject.toml") for name in ("one", "two")),
            Edit("conflicts =", "# conflicts ="), Edit("", f"[tool.uv]\nconflicts = [{EXTRAS[0]}]\n", "packages/three/pyproject.toml"),
            Edit(EXTRAS[0] + ", ", "", "packages/one/pyproject.toml"),
            Edit(f"{EXTRAS[0]}, {EXTRAS[1]}", f"{EXTRAS[1]}, {EXTRAS[0]}", "packages/one/pyproject.toml"),
            Edit(EXTRAS[0], '[{ extra = "y" }, { extra = "x", package = "one" }]', "packages/one/pyproject.toml"),
            Edit(EXTRAS[1], f"{EXTRAS[1]}, {EXTRAS[1]}", "packages/one/pyproject.toml"), Edit(', [{ group = "a" }, { package = "two", extra = "y" }]', ""),
            Edit('d = [{ include-group = "c" }]\n', ""), Edit('{ include-group = "c" }', '{ include-group = "b" }'),
        ],
    ),
    "conflicts of a root that is no project": (
        {"pyproject.toml": '[tool.uv]\nconflicts = [[{ package = "two", extra = "x" }, { package = "one", extra = "y" }]]\n'
         '[tool.uv.workspace]\nmembers = ["packages/*"]\n',
         **{f"packages/{name}/pyproject.toml": _member(name, "[project.optional-dependencies]\nx = []\ny = []\n") for name in ("one", "two")}},
        [
            Edit(), Edit("conflicts =", "# conflicts ="), Edit('extra = "y"', 'extra = "x"'),
            Edit("conflicts = [", 'conflicts = [[{ package = "two", extra = "x" }, { package = "one", extra = "x" }], '),
            Edit("", f"[tool.uv]\nconflicts = [{EXTRAS[0]}]\n", "packages/one/pyproject.toml"),
            Edit('{ package = "two", extra = "x" }, { package = "one", extra = "y" }', '{ package = "one", extra = "y" }, { package = "two", extra = "x" }'),
        ],
    ),
    "Pythons of groups": (
        {"pyproject.toml": HEAD + 'dependencies = ["idna"]\n[dependency-groups]\ndev = ["six", { include-group = "docs" }]\n'
         'docs = ["attrs; sys_platform == \'linux\'"]\n[tool.uv.dependency-groups]\ndocs = { requires-python = ">=3.11" }\n'},
        _edits((">=3.11", ">=3.12"), ("docs = {", "dev = {"), ("attrs;", "attrs>1;"), ('["six", ', '["six", "attrs", '), (">=3.11", ">= 3.11")),
    ),
    "all default groups": (
        {"pyproject.toml": HEAD + 'dependencies = ["idna"]\n[dependency-groups]\na = ["six"]\nb = []\n[tool.uv]\ndefault-groups = "all"\n'},
        _edits(('"all"', '["a", "b"]'), ('"all"', "[]"), ('default-groups = "all"\n', ""), ("b = []\n", "b = []\nc = []\n")),
    ),
    "groups alone": (
        {"pyproject.toml": '[dependency-groups]\ndev = ["idna"]\n[tool.uv]\n'},
        _edits(('"idna"', '"idna>=2"'), ("[tool.uv]", "docs = []\n[tool.uv]"), ("[tool.uv]\n", "")),
    ),
    "dynamic dependencies": (
        {"pyproject.toml": HEAD + 'dynamic = ["dependencies"]\n[build-system]\nrequires = ["setuptools"]\n'
         'build-backend = "setuptools.build_meta"\n[tool.setuptools]\npackages = []\n[tool.setuptools.dynamic]\n'
         'dependencies = { file = ["needed.txt"] }\n', "needed.txt": "idna\n"},
        _edits(("packages = []", "packages = []\ninclude-package-data = false")),
    ),
    "package without a build": (
        {"pyproject.toml": HEAD + 'dependencies = ["idna"]\n[tool.uv]\npackage = true\n', "me/__init__.py": ""},
        _edits(("package = true", "package = false"), ("package = true\n", "")),
    ),
    "members by name": (
        {"pyproject.toml": HEAD + '[tool.uv.workspace]\nmembers = ["packages/*", "libs/three"]\n',
         "packages/one/pyproject.toml": _member("one"), "packages/deep/pyproject.toml": _member("deep"),
         "packages/deep/two/pyproject.toml": _member("two"), "libs/three/pyproject.toml": _member("three")},
        [
            _new("packages/new"), _new("packages/.new"), _new("packages/deep/new"), _new("libs/new"), Edit(gone="libs/three"),
            Edit('version = "1"', 'version = "2"', "libs/three/pyproject.toml"), Edit("", "# A remark.\n", "libs/three/pyproject.toml"),
            Edit(gone="packages/deep/two"), Edit(new={"packages/un/pyproject.toml": _member("un", "[tool.uv]\nmanaged = false\n")}),
            *(Edit("", f"[tool.uv]\nmanaged = {managed}\n", "packages/deep/pyproject.toml") for managed in ("false", "true")),
            *_edits(("packages/*", "packages/o*"), ('"libs/three"', '"libs/*"'), ("packages/*", "packages/**"), ("packages/*", "./packages/*/"),
                    (', "libs/three"', "")),
        ],
    ),
    "members at any depth": (
        {"pyproject.toml": HEAD + '[tool.uv.workspace]\nmembers = ["libs/**"]\nexclude = ["libs/no", "libs/not/*"]\n',
         **{f"libs/{path}pyproject.toml": _member(f"member-{number}") for number, path in enumerate(("", "a/", "a/b/", "no/", "not/", "not/x/"))}},
        [
            _new("libs/a/new"), _new("libs/no/new"), _new("libs/not/new"), Edit(gone="libs/a/b"),
            *_edits(("", ""), ('"libs/no", ', ""), ("libs/not/*", "libs/not/**"), ("libs/not/*", "libs/a/*"), ("libs/**", "libs/*"),
                    ("libs/**", "libs/**/*")),
        ],
    ),
    "editable members": (
        {"pyproject.toml": HEAD + 'dependencies = ["one", "two", "three"]\n[tool.uv.sources]\none = { workspace = true }\n'
         'two = { workspace = true, editable = false }\nthree = { workspace = true }\n[tool.uv.workspace]\nmembers = ["packages/*"]\n',
         "packages/one/pyproject.toml": _member("one", BUILD), "packages/one/src/one/__init__.py": "",
         "packages/two/pyproject.toml": _member("two"), "packages/three/pyproject.toml": _member("three", "[tool.uv]\npackage = false\n")},
        _edits(
            ("", ""), *((f"{name} = {{ workspace = true", f"{name} = {{ workspace = true, editable = {editable}")
                        for name in ("one", "three") for editable in ("false", "true")),
            (", editable = false", ""), (", editable = false", ", editable = true"),
        ),
    ),
    "a root that is not a project": (
        {"pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n', "packages/one/pyproject.toml": _member("one"),
         "packages/two/pyproject.toml": _member("two", 'dependencies = ["six"]\n')},
        [
            _new("packages/new"), Edit(gone="packages/two"), Edit("packages/*", "packages/one"), Edit("[tool", _member("me") + "[tool"),
            Edit('"six"', '"six", "attrs"', "packages/two/pyproject.toml"), Edit('"two"', '"other"', "packages/two/pyproject.toml"),
            Edit('version = "1"', 'version = "2"', "packages/one/pyproject.toml"), Edit("[tool", '[tool.uv]\nconstraint-dependencies = ["six<2"]\n[tool'),
            Edit("[tool", "# A remark.\n[tool"), Edit("[tool", '[dependency-groups]\nlint = ["attrs"]\n[tool'),
        ],
    ),
    "members that need each other": (
        {"pyproject.toml": HEAD + 'dependencies = ["lib", "one"]\n[tool.uv]\nconstraint-dependencies = ["six<2"]\n[tool.uv.sources]\n'
         'lib = { path = "lib" }\none = { workspace = true }\n[tool.uv.workspace]\nmembers = ["packages/*"]\n', **LIB,
         "packages/one/pyproject.toml": _member("one", 'dependencies = ["six"]\n[project.optional-dependencies]\na = ["attrs<25"]\n'
                                                'b = ["attrs>=25"]\n[tool.uv]\nconflicts = [[{ extra = "a" }, { extra = "b" }]]\n'
                                                'resolution = "lowest"\noverride-dependencies = ["idna<9"]\n')},
        [
            Edit(), Edit("six<2", "six<3"), Edit("lowest", "highest", "packages/one/pyproject.toml"),
            Edit("idna<9", "idna<8", "packages/one/pyproject.toml"),
            Edit('{ extra = "b" }]]', '{ extra = "b" }], [{ extra = "a" }, { extra = "c" }]]\n', "packages/one/pyproject.toml"),
        ],
    ),
}  # fmt: skip
"""Name → files, and what happens to them one after the other, each from the beginning."""

ONLY_WITH_NOTES = (
    "conditions for Pythons",
    "extras and groups of a path source",
    "a uv.toml",
    "another default index",
    "an index that goes",
)
"""How the names begin of those whose edits uv alone can tell from a lock without notes (a preview), or that have no room for previews."""

_ALONE = '[project]\nname = "me"\nversion = "1"\ndependencies = ["idna"]\n'
WITHOUT_PYTHON = {
    "alone": {"pyproject.toml": _ALONE},
    "a workspace": {
        "pyproject.toml": _ALONE + '[tool.uv.workspace]\nmembers = ["one"]\n',
        "one/pyproject.toml": '[project]\nname = "one"\nversion = "1"\n',
    },
    "groups alone": {"pyproject.toml": '[dependency-groups]\ndev = ["idna"]\n'},
}
"""Projects that bound no Python."""
