"""Projects for Poetry, one for each thing that a lock can say: name → pyproject.toml.

``@INDEX@``, ``@GIT@`` and ``@FILES@`` are filled in: the index's URL, a repository, the folder of the index's wheels.
"""

from __future__ import annotations

SOURCE = '[[tool.poetry.source]]\nname = "local"\nurl = "@INDEX@/simple/"\n'
OLD = '[tool.poetry]\nname = "me"\nversion = "0.1.0"\npackage-mode = false\n'
NEW = '[project]\nname = "Me.Too"\nversion = "0.1.0"\nrequires-python = ">=3.9,<4"\n'
NO_PACKAGE = "[tool.poetry]\npackage-mode = false\n"
PYTHON = '[tool.poetry.dependencies]\npython = "^3.9"\n'

PROJECTS: dict[str, str] = {
    "caret and tilde": OLD + PYTHON + 'alpha = "^1.1"\nepsilon = "~0.1.0"\ndelta = "1.*"\n',
    "groups": OLD
    + PYTHON
    + 'beta = "*"\n[tool.poetry.group.dev.dependencies]\ndelta = "^1.0"\n'
    + '[tool.poetry.group.Docs_X]\noptional = true\n[tool.poetry.group.Docs_X.dependencies]\nepsilon = "*"\n',
    "dev-dependencies": OLD + PYTHON + 'alpha = ">=1,<2"\n[tool.poetry.dev-dependencies]\ngamma = {version = "*", extras = ["more"]}\n',
    "extras": OLD
    + PYTHON
    + 'alpha = "<2"\ndelta = {version = "*", optional = true}\ngamma = {version = "^1", optional = true, extras = ["more"]}\n'
    + 'epsilon = {version = "*", optional = true, markers = "python_version >= \'3\'"}\n'
    + '[tool.poetry.extras]\nweb = ["gamma"]\nAll_Of = ["gamma", "epsilon"]\n',
    "standard tables": NEW
    + 'dependencies = ["beta>=1", "epsilon; python_version >= \'3.9\'"]\n[project.optional-dependencies]\nweb = ["gamma[more]"]\n'
    + '[dependency-groups]\ntest = ["delta"]\nlint = ["zeta-core", {include-group = "test"}]\n'
    + NO_PACKAGE
    + "[tool.poetry.group.lint]\noptional = true\n",
    "markers": OLD
    + PYTHON
    + 'alpha = [{version = "<1.1", python = "<3.8"}, {version = "~1.2", python = ">=3.8"}]\n'
    + 'windows-only = {version = "*", platform = "win32"}\n'
    + "delta = {version = \"*\", markers = \"sys_platform != 'win32' and os_name != 'java'\"}\n",
    "multiple constraints": OLD
    + PYTHON
    + 'alpha = [{version = "1.0", platform = "win32"}, {version = "2.0", markers = "sys_platform != \'win32\'"}]\n"Zeta.Core" = "^2"\n',
    "git": OLD + PYTHON + 'gitted = {git = "@GIT@", tag = "v1"}\nalpha = "^1"\n',
    "paths": OLD
    + PYTHON
    + 'edited = {path = "edited", develop = true}\nplain = {path = "plain"}\ndelta = {path = "@FILES@/delta-1.0-py3-none-any.whl"}\n',
    "url": OLD + PYTHON + 'delta = {url = "@INDEX@/files/delta-1.1-py3-none-any.whl"}\nbeta = "*"\n',
    "the project itself": NEW.replace("Me.Too", "me") + 'dependencies = ["alpha>=1.1"]\n[tool.poetry]\npackages = [{include = "me"}]\n'
    '[build-system]\nrequires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"\n',
    "dynamic": NEW
    + 'dynamic = ["dependencies"]\n[project.optional-dependencies]\nweb = ["delta"]\n'
    + NO_PACKAGE
    + PYTHON
    + 'alpha = "^1"\n',
    "completed by poetry": NEW
    + 'dependencies = ["edited", "alpha"]\n'
    + NO_PACKAGE
    + '[tool.poetry.dependencies]\nedited = {path = "edited", develop = true}\n',
    "both tables": NEW
    + 'dependencies = ["alpha>=1", "delta", "gamma[more]; python_version >= \'3.8\'"]\n[project.optional-dependencies]\nweb = ["beta"]\n'
    + NO_PACKAGE
    + PYTHON
    + 'alpha = [{version = "<2", platform = "win32"}, {version = ">=2", markers = "sys_platform != \'win32\'"}]\n'
    + 'delta = {source = "local"}\nbeta = {version = "<2", source = "local"}\n',
    "sources of both tables": NEW
    + 'dependencies = ["delta>=1", "edited"]\n[dependency-groups]\ndev = ["plain", "epsilon"]\n'
    + NO_PACKAGE
    + '[tool.poetry.dependencies]\nedited = {path = "edited", develop = true}\n'
    + 'delta = [{url = "@INDEX@/files/delta-1.0-py3-none-any.whl", markers = "sys_platform != \'win32\'"}, '
    + '{version = "1.1", platform = "win32"}]\n'
    + '[tool.poetry.group.dev.dependencies]\nplain = {path = "plain"}\nepsilon = {version = "<0.2"}\n',
    "an empty list and a table": NEW
    + "dependencies = []\n"
    + NO_PACKAGE
    + PYTHON
    + 'delta = "*"\nalpha = {version = "*", optional = true}\n',
    "extras of [project] alone": NEW
    + '[project.optional-dependencies]\nweb = ["delta"]\n'
    + NO_PACKAGE
    + PYTHON
    + 'alpha = "*"\n'
    + '[dependency-groups]\nmain_too = ["beta"]\n',
    "groups of both tables": NEW
    + 'dependencies = ["alpha"]\n[dependency-groups]\ntest = ["delta", {include-group = "lint"}]\nlint = ["epsilon"]\n'
    + NO_PACKAGE
    + '[tool.poetry.group.lint]\noptional = true\n[tool.poetry.group.more]\noptional = true\ninclude-groups = ["test"]\n'
    + '[tool.poetry.group.more.dependencies]\n"Zeta.Core" = "*"\n',
    "included groups": OLD
    + PYTHON
    + 'alpha = "*"\n[tool.poetry.group.a.dependencies]\ndelta = "*"\n'
    + '[tool.poetry.group.b]\noptional = true\ninclude-groups = ["a"]\n[tool.poetry.group.b.dependencies]\nepsilon = "*"\n',
}

CHOICES: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
    ("groups", ("docs-x",), ()),
    ("extras", (), ("web",)),
    ("extras", (), ("all-of",)),
    ("standard tables", ("lint",), ("web",)),
    ("dynamic", (), ("web",)),
    ("included groups", ("b",), ()),
    ("both tables", (), ("web",)),
    ("extras of [project] alone", (), ("web",)),
    ("groups of both tables", ("more",), ()),
    ("groups of both tables", ("lint",), ()),
]
"""Project, groups, extras to choose."""

EDITS: list[tuple[str, str, str]] = [
    ("caret and tilde", '"^1.1"', '"^1.0"'),
    ("caret and tilde", "[tool.poetry.dependencies]", "# a remark\n[tool.poetry.dependencies]"),
    ("caret and tilde", 'version = "0.1.0"', 'version = "0.2.0"'),
    ("caret and tilde", 'python = "^3.9"', 'python = "^3.10"'),
    ("groups", "optional = true", "optional = false"),
    ("extras", 'web = ["gamma"]', 'web = ["gamma", "delta"]'),
    ("standard tables", '"delta"', '"delta", "stray"'),
    ("standard tables", 'version = "0.1.0"', 'version = "0.2.0"'),
    ("standard tables", ">=3.9,<4", ">=3.9,<5"),
    ("standard tables", "package-mode = false", 'package-mode = false\nrequires-poetry = ">=2"'),
    ("dev-dependencies", 'alpha = ">=1,<2"', 'alpha = ">=1,<2"\nstray = "*"'),
    ("url", 'name = "local"', 'name = "elsewhere"'),
    ("both tables", '{source = "local"}', '{version = "*", source = "local"}'),
    ("both tables", 'name = "Me.Too"', 'name = "Other"'),
    ("groups of both tables", '{include-group = "lint"}', '"epsilon"'),
    ("groups of both tables", "package-mode = false", 'package-mode = false\n[tool.poetry.requires-plugins]\nplugin = ">=1"'),
    ("an empty list and a table", "dependencies = []\n", ""),
]
"""Project, what is replaced, by what: Poetry says whether the lock is still fresh."""
