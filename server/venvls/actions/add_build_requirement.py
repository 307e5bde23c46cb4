"""Put the package that code of the build imports (`setup.py`, a build hook) into `[build-system] requires`."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.actions.adding_names import edit_adding
from venvls.model.action import Action
from venvls.model.hints import TYPE_CHECKING
from venvls.model.rule import Offer

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, where the list can be edited. Nothing is installed: the next build gets the package in an environment of its own."""
    name = finding.data.get("build")
    path = facts.files.path.join(facts.project.root, "pyproject.toml")
    manifest = facts.manifests.get(path)
    if not isinstance(name, str) or manifest is None or path in facts.outside or not manifest.complete:
        return
    edit = edit_adding(name, _requiring, manifest, facts)
    if edit is not None:
        yield Action("add-build-requirement", f"Add {name} to [build-system] requires", edits=(edit,), preferred=True)


def _requiring(source: str, name: str) -> str | None:
    """The text with the package in the list; ``None`` where the list is written in a way that this edit does not fit."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(source)
        listed = document["build-system"]["requires"]
        before = list(listed.unwrap())
        listed.append(name)
        new = document.as_string()
        after = tomlkit.parse(new).unwrap()
    except (TOMLKitError, AttributeError, TypeError, KeyError, RecursionError):
        return None
    wanted = tomlkit.parse(source).unwrap()
    wanted["build-system"]["requires"] = [*before, name]
    return new if after == wanted else None


OFFER = Offer("add-build-requirement", frozenset({"undeclared-import"}), offer, __doc__ or "")
