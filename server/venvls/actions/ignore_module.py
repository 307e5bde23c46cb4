"""Leave the module alone from now on: it is named in `[tool.venvls] imports.ignore` of the project's pyproject.toml."""

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
    """One offer, where the project has a pyproject.toml that can be read whole."""
    path = facts.files.path.join(facts.project.root, "pyproject.toml")
    manifest, module = facts.manifests.get(path), finding.data.get("module")
    if manifest is None or path in facts.outside or not manifest.complete or not isinstance(module, str):
        return
    edit = edit_adding(module, _ignoring, manifest, facts)
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


OFFER = Offer("ignore-module", frozenset({"missing-import", "undeclared-import", "development-import"}), offer, __doc__ or "")
