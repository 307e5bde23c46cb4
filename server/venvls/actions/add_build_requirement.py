"""Put the package that code of the build imports (`setup.py`, a build hook) into `[build-system] requires`."""

from __future__ import annotations

from collections.abc import Iterable

from venvls.model.action import Action, TextEdit
from venvls.model.hints import TYPE_CHECKING
from venvls.model.record import replace
from venvls.model.rule import Offer
from venvls.model.text import Span

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.finding import Finding
    from venvls.model.manifest import Manifest


class _Edits:
    """For each pyproject.toml the edit that adds a package, with a name in the place of one that no package has: code of the build may
    import hundreds, and the file is read for the first."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Manifest, TextEdit | None]] = {}

    def adding(self, name: str, manifest: Manifest) -> TextEdit | None:
        """The edit for a package; ``None`` where the list is written in a way that no edit fits."""
        known = self._known.get(manifest.path)
        if known is None or known[0] is not manifest:
            known = self._known[manifest.path] = (manifest, _edit(manifest, _ANY))
        edit = known[1]
        if edit is None or edit.new.count(_ANY) != 1:
            return None if edit is None else _edit(manifest, name)
        return replace(edit, new=edit.new.replace(_ANY, name))


_ANY = "tried-by-venvls"


def _edit(manifest: Manifest, name: str) -> TextEdit | None:
    source = manifest.text.source
    new = _requiring(source, name)
    return None if new is None else TextEdit(manifest.path, *_difference(source, new))


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, where the list can be edited. Nothing is installed: the next build gets the package in an environment of its own."""
    name = finding.data.get("build")
    path = facts.files.path.join(facts.project.root, "pyproject.toml")
    manifest = facts.manifests.get(path)
    if not isinstance(name, str) or manifest is None or path in facts.outside or not manifest.complete:
        return
    edit = facts.remembered.of(_Edits).adding(name, manifest)
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


def _difference(old: str, new: str) -> tuple[Span, str]:
    start = next((index for index, (letter, other) in enumerate(zip(old, new, strict=False)) if letter != other), min(len(old), len(new)))
    most = min(len(old), len(new)) - start
    end = next((back for back in range(most) if old[-1 - back] != new[-1 - back]), most)
    return Span(start, len(old) - end), new[start : len(new) - end]


OFFER = Offer("add-build-requirement", frozenset({"undeclared-import"}), offer, __doc__ or "")
