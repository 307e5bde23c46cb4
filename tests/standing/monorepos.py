"""Monorepos made by number: every tool that has a way to keep several projects in one repository, in layouts as people have them.

``monorepo(number)`` is always the same one. Its environments are folders written by hand, its locks are as the tools write them, and now
and then something in it is out of sync: an answer that is always "in sync" would prove nothing.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path
from typing import NamedTuple

TOOLS = ("uv", "pdm", "pixi", "poetry", "hatch", "pip")
NAMES = ("apple", "pear", "plum")
PACKAGES = {"six": "1.17.0", "idna": "3.10", "tomli": "2.2.1", "attrs": "25.1.0"}


class Monorepo(NamedTuple):
    """One repository: its tool, whether git keeps it, its files by path, its environments with what is installed in each, its members."""

    number: int
    tool: str
    git: bool
    files: dict[str, str]
    environments: dict[str, dict[str, str]]
    members: tuple[str, ...]

    def write(self, root: Path) -> None:
        """Writes it all below ``root``."""
        for path, text in self.files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, "utf-8")
        for member in self.members:
            (root / member / "src" / "deep").mkdir(parents=True)
        for place, installed in self.environments.items():
            environment(root / place, installed, conda=self.tool == "pixi")
        if self.git:
            (root / ".git").mkdir()
            (root / ".git" / "HEAD").write_text("ref: refs/heads/main\n")


def monorepo(number: int) -> Monorepo:
    """The monorepo of a number."""
    chance = random.Random(number)
    tool, git = TOOLS[number % len(TOOLS)], bool(number // len(TOOLS) % 2)
    layout = chance.choice(("packages/{}", "{}", "libs/group/{}"))
    names = NAMES[: chance.randint(2, 3)]
    members = tuple(layout.format(name) for name in names)
    needs = {name: chance.sample(sorted(PACKAGES), chance.randint(1, 2)) for name in names}
    sibling = chance.random() < 0.7
    root_is_project = tool in ("pdm", "hatch", "poetry") or chance.random() < 0.5
    files = {f"{member}/{path}": text for member, name in zip(members, names, strict=True)
             for path, text in _member(tool, name, needs[name], names[1] if sibling and name == names[0] else None).items()}  # fmt: skip
    files |= _root(tool, layout.format("*"), members, root_is_project)
    if tool == "uv":
        files["uv.lock"] = _uv_lock(dict(zip(names, members, strict=True)), needs, names[1] if sibling else None, root_is_project)
    if tool == "pdm":
        files["pdm.lock"] = _pdm_lock(dict(zip(names, members, strict=True)), needs)
    if chance.random() < 0.3:
        files["tools/requirements.txt"] = "six\nabsent\n"
    everything = {**PACKAGES, **dict.fromkeys(names, "0")}
    for missing in chance.sample(sorted(everything), chance.randint(0, 2)):
        del everything[missing]
    place = (
        ".pixi/envs/default"
        if tool == "pixi"
        else chance.choice((".venv", "with-a-name"))
        if tool == "pip" and (git or root_is_project)
        else ".venv"
    )
    environments = {place: everything} if chance.random() < 0.9 else {}
    if chance.random() < 0.2:
        environments["../.venv"] = PACKAGES
    if chance.random() < 0.2:
        files[".python-version"] = f"{sys.version_info[0]}.{sys.version_info[1]}\n"
    if chance.random() < 0.3 and tool != "pixi":
        environments[f"{members[0]}/.venv"] = {"six": "1.0"}
    return Monorepo(number, tool, git, files, environments, members)


def _project(name: str, dependencies: list[str], more: str = "") -> str:
    listed = ", ".join(f'"{text}"' for text in dependencies)
    return f'[project]\nname = "{name}"\nversion = "0"\nrequires-python = ">=3.9"\ndependencies = [{listed}]\n{more}'


def _member(tool: str, name: str, needs: list[str], sibling: str | None) -> dict[str, str]:
    if tool == "pip":
        return {"requirements.txt": "".join(f"{need}\n" for need in needs) + (f"-e ../{sibling}\n" if sibling else ""),
                "setup.py": f"from setuptools import setup\nsetup(name='{name}', version='0')\n"}  # fmt: skip
    if tool == "poetry":
        path = f'{sibling} = {{ path = "../{sibling}", develop = true }}\n' if sibling else ""
        lines = "".join(f'{need} = "*"\n' for need in needs)
        return {
            "pyproject.toml": f'[tool.poetry]\nname = "{name}"\nversion = "0"\n[tool.poetry.dependencies]\npython = ">=3.9"\n{lines}{path}'
        }
    if tool == "pixi":
        return {"pyproject.toml": _project(name, needs)}
    if tool == "hatch":
        return {"pyproject.toml": _project(name, needs, '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n')}
    if tool == "pdm":
        return {"pyproject.toml": _project(name, [*needs, *([sibling] if sibling else [])])}
    more = f"[tool.uv.sources]\n{sibling} = {{ workspace = true }}\n" if sibling else ""
    return {"pyproject.toml": _project(name, [*needs, *([sibling] if sibling else [])], more)}


def _root(tool: str, pattern: str, members: tuple[str, ...], is_project: bool) -> dict[str, str]:
    head = _project("orchard", []) if is_project else ""
    if tool == "uv":
        return {"pyproject.toml": f'{head}[tool.uv.workspace]\nmembers = ["{pattern}"]\n'}
    if tool == "pdm":
        return {"pyproject.toml": f'{head}[tool.pdm]\ndistribution = false\n[tool.pdm.workspace]\nmembers = ["{pattern}"]\n'}
    if tool == "pixi":
        paths = "".join(f'{member.rpartition("/")[2]} = {{ path = "{member}", editable = true }}\n' for member in members)
        channels = 'channels = ["conda-forge"]\nplatforms = ["linux-64"]\n'
        return {"pixi.toml": f'[workspace]\nname = "orchard"\n{channels}[dependencies]\npython = "*"\n[pypi-dependencies]\n{paths}'}
    if tool == "hatch":
        listed = ", ".join(f'"{member}"' for member in members)
        return {"pyproject.toml": f'{head}[tool.hatch.envs.default]\npath = ".venv"\nworkspace.members = [{listed}]\n'}
    if tool == "poetry":
        paths = "".join(f'{member.rpartition("/")[2]} = {{ path = "{member}", develop = true }}\n' for member in members)
        return {"pyproject.toml": f'[tool.poetry]\npackage-mode = false\n[tool.poetry.dependencies]\npython = ">=3.9"\n{paths}'}
    return {"requirements.txt": "".join(f"-e ./{member}\n" for member in members)} if is_project else {"README.md": "\n"}


def _uv_lock(members: dict[str, str], needs: dict[str, list[str]], sibling: str | None, root: bool) -> str:
    listed = ", ".join(f'"{name}"' for name in sorted([*members, *(["orchard"] if root else [])]))
    text = f'version = 1\nrevision = 3\nrequires-python = ">=3.9"\n\n[manifest]\nmembers = [{listed}]\n'
    first = next(iter(members))
    for name, folder in members.items():
        inner = [*needs[name], *([sibling] if sibling and name == first else [])]
        dependencies = "".join(f'    {{ name = "{need}" }},\n' for need in sorted(inner))
        noted = "".join(
            f'    {{ name = "{need}"' + (f', virtual = "{members[need]}"' if need in members else "") + " },\n" for need in sorted(inner)
        )
        text += f'\n[[package]]\nname = "{name}"\nversion = "0"\nsource = {{ virtual = "{folder}" }}\ndependencies = [\n{dependencies}]\n'
        text += f"\n[package.metadata]\nrequires-dist = [\n{noted}]\n"
    if root:
        text += '\n[[package]]\nname = "orchard"\nversion = "0"\nsource = { virtual = "." }\n'
    for name, version in PACKAGES.items():
        text += f'\n[[package]]\nname = "{name}"\nversion = "{version}"\nsource = {{ registry = "https://pypi.org/simple" }}\n'
    return text


def _pdm_lock(members: dict[str, str], needs: dict[str, list[str]]) -> str:
    text = '[metadata]\ngroups = ["default"]\nstrategy = ["inherit_metadata"]\nlock_version = "4.5.1"\ncontent_hash = "sha256:0"\n'
    text += '\n[[metadata.targets]]\nrequires_python = ">=3.9"\n'
    for name, folder in members.items():
        inner = "".join(f'    "{need}",\n' for need in needs[name])
        text += f'\n[[package]]\nname = "{name}"\nversion = "0"\neditable = true\npath = "./{folder}"\n'
        text += f'groups = ["default"]\ndependencies = [\n{inner}]\n'
    for name, version in PACKAGES.items():
        text += f'\n[[package]]\nname = "{name}"\nversion = "{version}"\ngroups = ["default"]\n'
    return text


def environment(prefix: Path, installed: dict[str, str], *, conda: bool) -> None:
    """An environment of this Python: what makes it one, and distributions by name and version."""
    minor = f"{sys.version_info[0]}.{sys.version_info[1]}"
    site = prefix / "lib" / f"python{minor}" / "site-packages"
    site.mkdir(parents=True)
    (prefix / "bin").mkdir()
    (prefix / "bin" / "python").symlink_to(os.path.realpath(sys.executable))
    if conda:
        (prefix / "conda-meta").mkdir()
        (prefix / "conda-meta" / "history").write_text("")
        patch = f"{minor}.{sys.version_info[2]}"
        (prefix / "conda-meta" / f"python-{patch}-0.json").write_text(f'{{"name": "python", "version": "{patch}", "build": "0"}}')
    else:
        home = Path(os.path.realpath(sys.executable)).parent
        (prefix / "pyvenv.cfg").write_text(f"home = {home}\nversion = {minor}.{sys.version_info[2]}\n")
    for name, version in installed.items():
        folder = site / f"{name}-{version}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (folder / "INSTALLER").write_text("pip\n")
        (folder / "RECORD").write_text("")
