"""What may stand in a pyproject.toml that uv reads, after the head, with the code of what we report; ``None`` where uv takes it."""

from __future__ import annotations

from tests.differential_tools.uv_projects import HEAD

HERE = "sys_platform == 'linux'"
MEMBERS = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
MORE = {
    name: f'[project]\nname = "{name.rpartition("/")[2]}"\nversion = "1"\nrequires-python = ">=3.10"\n' for name in ("lib", "packages/one")
}
"""Folders next to it, each with a project."""


def _source(source: str, more: str = "") -> str:
    return f'dependencies = ["lib"]\n{more}[tool.uv.sources]\nlib = {source}\n'


def _index(*more: str) -> str:
    return "".join(f'[[tool.uv.index]]\nurl = "https://pypi.org/simple"\n{lines}\n' for lines in more)


REFUSED: list[tuple[str, str | None]] = [
    (_source('{ path = "lib" }'), None),
    (_source('{ index = "x" }'), "invalid-requirement"),
    (_source('{ index = "x" }', _index('name = "X"')), "invalid-requirement"),
    (_source("{ workspace = true }"), "invalid-requirement"),
    (_source("{ workspace = false }"), "invalid-requirement"),
    (_source("{ workspace = true }", MEMBERS), "invalid-requirement"),
    ('[tool.uv.sources]\nlib = { index = "x" }\n', None),
    ('dependencies = ["one"]\n' + MEMBERS, "invalid-requirement"),
    ('dependencies = ["me"]\n' + MEMBERS, None),
    ('[dependency-groups]\nx = ["one"]\n' + MEMBERS, "invalid-requirement"),
    ('[tool.uv]\noverride-dependencies = ["one"]\n' + MEMBERS, "invalid-requirement"),
    ('dependencies = ["one"]\n[tool.uv.sources]\none = { workspace = true }\n' + MEMBERS, None),
    ('dependencies = ["one"]\n[tool.uv.sources]\none = { path = "packages/one" }\n' + MEMBERS, "invalid-requirement"),
    ('dependencies = ["one"]\n[tool.uv.sources]\none = { workspace = true, marker = "os_name == \'posix\'" }\n' + MEMBERS, None),
    (_source('{ index = "x" }', "[tool.uv]\nno-sources = true\n").replace("lib", "one").replace('["one"]', "[]"), None),
    (_source('{ path = "lib", extra = "x" }'), "unknown-group"),
    (_source('{ path = "lib", group = "x" }'), "unknown-group"),
    (_source('{ path = "lib", extra = "x" }', "[project.optional-dependencies]\nx = []\n"), "unknown-group"),
    (_source('{ path = "lib", group = "x" }', "[dependency-groups]\nx = []\n"), "unknown-group"),
    (_source('{ path = "lib", group = "y" }', '[dependency-groups]\nx = ["lib"]\ny = [{ include-group = "x" }]\n'), None),
    (_source('{ path = "lib", group = "dev" }', '[tool.uv]\ndev-dependencies = ["lib"]\n'), None),
    (_source('[{ path = "lib" }, { path = "lib" }]'), "invalid-manifest"),
    (_source(f'[{{ path = "lib", marker = "{HERE}" }}, {{ path = "lib" }}]'), "invalid-manifest"),
    (_source(f'[{{ path = "lib", marker = "{HERE}" }}, {{ path = "lib", marker = "sys_platform != \'win32\'" }}]'), "invalid-manifest"),
    (_source(f'[{{ path = "lib", marker = "{HERE}" }}, {{ path = "lib", marker = "sys_platform != \'linux\'" }}]'), None),
    (_source('[{ path = "lib", extra = "x" }, { path = "lib" }]', '[project.optional-dependencies]\nx = ["lib"]\n'), None),
    (_source("[]"), "invalid-manifest"),
    (_source("3"), "invalid-manifest"),
    (_source("{}"), "invalid-manifest"),
    (_source('{ path = "lib", index = "x" }'), "invalid-manifest"),
    (_source('{ path = "lib", rev = "x" }'), "invalid-manifest"),
    (_source('{ git = "https://x.invalid/y", editable = true }'), "invalid-manifest"),
    (_source('{ git = "https://x.invalid/y", rev = "a", tag = "b" }'), "invalid-manifest"),
    (_source('{ path = "lib", extra = "x", group = "x" }'), "invalid-manifest"),
    (_source('{ path = "lib", marker = "nonsense" }'), "invalid-manifest"),
    (_source('{ path = "lib" }\nLib = { path = "lib" }'), "invalid-manifest"),
    (_source('{ path = "lib" }\n"a b" = { path = "lib" }'), "invalid-manifest"),
    ("[tool.uv]\nsources = 3\n", "invalid-manifest"),
    ("[tool.uv]\nworkspace = 3\n", "invalid-manifest"),
    ("[tool.uv]\nmanaged = 3\n", "invalid-manifest"),
    ('[tool.uv]\npackage = "x"\n', "invalid-manifest"),
    ("[tool.uv]\nunknown = 3\n", None),
    ('[tool.uv]\ndefault-groups = ["none"]\n', "unknown-group"),
    ('[tool.uv]\ndefault-groups = ["dev"]\n', "unknown-group"),
    ('[tool.uv]\ndefault-groups = ["dev"]\ndev-dependencies = ["six"]\n', "unknown-group"),
    ('[tool.uv.dependency-groups]\nnone = { requires-python = ">=3.10" }\n', "unknown-group"),
    ('[tool.uv]\nenvironments = ["nonsense"]\n', "invalid-manifest"),
    (f'[tool.uv]\nenvironments = ["{HERE}", "sys_platform != \'win32\'"]\n', "invalid-manifest"),
    (f'[tool.uv]\nenvironments = ["{HERE}", "sys_platform == \'win32\'"]\n', None),
    (f'[tool.uv]\nenvironments = "{HERE}"\n', None),
    (_index('name = "x"', 'name = "x"'), "invalid-manifest"),
    (_index("default = true", "default = true"), "invalid-manifest"),
    (_index("default = true", "default = false"), None),
    ('[tool.uv]\nconflicts = [[{ extra = "x" }]]\n', "invalid-manifest"),
    ('[tool.uv]\nconflicts = [[{ extra = "x" }, { extra = "X" }]]\n', "invalid-manifest"),
    ('[tool.uv]\nconflicts = [{ extra = "x" }, { extra = "y" }]\n', "invalid-manifest"),
    ('[tool.uv]\nconflicts = [[{ extra = "x", group = "y" }, { extra = "z" }]]\n', "invalid-manifest"),
    ('[tool.uv]\nconflicts = [[{ extra = "x" }, { extra = "y" }]]\n', None),
    ('[dependency-groups]\na = []\nb = []\n[tool.uv]\nconflicts = [[{ group = "a" }, { group = "b" }]]\n', None),
]


def files(text: str) -> dict[str, str]:
    """The whole project, by path."""
    return {"pyproject.toml": HEAD + text, **{f"{name}/pyproject.toml": other for name, other in MORE.items()}}
