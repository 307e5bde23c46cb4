"""Brings packages to the newest versions that the manifests admit: all of them, or those named. With --base the environment itself is
brought to its base Python as it is now, after that was updated."""

from __future__ import annotations

from venvls.cli import opening, running, suggest, volume
from venvls.cli.failure import Failure
from venvls.model.hints import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from venvls.model.action import Task
    from venvls.model.facts import Facts
    from venvls.services import Services


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``upgrade``."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="what to upgrade (default: everything the project requires)")
    running.add_project(parser, option=True)
    parser.add_argument(
        "--base", action="store_true", help="update the environment to the current version of its base Python, and install nothing"
    )
    opening.add_groups(parser)
    running.add_dry_run(parser)
    opening.add_format(parser)


def run(options: argparse.Namespace, services: Callable[[], Services]) -> int:
    """Upgrade, and say what came of it."""
    if options.base and options.names:
        raise Failure("--base updates the environment itself: give no names with it.")
    here = running.opened(options, services)
    tooling = _tooling(here, options)
    if tooling is not None:
        status = running.perform(tooling, here.workspace, here.services, options) if tooling.requirements else 0
        if not options.names:
            return status
    facts = here.workspace.facts(here.project.root)
    manifests = facts.manifests
    texts = [_asked(name, manifests) for name in options.names]
    manifest = next((path for name in options.names for path, manifest in manifests.items() if _names(name, manifest)), None)
    for name in options.names:
        _known(name, facts)
    chosen: dict[str, object] = {"base": True} if options.base else {}
    if manifest is not None:
        chosen["manifest"] = manifest
    return running.perform(here.task("upgrade", *texts, options=chosen), here.workspace, here.services, options)


_IN_GUIDES = ("pip", "setuptools", "wheel")
"""What guides upgrade: `pip install --upgrade pip setuptools wheel`."""


def _tooling(here: running.Opened, options: argparse.Namespace) -> Task | None:
    """The task for the installers' own packages among the names, which every guide upgrades and no manifest lists; they leave the names.

    Only what is installed is upgraded: setuptools and wheel are not in environments of today.
    """
    facts = here.workspace.facts(here.project.root)
    named = [
        name for name in options.names if name.lower() in _IN_GUIDES and not any(_names(name, each) for each in facts.manifests.values())
    ]
    if not named or facts.installed is None:
        return None
    options.names = [name for name in options.names if name not in named]
    there = [name for name in named if name.lower() in facts.installed.distributions]
    for name in named:
        if name not in there:
            volume.note(f"note: {name} is not installed in this environment, and nothing requires it.")
    return here.task("upgrade", *there, options={"tooling": True})


def _asked(name: str, manifests: object) -> str:
    """The requirement as the manifest states it, so that its bounds hold; else the name."""
    from venvls.manifests.pep508.requirement import parse_requirement
    from venvls.model.names import canonical

    parsed = parse_requirement(name)
    if parsed.error is not None or parsed.key is None:
        raise Failure(f"`{name}` is not a valid requirement: {parsed.error or 'it has no package name'}")
    if parsed.specifier or parsed.url or not isinstance(manifests, dict):
        return name
    for manifest in manifests.values():
        for requirement in manifest.requirements:
            if requirement.parsed.key == canonical(name) and requirement.parsed.url is None and requirement.scope.kind != "constraint":
                return str(requirement.parsed.text)
    return name


def _known(name: str, facts: Facts) -> None:
    """A failure for what the project neither requires nor has: an upgrade would install it."""
    from venvls.manifests.pep508.requirement import parse_requirement

    if facts.installed is None or facts.project.locks or any(_names(name, manifest) for manifest in facts.manifests.values()):
        return
    key = parse_requirement(name).key
    if key not in facts.installed.distributions:
        add = suggest.command(f"add {suggest.word(name)}", facts.project.root)
        raise Failure(f"{key} is neither required nor installed here. Add it with `{add}`.")


def _names(name: str, manifest: object) -> bool:
    from venvls.manifests.pep508.requirement import parse_requirement

    key = parse_requirement(name).key
    return any(requirement.parsed.key == key for requirement in getattr(manifest, "requirements", ()))
