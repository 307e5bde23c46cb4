"""The project has requirements, but no environment to install them in.

Without an environment the requirements end up in the system's Python, where projects conflict with each other, or nowhere.

Example: a folder with a `requirements.txt` that requires `requests`, and no `.venv` next to it or above it.

A script with requirements inside (PEP 723) needs none: `uv run` makes its environment in uv's cache. Until it has, that is information, and
*Sync the environment of the script* makes it (`uv sync --script`); from then on it is compared as any other. Where only uv can say which
place that is (on Windows, or without a cache) nothing is compared.

Where nothing but tox or nox keeps environments for the project and has made some (`.tox`, `.nox`), that there is none to work in is
information: whoever runs `tox` or `nox` alone needs none. Those of tox are each compared by itself; what belongs into those of nox only
its sessions know when they run, so that `venvls check` compares nothing there. Where such a project is to have one all the same, the
setting `rules.no-environment` says so (`warning`, `error`), and `check` then ends with 1.

This is reported once, at the project itself, and not again for folders below it with its docs, tests or examples.

Fix it with the action *Create an environment*, or with `venvls create`, which also installs what the project requires. If the
environment is somewhere else, select it. A task that was killed while it made an environment again had moved the old one aside: then that
is reported, and the next such task first puts it back.
"""

from __future__ import annotations

from venvls.model.environment import ASIDE
from venvls.model.facts import Facts
from venvls.model.finding import Finding
from venvls.model.hints import TYPE_CHECKING
from venvls.model.patterns import re
from venvls.model.rule import Rule
from venvls.rules.asked import counted_requirements
from venvls.rules.wording import about_project

if TYPE_CHECKING:
    from collections.abc import Iterable

_FILES_OF_TOOLS = frozenset({"Pipfile", "environment.yml", "hatch.toml", "pixi.toml"})
_TABLES_OF_TOOLS = frozenset({"pdm", "pixi", "poetry", "uv"})
_NAMED = 4
_ASIDE = r"[0-9a-f]{8}-(.+)"


def check(facts: Facts) -> Iterable[Finding]:
    """One finding where at least one requirement counts and no environment was chosen."""
    asking = [path for path, requirements in counted_requirements(facts) if requirements]
    if facts.environment is not None or facts.main_project is not None or not asking:
        return
    if facts.project.is_script:
        name = facts.files.path.basename(facts.project.root)
        message = f"This script's environment is uv's, which makes it when the script runs (`uv run {name}`); none was made yet"
        yield from about_project("no-environment", message, facts, {"script": True})
        return
    others = len(facts.project.candidates)
    known = f"; {others} other {'environment was' if others == 1 else 'environments were'} found, but not selected" if others else ""
    if (said := _of_runners(facts)) and not _kept_otherwise(facts):
        yield from about_project("no-environment", f"This project has no environment to work in, only {said}", facts, {"of-runner": True})
        return
    if aside := _aside(facts):
        known = f"; a task that was interrupted moved {aside} aside, and the next one puts it back"
    yield from about_project("no-environment", f"This project has requirements, but no environment to install them in{known}", facts)


def _of_runners(facts: Facts) -> str:
    """Which environments tox and nox have made in the project's folder, as the end of a sentence; empty where they made none."""
    of_tox, of_nox = _made_in(".tox", facts), _made_in(".nox", facts)
    parts = [f"those of {tool} ({_listed(made)})" for tool, made in (("tox", of_tox), ("nox", of_nox)) if made]
    compared = "each is compared by itself"
    if of_nox:
        compared = "those of tox are compared by themselves" if of_tox else "they are not compared"
    return f"{' and '.join(parts)}; {compared}" if parts else ""


def _made_in(folder: str, facts: Facts) -> list[str]:
    """The names of the environments in a tool's folder, apart from the one that tox builds packages in."""
    join = facts.files.path.join
    place = join(facts.project.root, folder)
    names = sorted(entry.name for entry in facts.files.list(place) or () if not entry.name.startswith("."))
    return [name for name in names if facts.files.stat(join(place, name, "pyvenv.cfg")) is not None]


def _kept_otherwise(facts: Facts) -> bool:
    """Whether the project's files speak of another tool that makes environments for it."""
    manifests = facts.manifests.values()
    return bool(facts.project.locks) or any(
        manifest.format in _FILES_OF_TOOLS
        or not _TABLES_OF_TOOLS.isdisjoint(manifest.tool)
        or (manifest.own.hatch is not None and "envs" in manifest.own.hatch)
        for manifest in manifests
    )


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _aside(facts: Facts) -> str | None:
    """The name of an environment that a killed task had moved aside (``host/setting_aside.py``) and that nothing has replaced."""
    names = {entry.name for entry in facts.files.list(facts.project.root) or ()}
    aside = [name.removeprefix(ASIDE) for name in sorted(names) if name.startswith(ASIDE)]
    return next((match[1] for name in aside if (match := re.fullmatch(_ASIDE, name)) and match[1] not in names), None)


RULE = Rule(code="no-environment", severity="warning", doc=__doc__ or "", project=check)
