"""Projects made to cost more than they look like: for each format what nests, doubles, goes in circles, crosses or is merely large.

A shape gives the files of a project for a size. Only our own readers ever see them.
"""

from __future__ import annotations

from collections.abc import Callable

Tree = dict[str, str]
Shape = Callable[[int], Tree]

PROJECT = '[project]\nname = "a"\nversion = "1"\n'
SITE = ".venv/lib/python3.12/site-packages"
"""Of the environment that the project has."""


def _pyproject(text: str) -> Tree:
    return {"pyproject.toml": PROJECT + text}


def _joined(size: int, each: str, between: str = "") -> str:
    return between.join(each.format(number, number + 1) for number in range(size))


def _uv_lock(size: int, each: Callable[[int], str]) -> Tree:
    packages = "".join(
        f'\n[[package]]\nname = "p{number}"\nversion = "1"\nsource = {{ registry = "x" }}\n{each(number)}' for number in range(size)
    )
    own = '\n[[package]]\nname = "a"\nversion = "1"\nsource = { virtual = "." }\ndependencies = [{ name = "p0" }]\n'
    own += '[package.metadata]\nrequires-dist = [{ name = "p0" }]\n'
    return {**_pyproject('dependencies = ["p0"]\n[tool.uv]\npackage = false\n'), "uv.lock": f"version = 1\nrevision = 2\n{own}{packages}"}


def _members(size: int) -> Tree:
    members = {
        f"m{number}/pyproject.toml": f'[project]\nname = "m{number}"\nversion = "1"\ndependencies = ["absent"]\n' for number in range(size)
    }
    return {**_pyproject('[tool.uv.workspace]\nmembers = ["*", "m*", "**"]\n'), **members}


def _members_of_a_lock(size: int, *, root: bool) -> Tree:
    """Members of a workspace of uv's, each with a package of its own and one that all have; its root is a project too, or not."""
    own = '[project]\nname = "a"\nversion = "1"\ndependencies = ["shared"]\n' if root else ""
    tree = {"pyproject.toml": f'{own}[tool.uv.workspace]\nmembers = ["m*"]\n'}
    names = ", ".join(f"'{name}'" for name in (*(["a"] if root else []), *(f"m{number}" for number in range(size))))
    lock = f"version = 1\nrevision = 3\n[manifest]\nmembers = [{names}]\n"
    if root:
        noted = (
            'source = { virtual = "." }\ndependencies = [{ name = "shared" }]\n[package.metadata]\nrequires-dist = [{ name = "shared" }]\n'
        )
        lock += f'\n[[package]]\nname = "a"\nversion = "1"\n{noted}'
    for number in range(size):
        needs = f'["absent{number}", "shared"]'
        tree[f"m{number}/pyproject.toml"] = f'[project]\nname = "m{number}"\nversion = "1"\ndependencies = {needs}\n'
        noted = f'[{{ name = "absent{number}" }}, {{ name = "shared" }}]\n'
        lock += f'\n[[package]]\nname = "m{number}"\nversion = "1"\nsource = {{ virtual = "m{number}" }}\ndependencies = {noted}'
        lock += f"[package.metadata]\nrequires-dist = {noted}"
    for name in (*(f"absent{number}" for number in range(size)), "shared"):
        lock += f'\n[[package]]\nname = "{name}"\nversion = "1"\nsource = {{ registry = "https://index.example/simple" }}\n'
    return {**tree, "uv.lock": lock}


def often_from_many(lines: int, sources: int) -> Tree:
    """One package that is required in so many lines, with so many sources."""
    return _pyproject(
        f"dependencies = [{_joined(lines, chr(34) + 'absent>={0}' + chr(34), ',')}]\n[tool.uv.sources]\nabsent = ["
        + _joined(sources, '{{ index = "x", marker = "python_version == \'3.{0}\'" }}', ", ")
        + "]\n"
    )


def _poetry_lock(size: int) -> Tree:
    packages = "".join(
        f'\n[[package]]\nname = "p{number}"\nversion = "1"\noptional = false\n[package.dependencies]\np{number + 1} = "*"\n'
        for number in range(size)
    )
    return {
        "pyproject.toml": '[tool.poetry]\nname = "a"\nversion = "1"\n[tool.poetry.dependencies]\npython = "*"\np0 = "*"\n',
        "poetry.lock": f'{packages}\n[metadata]\nlock-version = "2.1"\npython-versions = "*"\ncontent-hash = "x"\n',
    }


def _distribution(name: str, metadata: str) -> Tree:
    files = {"METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n{metadata}", "INSTALLER": "pip\n", "RECORD": ""}
    return {f"{SITE}/{name}-1.dist-info/{file}": text for file, text in files.items()}


LINEAR: dict[str, Shape] = {
    # requirements files
    "markers of many parts": lambda n: {"requirements.txt": "absent; " + _joined(n, "python_version < '{0}'", " or ") + "\n"},
    "markers that cannot be known": lambda n: {"requirements.txt": "absent; " + _joined(n, "platform_release < '{0}'", " and ") + "\n"},
    "nested markers": lambda n: {"requirements.txt": f"absent; {'(' * n}os_name == 'posix'{')' * n}\n"},
    "markers nested to the right": lambda n: {
        "requirements.txt": "absent; " + "os_name == 'x' or (" * n + "os_name == 'y'" + ")" * n + "\n"
    },
    "many clauses": lambda n: {"requirements.txt": "pip>" + _joined(n, "0.{0}", ",>") + "\n"},
    "many extras": lambda n: {"requirements.txt": f"pip[{_joined(n, 'e{0}', ',')}]\n"},
    "one continued line": lambda n: {"requirements.txt": "absent \\\n" * n + "\n"},
    "hashes": lambda n: {"requirements.txt": "absent==1" + f" \\\n    --hash=sha256:{'0' * 64}" * n + "\n"},
    "an include many times": lambda n: {"requirements.txt": "-r other.txt\n" * n, "other.txt": "absent\n"},
    "constraints of one name": lambda n: {"requirements.txt": "-c bounds.txt\nabsent\npip\n", "bounds.txt": _joined(n, "pip>0.{0}\n")},
    "doubling includes": lambda n: {
        "requirements.txt": "-r r0.txt\n-r r0.txt\n",
        **{f"r{k}.txt": f"-r r{k + 1}.txt\n-r r{k + 1}.txt\nabsent{k}\n" for k in range(n)},
    },
    "a circle of includes": lambda n: {
        "requirements.txt": "-r r0.txt\n",
        **{f"r{k}.txt": f"-r r{(k + 1) % n}.txt\nabsent{k}\n" for k in range(n)},
    },
    "pins of one name": lambda n: {"requirements.txt": _joined(n, "absent==1.{0}\n")},
    "pre-releases of one name": lambda n: {"requirements.txt": _joined(n, "absent==1.{0}.dev1; python_version > '3.{0}'\n")},
    "lines that are wrong": lambda n: {"requirements.txt": _joined(n, "=={0} !!\n")},
    "many indexes": lambda n: {"requirements.txt": "--extra-index-url https://example.invalid/\n" * n + "absent\n"},
    "includes that lead nowhere": lambda n: {"requirements.txt": _joined(n, "-r nothing{0}.txt\n")},
    "constraints files": lambda n: {
        "requirements.txt": _joined(n, "-c c{0}.txt\n") + "absent\npip\n",
        **{f"c{k}.txt": f"absent<{k + 1}\npip<{100 + k}\n" for k in range(n)},
    },
    "files that include others": lambda n: {
        f"requirements-{k}.txt": "".join(f"-r requirements-{(k + j) % n}.txt\n" for j in range(1, 8)) + f"absent{k}\n" for k in range(n)
    },
    # pyproject.toml
    "a chain of groups": lambda n: _pyproject("[dependency-groups]\n" + _joined(n, 'g{0} = ["absent{0}"]\n')),
    "an array in arrays": lambda n: _pyproject(f"[tool.x]\ny = {'[' * n}{']' * n}\n"),
    "tables in tables": lambda n: _pyproject(f"[tool.x]\ny = {'{a = ' * n}1{'}' * n}\n"),
    "dotted headers": lambda n: _pyproject(_joined(n, "[tool.x.a{0}]\nb = 1\n")),
    "array tables": lambda n: _pyproject("[[tool.x.y]]\nz = 1\n" * n),
    "a list without an end": lambda n: _pyproject("dependencies = [\n" + '"absent",\n' * n),
    "quotes without an end": lambda n: _pyproject("dependencies = [\n" + '"absent\n' * n + "]\n"),
    "keys that are twice": lambda n: _pyproject("x = 1\n" * n),
    "escapes": lambda n: _pyproject('dependencies = ["absent' + "\\u0061" * n + '"]\n'),
    "comments": lambda n: _pyproject("dependencies = [\n" + "# absent\n" * n + '"absent"]\n'),
    "extras of one's own": lambda n: _pyproject("[project.optional-dependencies]\n" + _joined(n, 'e{0} = ["absent{0}"]\n')),
    "dynamic files": lambda n: {
        "pyproject.toml": '[project]\nname = "a"\ndynamic = ["dependencies"]\n[tool.setuptools.dynamic]\n'
        "dependencies = { file = [" + _joined(n, '"r{0}.txt"', ", ") + "] }\n",
        **{f"r{k}.txt": f"absent{k}\n" for k in range(n)},
    },
    "sources": lambda n: _pyproject('dependencies = ["absent"]\n[tool.uv.sources]\n' + _joined(n, 'p{0} = {{ path = "p{0}" }}\n')),
    "sources for a group": lambda n: _pyproject(
        f"[dependency-groups]\ndev = [{_joined(n, chr(34) + 'p{0}' + chr(34), ',')}]\n"
        + "[tool.uv.sources]\n"
        + _joined(n, 'p{0} = {{ index = "x", group = "dev" }}\n')
    ),
    "Pythons of groups": lambda n: _pyproject(
        "[dependency-groups]\n"
        + _joined(n, 'g{0} = ["absent"]\n')
        + "[tool.uv.dependency-groups]\n"
        + _joined(n, 'g{0} = {{ requires-python = ">=3" }}\n')
    ),
    "one package required often, from many sources": lambda n: often_from_many(n, n),
    "members": _members,
    "members of a lock": lambda n: _members_of_a_lock(n, root=False),
    "members of a lock and its root": lambda n: _members_of_a_lock(n, root=True),
    "patterns of no member": lambda n: {
        **_pyproject(f'[tool.uv.workspace]\nmembers = ["*"]\nexclude = [{_joined(n, chr(34) + "x{0}-*" + chr(34), ",")}]\n'),
        **{f"m{number}/pyproject.toml": PROJECT for number in range(20)},
    },
    "settings": lambda n: _pyproject(
        f'dependencies = ["absent"]\n[tool.venvls]\nsearch.exclude = [{_joined(n, chr(34) + "x{0}/**" + chr(34), ",")}]\n'
        f"sync.groups = [{_joined(n, chr(34) + 'g{0}' + chr(34), ',')}]\n"
    ),
    "tables of dependencies": lambda n: {
        "pyproject.toml": '[tool.poetry]\nname = "a"\nversion = "1"\n'
        + _joined(n, '[tool.poetry.dependencies.absent{0}]\nversion = "^{0}"\n')
    },
    "one of many versions": lambda n: {
        "pyproject.toml": f'[tool.poetry]\nname = "a"\nversion = "1"\n[tool.poetry.dependencies]\npip = "{_joined(n, "^1.{0}", " || ")}"\n'
    },
    "several constraints": lambda n: {
        "pyproject.toml": '[tool.poetry]\nname = "a"\nversion = "1"\n[tool.poetry.dependencies]\nabsent = ['
        + _joined(n, '{{ version = "^1.{0}", python = "<3.{0}" }}', ", ")
        + "]\n"
    },
    "hatch environments": lambda n: {"hatch.toml": _joined(n, '[envs.e{0}]\ndependencies = ["absent"]\n')},
    "a chain of templates": lambda n: {"hatch.toml": _joined(n, '[envs.e{0}]\ntemplate = "e{1}"\ndependencies = ["absent"]\n')},
    "pixi platforms": lambda n: {
        "pixi.toml": '[workspace]\nname = "a"\n[dependencies]\npython = "*"\n'
        + _joined(n, '[target.x{0}.pypi-dependencies]\nabsent = "*"\n')
    },
    "elements that are wrong": lambda n: _pyproject(f"dependencies = [{_joined(n, '{0}', ', ')}]\n"),
    "includes of no group": lambda n: _pyproject(
        "[dependency-groups]\nother = []\ng = [" + _joined(n, '{{ include-group = "h{0}" }}', ", ") + "]\n"
    ),
    "a chain of included groups": lambda n: _pyproject(
        "[dependency-groups]\n" + _joined(n, 'g{0} = [{{ include-group = "g{1}" }}, "absent{0}"]\n') + f"g{n} = []\n"
    ),
    "an extra of all extras": lambda n: _pyproject(
        f'[project.optional-dependencies]\nall = ["a[{_joined(n, "e{0}", ",")}]"]\n' + _joined(n, 'e{0} = ["absent{0}"]\n')
    ),
    "sources with markers": lambda n: _pyproject(
        'dependencies = ["absent"]\n[tool.uv.sources]\nabsent = ['
        + _joined(n, '{{ path = "p{0}", marker = "python_version < \'3.{0}\'" }}', ", ")
        + "]\n"
    ),
    "overrides": lambda n: _pyproject(
        f'dependencies = ["absent"]\n[tool.uv]\noverride-dependencies = [{_joined(n, chr(34) + "absent=={0}" + chr(34), ",")}]\n'
    ),
    # others
    "Pipfile categories": lambda n: {"Pipfile": _joined(n, '[c{0}]\nabsent = "*"\n')},
    "setup.cfg extras": lambda n: {"setup.cfg": "[metadata]\nname = a\n[options.extras_require]\n" + _joined(n, "e{0} =\n    absent{0}\n")},
    "a list on one line": lambda n: {"setup.cfg": "[metadata]\nname = a\n[options]\ninstall_requires = " + "absent;" * n + "\n"},
    "sections": lambda n: {"setup.cfg": _joined(n, "[s{0}]\na = b\n") + "[metadata]\nname = a\n[options]\ninstall_requires = absent\n"},
    "a sum of lists": lambda n: {
        "setup.py": "from setuptools import setup\nsetup(install_requires=" + '["absent"] + ' * n + '["absent"])\n'
    },
    "names of names": lambda n: {
        "setup.py": "from setuptools import setup\nx0 = ['absent']\n" + _joined(n, "x{1} = x{0}\n") + f"setup(install_requires=x{n})\n"
    },
    "calls": lambda n: {"setup.py": "from setuptools import setup\n" + "f()\n" * n + "setup(install_requires=['absent'])\n"},
    "yaml keys": lambda n: {"environment.yml": _joined(n, "k{0}: v\n") + "dependencies:\n  - python\n  - absent\n"},
    "yaml in yaml": lambda n: {"environment.yml": "dependencies:\n  - python\nx: " + "[" * n + "]" * n + "\n"},
    "yaml indents": lambda n: {"environment.yml": "dependencies:\n  - python\n" + "".join(f"{' ' * min(k, 60)}k{k}:\n" for k in range(n))},
    "a folded text": lambda n: {"environment.yml": "name: >\n" + "  text\n" * n + "dependencies:\n  - python\n  - absent\n"},
    "conda versions": lambda n: {"environment.yml": "dependencies:\n  - python\n  - 'absent " + _joined(n, "1.{0}", "|") + "'\n"},
    "tox environments": lambda n: {"tox.ini": _joined(n, "[testenv:e{0}]\ndeps =\n    absent\n")},
    "tox conditions": lambda n: {"tox.ini": "[testenv]\ndeps =\n" + _joined(n, "    f{0}: absent{0}\n")},
    "a chain of references": lambda n: {
        "tox.ini": "[testenv]\ndeps = {[s0]deps}\n" + _joined(n, "[s{0}]\ndeps =\n    {{[s{1}]deps}}\n    absent\n")
    },
    "lists of pip": lambda n: {"environment.yml": "dependencies:\n  - python\n" + _joined(n, "  - pip:\n    - absent{0}\n")},
    "factors and conditions": lambda n: {
        "tox.ini": f"[tox]\nenvlist = {_joined(n, 'a{0}-b', ',')}\n[testenv]\ndeps =\n" + _joined(n, "    a{0},!a{1}-b: absent\n")
    },
    # what is installed
    "conditional needs": lambda n: {
        "requirements.txt": f"p[{_joined(n, 'x{0}', ',')}]\n",
        **_distribution("p", _joined(n, "Provides-Extra: x{0}\nRequires-Dist: absent{0}; extra == 'x{0}'\n")),
    },
    "needs of one package": lambda n: {"requirements.txt": "p\n", **_distribution("p", _joined(n, "Requires-Dist: absent{0}\n"))},
    "needs of another Python": lambda n: {
        "requirements.txt": "p\n",
        **_distribution("p", _joined(n, "Requires-Dist: absent{0}; python_version < '2.{0}'\n")),
    },
    "a chain of what is installed": lambda n: {
        "requirements.txt": "p0\n",
        **{
            path: text
            for k in range(n)
            for path, text in _distribution(f"p{k}", f"Requires-Dist: p{k + 1}\nRequires-Dist: absent{k}\n").items()
        },
    },
    "records of one name": lambda n: {
        "requirements.txt": "p\n",
        **{f"{SITE}/p-{k}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: p\nVersion: {k}\n" for k in range(n)},
    },
    "records that are half written": lambda n: {
        "requirements.txt": "absent\n",
        **{f"{SITE}/p{k}-1.dist-info/METADATA": f"Metadata-Version: 2.1\nName: p{k}\nVersion: 1\n" for k in range(n)},
    },
    "pth files": lambda n: {"requirements.txt": "absent\n", **{f"{SITE}/p{k}.pth": f"/x/{k}\n" for k in range(n)}},
    # locks
    "groups in uv.lock": lambda n: {
        **_pyproject("[dependency-groups]\n" + _joined(n, 'g{0} = ["q"]\n') + "[tool.uv]\npackage = false\n"),
        "uv.lock": 'version = 1\nrevision = 2\n[[package]]\nname = "a"\nversion = "1"\nsource = { virtual = "." }\n'
        + "[package.dev-dependencies]\n"
        + _joined(n, 'g{0} = [{{ name = "q" }}]\n')
        + "[package.metadata.requires-dev]\n"
        + _joined(n, 'g{0} = [{{ name = "q" }}]\n')
        + '[[package]]\nname = "q"\nversion = "1"\nsource = { registry = "x" }\n',
    },
    "a chain in uv.lock": lambda n: _uv_lock(n, lambda k: f'dependencies = [{{ name = "p{k + 1}" }}]\n' if k + 1 < n else ""),
    "markers in uv.lock": lambda n: _uv_lock(
        n, lambda k: f'dependencies = [{{ name = "p{k + 1}", marker = "python_full_version < \'3.{k}\'" }}]\n' if k + 1 < n else ""
    ),
    "a chain in poetry.lock": _poetry_lock,
    "a chain in pdm.lock": lambda n: {
        **_pyproject('dependencies = ["p0"]\n[tool.pdm]\n'),
        "pdm.lock": '[metadata]\nlock_version = "4.5.0"\ncontent_hash = "sha256:x"\ngroups = ["default"]\n'
        + _joined(n, '[[package]]\nname = "p{0}"\nversion = "1"\ngroups = ["default"]\ndependencies = ["p{1}"]\n'),
    },
    "packages in pylock.toml": lambda n: {
        **_pyproject('dependencies = ["p0"]\n'),
        "pylock.toml": 'lock-version = "1.0"\ncreated-by = "x"\n'
        + _joined(n, '[[packages]]\nname = "p{0}"\nversion = "1"\nmarker = "python_full_version < \'3.{0}\'"\n'),
    },
    "packages in Pipfile.lock": lambda n: {
        "Pipfile": '[packages]\np0 = "*"\n',
        "Pipfile.lock": '{"_meta": {"hash": {"sha256": "x"}}, "default": {' + _joined(n, '"p{0}": {{"version": "==1"}}', ", ") + "}}",
    },
    "packages in pixi.lock": lambda n: {
        "pixi.toml": '[workspace]\nname = "a"\n[dependencies]\npython = "*"\n',
        "pixi.lock": "version: 6\nenvironments:\n  default:\n    packages:\n      linux-64:\n"
        + _joined(n, "      - pypi: https://h/p{0}.whl\n")
        + "packages:\n"
        + _joined(n, "- pypi: https://h/p{0}.whl\n  name: p{0}\n  version: 1\n"),
    },
    "packages in conda-lock.yml": lambda n: {
        "environment.yml": "dependencies:\n  - python\n",
        "conda-lock.yml": "version: 1\npackage:\n" + _joined(n, "- name: p{0}\n  version: '1'\n  manager: pip\n  platform: linux-64\n"),
    },
    "pins below a header": lambda n: {
        "requirements.in": "absent0\n",
        "requirements.txt": "#\n# This file is autogenerated by pip-compile with Python 3.12\n# by the following command:\n#\n"
        "#    pip-compile requirements.in\n#\n" + _joined(n, "absent{0}==1\n    # via absent{1}\n"),
    },
}
"""Twice the size is twice the work."""

CAPPED: dict[str, Shape] = {
    "doubling names": lambda n: {
        "setup.py": "from setuptools import setup\nx0 = ['absent']\n"
        + _joined(n, "x{1} = x{0} + x{0}\n")
        + f"setup(install_requires=x{n})\n"
    },
    "doubling groups": lambda n: _pyproject(
        "[dependency-groups]\n"
        + _joined(n, 'g{0} = [{{ include-group = "g{1}" }}, {{ include-group = "g{1}" }}, "absent{0}"]\n')
        + f"g{n} = []\n"
    ),
    "doubling extras": lambda n: _pyproject(
        "[project.optional-dependencies]\n" + _joined(n, 'e{0} = ["a[e{1}]", "a[e{1},e{0}]", "absent{0}"]\n') + f"e{n} = []\n"
    ),
    "products of factors": lambda n: {"tox.ini": "[tox]\nenvlist = " + "-".join(["{a,b,c}"] * n) + "\n[testenv]\ndeps = absent\n"},
    "products in toml": lambda n: {
        "tox.toml": "env_list = [{ product = [" + ", ".join(['["a", "b", "c"]'] * n) + '] }]\n[env_run_base]\ndeps = ["absent"]\n'
    },
    "doubling references": lambda n: {
        "tox.ini": "[testenv]\ndeps = {[s0]deps}\n" + _joined(n, "[s{0}]\ndeps =\n    {{[s{1}]deps}}\n    {{[s{1}]deps}}\n    absent\n")
    },
    "doubling references on a line": lambda n: {
        "tox.ini": "[testenv]\ndeps = {[s0]x}\n" + _joined(n, "[s{0}]\nx = {{[s{1}]x}}{{[s{1}]x}}\n") + f"[s{n}]\nx = absent\n"
    },
    "a matrix": lambda n: {
        "hatch.toml": "[[envs.test.matrix]]\n" + _joined(n, 'v{0} = ["a", "b", "c"]\n') + '[envs.test]\ndependencies = ["absent"]\n'
    },
    "globs of members": lambda n: {
        **_pyproject(f'[tool.uv.workspace]\nmembers = ["{"**/" * n}x", "{"*/" * n}*", "{"[a-z]*" * n}"]\n'),
        **{f"{'d/' * k}pyproject.toml": PROJECT for k in range(1, 12)},
    },
    "unknown variables": lambda n: {
        "requirements.txt": "absent; " + " and ".join(f"(platform_release == '{k}' or platform_version == '{k}')" for k in range(n)) + "\n"
    },
    "unknown patch versions": lambda n: {
        "requirements.txt": "absent; "
        + " or ".join(f"(python_full_version > '3.12.{k}' and platform_release > '{k}')" for k in range(n))
        + "\n"
    },
    "anchors": lambda n: {"environment.yml": "a0: &a0 [x, x]\n" + _joined(n, "a{1}: &a{1} [*a{0}, *a{0}]\n") + f"dependencies: *a{n}\n"},
    "poetry products": lambda n: {
        "pyproject.toml": '[tool.poetry]\nname = "a"\nversion = "1"\n[tool.poetry.dependencies]\n'
        f'absent = {{ version = "*", python = "{" ".join(f"<3.{k} || >3.{k + 1}," for k in range(n)).rstrip(",")}" }}\n'
    },
    "ways through a lock": lambda n: _uv_lock(
        2 * n,
        lambda k: f'dependencies = [{{ name = "p{min(2 * n - 1, k // 2 * 2 + 2)}" }}, {{ name = "p{min(2 * n - 1, k // 2 * 2 + 3)}" }}]\n',
    ),
    "forks of extras": lambda n: _uv_lock(
        n,
        lambda k: (
            f'dependencies = [{{ name = "p{(k + 1) % n}", extra = ["x{k}", "y{k}"] }}]\n[package.optional-dependencies]\n'
            + "".join(f'x{j} = [{{ name = "p{(k + j) % n}", extra = ["y{j}"] }}]\n' for j in range(min(n, 6)))
        ),
    ),
}
"""What would double, or more than double, with each step is cut off: a size of hundreds is as little work as one of fifty."""


def _code(text: str, **others: str) -> Tree:
    return {**_pyproject('dependencies = ["pip"]\n'), "a.py": text, **others}


def _notebook(cells: list[str]) -> Tree:
    written = ",".join(f'{{"cell_type": "code", "source": [{cell}]}}' for cell in cells)
    return {**_pyproject('dependencies = ["pip"]\n'), "a.ipynb": f'{{"cells": [{written}]}}'}


CODE: dict[str, Shape] = {
    "imports": lambda n: _code(_joined(n, "import x{0}\n")),
    "imports of one module": lambda n: _code("import absent\n" * n),
    "imports that begin nothing": lambda n: _code("import \\\n" * n),
    "imports of what Python has": lambda n: _code("import os\n" * n),
    "relative imports": lambda n: _code("from . import x\n" * n),
    "modules of one import": lambda n: _code(f"import {_joined(n, 'x{0}', ', ')}\n"),
    "imports on one line": lambda n: _code(_joined(n, "import x{0}; ") + "\n"),
    "imports below a header on their line": lambda n: _code("if x: " + _joined(n, "import x{0}; ") + "\n"),
    "names of one import": lambda n: _code(f"from absent import ({_joined(n, 'x{0}', ', ')})\n"),
    "calls that import": lambda n: _code(_joined(n, "import_module('x{0}')\n")),
    "modules that are looked for": lambda n: _code(_joined(n, "find_spec('x{0}')\n") + "import absent\n"),
    "tries": lambda n: _code("try:\n    import absent\n" * n),
    "tries with handlers": lambda n: _code("try:\n    import absent\n" + "except X:\n    pass\n" * n),
    "branches": lambda n: _code("if x:\n    import absent\n" + _joined(n, "elif x{0}:\n    import absent\n")),
    "blocks": lambda n: _code("".join(f"{' ' * (k % 40)}if x:\n" for k in range(n)) + "import absent\n"),
    "brackets of a condition": lambda n: _code(f"if {'(' * n}x{')' * n}:\n    import absent\n"),
    "strings": lambda n: _code("''\n" * n + "import absent\n"),
    "a name of many parts": lambda n: _code(f"import absent{'.a' * n}\n"),
    "imports in a test, and what tox names": lambda n: {
        **_code(""),
        "test_a.py": _joined(n, "import x{0}\n"),
        "tox.ini": "[testenv]\ncommands =\n" + _joined(n, "    y{0}\n"),
    },
    "imports and requirements": lambda n: {
        "requirements.txt": _joined(n, "absent{0}\n"),
        "a.py": _joined(n, "import x{0}\n"),
    },
    "modules of a namespace": lambda n: {
        "requirements.txt": "pip\n",
        "a.py": _joined(n, "import ns.x{0}\n"),
        **_namespace("p", n),
        **_namespace("q", n),
    },
    "files": lambda n: {**_code(""), **{f"m{k}.py": "import absent\n" for k in range(n)}},
    "files that import others": lambda n: {
        **_code(""),
        "src/a/__init__.py": "",
        "test_a.py": "import a\n",
        **{f"src/a/m{k}.py": f"from a import m{k + 1}\nimport absent\n" for k in range(n)},
    },
    "a package that imports all of itself": lambda n: {
        **_code(""),
        "src/a/__init__.py": _joined(n, "from .m{0} import *\n"),
        "test_a.py": "import a\n",
        **{f"src/a/m{k}.py": "import absent\n" for k in range(n)},
    },
    "projects that share an environment": lambda n: members_and_excludes(n, 1),
    "cells": lambda n: _notebook(['"import absent"'] * n),
    "lines of a cell": lambda n: _notebook([_joined(n, '"import x{0}\\n"', ", ")]),
    "a line of a cell": lambda n: _notebook([f'"{"x = 1;" * n}\\nimport absent"']),
    "what a notebook installs": lambda n: _notebook([_joined(n, '"!pip install x{0}\\n"', ", "), '"import absent"']),
    "brackets of a notebook": lambda n: {**_notebook([]), "a.ipynb": "[" * n},
}
"""Code, for checks of its imports."""


def _namespace(name: str, size: int) -> Tree:
    modules = {f"{SITE}/ns/x{k}_{name}.py": "" for k in range(size)}
    record = "".join(f"ns/x{k}_{name}.py,,\n" for k in range(size))
    return {**_distribution(name, ""), f"{SITE}/{name}-1.dist-info/RECORD": record, **modules}


def bounds_and_pins(names: int, bounds: int, pins: int) -> Tree:
    """Packages with many bounds that fit each other, and as many pins that fit none of them."""
    lines = (
        f"absent{number}>2.{each}.dev1\n" if each < bounds else f"absent{number}==1.{each}.dev1\n"
        for number in range(names)
        for each in range(bounds + pins)
    )
    return {"requirements.txt": "".join(lines)}


def members_without_sources(size: int) -> Tree:
    """Each requires the next one, and none says that it is a member."""
    tree, lock = {**_pyproject('[tool.uv.workspace]\nmembers = ["m*"]\n')}, 'version = 1\nrevision = 3\n[manifest]\nmembers = ["a"'
    lock += f'{_joined(size, ", {0}m{{0}}{0}".format(chr(34)))}]\n\n[[package]]\nname = "a"\nversion = "1"\nsource = {{ virtual = "." }}\n'
    for number in range(size):
        name, needed = f"m{number}", f"m{(number + 1) % size}"
        tree[f"{name}/pyproject.toml"] = f'[project]\nname = "{name}"\nversion = "1"\ndependencies = ["{needed}"]\n'
        lock += f'\n[[package]]\nname = "{name}"\nversion = "1"\nsource = {{ virtual = "{name}" }}\n'
        lock += f'dependencies = [{{ name = "{needed}" }}]\n[package.metadata]\n'
        lock += f'requires-dist = [{{ name = "{needed}", virtual = "{needed}" }}]\n'
    return {**tree, "uv.lock": lock}


def members_and_excludes(members: int, excludes: int) -> Tree:
    """A workspace of uv's whose members are put to each of many patterns."""
    patterns = ",".join(f'"x{number}-*"' for number in range(excludes))
    root = f'[project]\nname = "root"\nversion = "1"\n[tool.uv.workspace]\nmembers = ["*"]\nexclude = [{patterns}]\n'
    own = {f"m{number}/pyproject.toml": f'[project]\nname = "m{number}"\nversion = "1"\n' for number in range(members)}
    return {"pyproject.toml": root, "a.py": "import os\n", **own}


def requirements_and_imports(requirements: int, imports: int) -> Tree:
    """Requirements of which none is installed, and imports of which each is missing."""
    lines, code = (f"absent{number}\n" for number in range(requirements)), (f"import x{number}\n" for number in range(imports))
    return {"requirements.txt": "".join(lines), "a.py": "".join(code)}


def two_records(files: int) -> Tree:
    """Two packages whose records have many files, of which none is there."""
    tree = {"requirements.txt": "a\nb\n", "a.py": "import absent\n"}
    for name in ("a", "b"):
        info = f"{SITE}/{name}-1.dist-info"
        tree[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n"
        tree[f"{info}/RECORD"] = "".join(f"{name}/m{number}.py,,\n" for number in range(files))
    return tree
