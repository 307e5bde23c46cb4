"""Generated projects whose imports are known by construction: what has to be reported of each is worked out while it is made."""

from __future__ import annotations

import random
from typing import NamedTuple

SITE = ".venv/lib/python3.12/site-packages"
_NEEDS = {"alpha": ["beta-dist"], "gamma": ["delta-thing; extra == 'more'"]}
INSTALLED = {
    "alpha": "alpha/__init__.py",
    "beta-dist": "beta/__init__.py",
    "gamma": "gamma/__init__.py",
    "delta-thing": "delta_thing/__init__.py",
    "pyepsilon": "epsilon.py",
    "left-over": "left/__init__.py",
    "ns-first": "nspace/first/__init__.py",
    "ns-second": "nspace/second.py",
    "zeta-tool": "zeta.abi3.so",
}
"""The distributions of every environment, each with the file of its module."""
MODULES = {
    "alpha": "alpha",
    "beta-dist": "beta",
    "gamma": "gamma",
    "delta-thing": "delta_thing",
    "pyepsilon": "epsilon",
    "left-over": "left",
    "ns-first": "nspace.first",
    "ns-second": "nspace.second",
    "zeta-tool": "zeta",
}
_PLAIN = ("import {module}", "import {module} as named", "from {module} import x", "import os, {module}", "def f():\n    import {module}")
_OPTIONAL = (
    "try:\n    import {module}\nexcept ImportError:\n    pass",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import {module}",
    "import sys\nif sys.platform == 'win32':\n    import {module}",
    "import sys\nif sys.version_info < (3, 8):\n    from {module} import x",
    "import contextlib\nwith contextlib.suppress(ImportError):\n    import {module}",
    "text = '''\nimport {module}\n'''  # import {module}",
)
_MAY_FAIL = ("try", "import contextlib")
_OWN = ("import json, sys", "from . import neighbour", "import {package}.neighbour", "import tomllib, asyncio.tasks")


class Generated(NamedTuple):
    """The files of a project by path, and what has to be reported: path, code and the first part of the module's name."""

    files: dict[str, str]
    expected: frozenset[tuple[str, str, str]]
    asked: tuple[tuple[str, str], ...]
    """Every file with each module that it imports at its top and that has to be there."""
    declared: frozenset[str]
    """What any list of the project names."""
    extra: frozenset[str]
    """What an extra names."""
    optional: frozenset[tuple[str, str]]
    """Every file with each module (its first part) that it imports where that may fail, does not run, or is no code."""


class _Lists(NamedTuple):
    main: frozenset[str]
    group: frozenset[str]
    extra: frozenset[str]
    with_extra: bool


def make(seed: int) -> Generated:
    """The project of this seed."""
    chance = random.Random(seed)
    kind = chance.choice(("pyproject", "pyproject", "poetry", "requirements", "setup.cfg"))
    names = chance.sample(sorted(INSTALLED), len(INSTALLED))
    cut, second, third = sorted(chance.sample(range(1, len(names)), 3))
    lists = _Lists(frozenset(names[:cut]), frozenset(names[cut:second]), frozenset(names[second:third]), chance.random() < 0.4)
    if kind == "requirements":
        lists = lists._replace(extra=frozenset())
    package, folder = "my_app", chance.choice(("src/my_app", "my_app", "src/my_app/deeper"))
    files = {f"{folder}/__init__.py": "", f"{folder}/neighbour.py": "", **_manifests(kind, lists), **installed()}
    if kind == "setup.cfg":
        # It has no groups: what is for developers is an extra.
        lists = lists._replace(extra=lists.extra | lists.group, group=frozenset())
    if folder.endswith("deeper"):
        package = "my_app.deeper"
    expected: set[tuple[str, str, str]] = set()
    tried: set[str] = set()
    optional: set[tuple[str, str]] = set()
    asked: list[tuple[str, str]] = []
    for path in (f"{folder}/first.py", f"{folder}/second.py", "tests/test_it.py", "tool_of_ours.py"):
        lines = [each.format(package=package) for each in chance.sample(_OWN, 2) if "from ." not in each or path.startswith(folder)]
        for module in chance.sample([*MODULES.values(), "absent_first", "absent_second"], 6):
            if chance.random() < 0.3:
                lines.append(chance.choice(_OPTIONAL).format(module=module))
                optional.add((path, module.partition(".")[0]))
                if lines[-1].startswith(_MAY_FAIL):
                    tried.add(module.partition(".")[0])
                continue
            form = chance.choice(_PLAIN)
            is_in_function = form.startswith("def")
            if path.startswith("tests/") and is_in_function:
                continue
            lines.append(form.format(module=module))
            asked.append((path, module))
            code = _code(module, lists, ships=path.startswith(folder) and kind in ("pyproject", "poetry"), is_in_function=is_in_function)
            if code is not None:
                expected.add((path, code, module.partition(".")[0]))
        files[path] = "\n".join(lines) + "\n"
        expected -= {(where, code, top) for where, code, top in expected if where == path and _has_optional(lines, top)}
    # What another file does without is optional.
    expected = {(path, code, top) for path, code, top in expected if code != "development-import" or top not in tried}
    return Generated(files, frozenset(expected), tuple(asked), lists.main | lists.group | lists.extra, lists.extra, frozenset(optional))


def installed() -> dict[str, str]:
    """The files of the distributions, as an installer puts them."""
    files: dict[str, str] = {}
    for name, path in INSTALLED.items():
        info = f"{SITE}/{name.replace('-', '_')}-1.0.dist-info"
        needs = "".join(f"Requires-Dist: {need}\n" for need in _NEEDS.get(name, ()))
        files[f"{SITE}/{path}"] = ""
        files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}Provides-Extra: more\n\n"
        files[f"{info}/INSTALLER"] = "pip\n"
        files[f"{info}/RECORD"] = f"{path},,\n{info.rpartition('/')[2]}/METADATA,,\n"
    return files


def _code(module: str, lists: _Lists, *, ships: bool, is_in_function: bool) -> str | None:
    if module.startswith("absent"):
        return "missing-import"
    owner = next(name for name, own in MODULES.items() if own == module)
    if owner in lists.main:
        return None
    if owner in lists.extra:
        return "development-import" if ships and not is_in_function else None
    if owner in lists.group:
        return "development-import" if ships else None
    if owner == "delta-thing" and lists.with_extra and "gamma" in lists.main:
        return None
    return "undeclared-import"


def _has_optional(lines: list[str], top: str) -> bool:
    """Whether the file also has an import of the module that may fail: then it can do without. So it can where it is for type checkers, and
    a function imports it once more."""
    naming = [line for line in lines if f" {top}" in line.replace(".", " ")]
    lazy = all(line.startswith(("def", "from typing")) for line in naming if not line.startswith(("import sys\nif", "text =")))
    typing = any(line.startswith("from typing") for line in naming)
    return (typing and lazy) or any(line.startswith(_MAY_FAIL) for line in naming)


def _manifests(kind: str, lists: _Lists) -> dict[str, str]:
    def written(names: frozenset[str]) -> list[str]:
        return [f"{name}[more]" if name == "gamma" and lists.with_extra and names is lists.main else name for name in sorted(names)]

    def quoted(names: frozenset[str]) -> str:
        return ", ".join(f'"{name}"' for name in written(names))

    if kind == "requirements":
        files = {"requirements.txt": "\n".join(written(lists.main)) + "\n"}
        return {**files, "requirements-dev.txt": "\n".join(written(lists.group)) + "\n"}
    if kind == "setup.cfg":
        main, group, extra = ("".join(f"\n    {name}" for name in written(names)) for names in lists[:3])
        text = f"[metadata]\nname = my-app\n[options]\ninstall_requires ={main}\n[options.extras_require]\ndev ={group}\nmore ={extra}\n"
        return {"setup.cfg": text}
    if kind == "poetry":

        def table(names: frozenset[str]) -> str:
            rows = [
                f'{name} = {{version = "*", extras = ["more"]}}' if line.endswith("]") else f'{name} = "*"'
                for name, line in zip(sorted(names), written(names), strict=True)
            ]
            return "\n".join(rows)

        main, optional = table(lists.main), "\n".join(f'{name} = {{version = "*", optional = true}}' for name in sorted(lists.extra))
        text = f'[tool.poetry]\nname = "my-app"\nversion = "1"\n[tool.poetry.dependencies]\npython = "*"\n{main}\n{optional}\n'
        extras = f"[tool.poetry.extras]\nmore = [{quoted(lists.extra)}]\n"
        return {"pyproject.toml": f"{text}[tool.poetry.group.dev.dependencies]\n{table(lists.group)}\n{extras}"}
    text = f'[project]\nname = "my-app"\nversion = "1"\ndependencies = [{quoted(lists.main)}]\n'
    text += f"[project.optional-dependencies]\nmore = [{quoted(lists.extra)}]\n[dependency-groups]\ndev = [{quoted(lists.group)}]\n"
    return {"pyproject.toml": text}
