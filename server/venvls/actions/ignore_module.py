"""Leave the module alone from now on: it is named in `[tool.venvls] imports.ignore` of the project's pyproject.toml."""

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
    """For each pyproject.toml the edit that names a module, with a name in the place of one that no module has: code may import hundreds
    of modules that are missing, and the file is read for the first."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Manifest, TextEdit | None]] = {}

    def naming(self, module: str, manifest: Manifest) -> TextEdit | None:
        """The edit for a module; ``None`` where the setting is written in a way that no edit fits."""
        known = self._known.get(manifest.path)
        if known is None or known[0] is not manifest:
            known = self._known[manifest.path] = (manifest, _edit(manifest, _ANY))
        edit = known[1]
        if edit is None or edit.new.count(_ANY) != 1:
            return None if edit is None else _edit(manifest, module)
        return replace(edit, new=edit.new.replace(_ANY, module))


def _edit(manifest: Manifest, module: str) -> TextEdit | None:
    source = manifest.text.source
    new = _ignoring(source, module)
    return None if new is None else _difference(manifest.path, source, new)


_ANY = "tried.by_venvls"


def offer(finding: Finding, facts: Facts) -> Iterable[Action]:
    """One offer, where the project has a pyproject.toml that can be read whole."""
    path = facts.files.path.join(facts.project.root, "pyproject.toml")
    manifest, module = facts.manifests.get(path), finding.data.get("module")
    if manifest is None or path in facts.outside or not manifest.complete or not isinstance(module, str):
        return
    edit = facts.remembered.of(_Edits).naming(module, manifest)
    if edit is not None:
        yield Action("ignore-module", f"Ignore imports of `{module}` in this project", edits=(edit,))


def _ignoring(source: str, module: str) -> str | None:
    """The text with the module in the setting; ``None`` where it is written in a way that this edit does not fit."""
    if "venvls" not in source:
        # The usual case, for which nothing has to be parsed: the table is new.
        return _appended(source, module)
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(source)
        own = document.get("tool", {}).get("venvls", {})
        if own.get("imports", {}).get("ignore") is not None:
            own["imports"]["ignore"].append(module)
            return _with_setting(document.as_string(), module)
        if own.get("imports") is not None:
            own["imports"]["ignore"] = [module]
            return _with_setting(document.as_string(), module)
        return _with_setting(_appended(source, module), module)
    except (TOMLKitError, AttributeError, TypeError, KeyError, RecursionError):
        return None


def _appended(source: str, module: str) -> str:
    end = "\r\n" if "\r\n" in source else "\n"
    before = "" if not source or source.endswith("\n") else end
    return f'{source}{before}{end}[tool.venvls.imports]{end}ignore = ["{module}"]{end}'


def _with_setting(text: str, module: str) -> str | None:
    """The text, where it parses and the setting names the module."""
    import tomlkit

    listed = tomlkit.parse(text).unwrap()["tool"]["venvls"]["imports"]["ignore"]
    return text if module in listed else None


def _difference(path: str, old: str, new: str) -> TextEdit:
    start = next((index for index, (letter, other) in enumerate(zip(old, new, strict=False)) if letter != other), min(len(old), len(new)))
    most = min(len(old), len(new)) - start
    end = next((back for back in range(most) if old[-1 - back] != new[-1 - back]), most)
    return TextEdit(path, Span(start, len(old) - end), new[start : len(new) - end])


OFFER = Offer("ignore-module", frozenset({"missing-import", "undeclared-import", "development-import"}), offer, __doc__ or "")
