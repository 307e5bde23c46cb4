"""What venvls says of a manifest and a real environment, straight through reader, parser, engine and rules."""

from __future__ import annotations

from pathlib import Path

from venvls import environments, graph, manifests, settings
from venvls.engine import Engine
from venvls.host.machine import ThisMachine
from venvls.model.facts import Facts
from venvls.model.finding import Finding, Project
from venvls.model.manifest import Manifest
from venvls.model.text import Text
from venvls.target import target_of

_MACHINE = ThisMachine()
_ENGINE = Engine(settings.read({}, {}), lambda message: None, strict=True)


def facts_of(prefix: Path, manifest: Path) -> Facts:
    """One manifest and one environment, nothing remembered from others."""
    environment = environments.recognise(_MACHINE.files, str(prefix), True)
    assert environment is not None

    def load(path: str, hint: str | None) -> Manifest | str:
        data = _MACHINE.files.read(path)
        return "There is no such file." if data is None else manifests.parse(path, Text(data.decode("utf-8")), hint)

    reached = graph.follow([str(manifest)], load, _MACHINE.files)
    return Facts(
        project=Project(str(manifest.parent), (str(manifest),), environment=environment),
        files=_MACHINE.files,
        manifests=reached.manifests,
        links=tuple(reached.links),
        environment=environment,
        installed=_MACHINE.installed(environment),
        target=target_of(environment, _MACHINE.platform()),
        constraints=reached.constraints,
    )


def findings(facts: Facts) -> list[Finding]:
    """Everything at warning or error."""
    found = _ENGINE.project(facts)
    for manifest in facts.manifests.values():
        found += _ENGINE.manifest(manifest, facts)
    return [one for one in found if one.severity in ("warning", "error")]
