"""Facts for rules, from files in memory: the real parsers, the real reader of installed distributions, the real engine."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping

from tests.memory_tree import Content, MemoryFiles
from venvls import graph, manifests, settings
from venvls.engine import Engine
from venvls.host.installed import Snapshot
from venvls.model.environment import Environment, Git, Target
from venvls.model.facts import Choice, Facts
from venvls.model.finding import Finding, Project
from venvls.model.manifest import Manifest
from venvls.model.text import Text
from venvls.target import target_of

ROOT = "/p"
SITE = "/p/.venv/lib/python3.12/site-packages"
EVERYDAY = Choice()
LINUX = {
    "os_name": "posix",
    "sys_platform": "linux",
    "platform_machine": "x86_64",
    "platform_system": "Linux",
    "platform_release": "6.1",
    "platform_version": "#1",
}


def distribution(text: str, **files: Content) -> dict[str, Content]:
    """A whole .dist-info for ``name version | requirement | …``; ``files`` adds to it (``direct_url`` stands for direct_url.json)."""
    head, *requires = (part.strip() for part in text.split("|"))
    name, version = head.split()
    folder = f"{SITE}/{name.replace('-', '_')}-{version}.dist-info"
    lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", *(f"Requires-Dist: {line}\n" for line in requires)]
    tree: dict[str, Content] = {f"{folder}/METADATA": "".join(lines), f"{folder}/INSTALLER": "pip\n", f"{folder}/RECORD": ""}
    tree.update({f"{folder}/{'direct_url.json' if key == 'direct_url' else key}": value for key, value in files.items()})
    return tree


def facts(
    texts: Mapping[str, str] | str,
    installed: Iterable[str] | None = (),
    *,
    tree: Mapping[str, Content] | None = None,
    python: str = "3.12.4",
    choice: Choice = EVERYDAY,
    git: Git | None = None,
    health: str = "ok",
    asks: tuple[tuple[str, str], ...] = (),
    mains: tuple[str, ...] = (),
    outside: Iterable[str] = (),
) -> Facts:
    """One project at ``/p`` with these manifests (a text alone is requirements.txt) and these distributions; ``None`` for no environment.

    ``mains`` are the project's own manifests by path, where not all of them are.
    """
    texts = {"requirements.txt": texts} if isinstance(texts, str) else texts
    paths = {posixpath.normpath(posixpath.join(ROOT, name)): text for name, text in texts.items()}
    content: dict[str, Content] = dict(paths)
    content[f"{SITE}/x.txt"] = ""
    for line in installed or ():
        content.update(distribution(line))
    content.update(tree or {})
    files = MemoryFiles(content)

    def load(path: str, hint: str | None) -> Manifest | str:
        text = files.read(path)
        return "There is no such file." if text is None else manifests.parse(path, Text(text.decode()), hint)

    starts = tuple(posixpath.join(ROOT, name) for name in mains) or tuple(paths)
    reached = graph.follow(starts, load, files)
    environment = None
    if installed is not None:
        environment = Environment(
            prefix=f"{ROOT}/.venv",
            real=f"{ROOT}/.venv",
            interpreter=f"{ROOT}/.venv/bin/python",
            version=python,
            health=health,  # type: ignore[arg-type]
            problem=None if health == "ok" else "something is gone",
            site_packages=(SITE,),
        )
    return Facts(
        project=Project(ROOT, starts, environment=environment, reason="it is in the project", python=asks),
        files=files,
        manifests=reached.manifests,
        links=tuple(reached.links),
        environment=environment,
        installed=Snapshot(environment, files) if environment is not None and health != "broken" else None,
        target=target_of(environment, LINUX) if environment is not None else None,
        constraints=reached.constraints,
        choice=choice,
        git=git,
        outside=frozenset(outside),
    )


def findings(project: Facts) -> list[Finding]:
    """Everything the engine says of the project, in order; a rule that fails is fatal."""
    engine = Engine(settings.read({}, {}), lambda message: None, strict=True)
    found = engine.project(project)
    for manifest in project.manifests.values():
        found += engine.manifest(manifest, project)
    return sorted(found, key=lambda one: (one.path, one.span, one.code))


def said(project: Facts) -> list[str]:
    """``code: marked text: message`` of each finding at warning or error."""
    return [f"{one.code}: {marked(project, one)}: {one.message}" for one in findings(project) if one.severity in ("warning", "error")]


def codes(project: Facts) -> list[str]:
    """The codes of all findings at warning or error."""
    return [one.code for one in findings(project) if one.severity in ("warning", "error")]


def marked(project: Facts, finding: Finding) -> str:
    """The text a finding stands on."""
    return project.manifests[finding.path].text.source[finding.span.start : finding.span.end]


def target(python: str = "3.12.4") -> Target:
    """The variables of a CPython on Linux; ``X.Y`` leaves the patch version open."""
    return target_of(Environment("/e", "/e", "/e/bin/python", python), LINUX)
