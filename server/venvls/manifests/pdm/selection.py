"""Which groups ``pdm sync`` installs: those that are locked, those that were chosen, and what ``[tool.pdm.options] sync`` says.

Source: pdm ``cli/filters.py`` (``GroupSelection``), ``core.py`` (``_inject_cli_args``).
"""

from __future__ import annotations

from collections.abc import Mapping

from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Defaults
from venvls.model.names import canonical
from venvls.model.record import NamedTuple

if TYPE_CHECKING:
    from venvls.model.facts import Choice
    from venvls.model.manifest import Manifest

_ALL = ":all"
_NAMING = frozenset({"-G", "--group", "--with"})


class Options(NamedTuple):
    """What the project puts behind every ``pdm sync``. ``dev`` is ``None`` where nothing is said of the dev groups."""

    default: bool = True
    dev: bool | None = None
    groups: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    itself: bool = True
    editable: bool = True


def options(manifest: Manifest | None) -> Options:
    """``[tool.pdm.options] sync``, as far as it says what is installed."""
    listed: object = manifest.tool if manifest is not None else None
    for key in ("pdm", "options", "sync"):
        listed = listed.get(key) if isinstance(listed, Mapping) else None
    chosen = Options()
    words = [entry for entry in listed if isinstance(entry, str)] if isinstance(listed, (list, tuple)) else []
    for number, word in enumerate(words):
        name, equals, value = word.partition("=")
        if word.startswith("-G") and len(word) > 2:
            name, value, equals = "-G", word[2:], "="
        if name in _NAMING or name == "--without":
            value = value if equals else words[number + 1] if number + 1 < len(words) else ""
            names = frozenset(part if part == _ALL else canonical(part) for part in value.split(",") if part)
            chosen = (
                chosen._replace(without=chosen.without | names) if name == "--without" else chosen._replace(groups=chosen.groups | names)
            )
        elif word in ("-d", "--dev"):
            chosen = chosen._replace(dev=True)
        elif word in ("--prod", "--production"):
            chosen = chosen._replace(dev=False)
        elif word == "--no-default":
            chosen = chosen._replace(default=False)
        elif word == "--no-self":
            chosen = chosen._replace(itself=False)
        elif word == "--no-editable":
            chosen = chosen._replace(editable=False)
    return chosen


def selected(locked: frozenset[str] | None, choice: Choice, manifest: Manifest | None) -> frozenset[str]:
    """The groups that are installed: all that are locked, unless some are named; then the main one, the dev groups and those.

    Where a dev group is named, the other dev groups are not installed. Groups that the lock does not hold (``locked`` are those that it
    does; ``None`` where it does not say) cannot be installed from it.
    """
    extras, dev = declared(manifest)
    known = {"default", *extras, *dev}
    chosen = options(manifest)
    if chosen.without and not chosen.groups and chosen.dev is None:
        chosen = chosen._replace(groups=frozenset({_ALL}))
    named = {*chosen.groups, *choice.groups, *choice.extras, *((_ALL,) if choice.all_groups else ())}
    if chosen.default and chosen.dev is None and not named and choice.default and locked:
        return frozenset(locked & known if manifest is not None else locked)
    wanted = named - {_ALL}
    if not wanted & dev and chosen.dev is not False and choice.default:
        wanted |= dev
    if _ALL in named:
        wanted |= extras
    if choice.all_groups:
        wanted |= dev
    if chosen.default:
        wanted.add("default")
    wanted = (wanted - chosen.without) & known
    return frozenset(wanted if locked is None else wanted & locked)


def as_defaults(groups: frozenset[str], manifest: Manifest | None) -> Defaults:
    """The same groups as :class:`LockedSet` names them."""
    extras, dev = declared(manifest)
    return Defaults(tuple(sorted(groups & dev)), tuple(sorted(groups & extras)), main="default" in groups)


def declared(manifest: Manifest | None) -> tuple[frozenset[str], frozenset[str]]:
    """The project's extras and its groups, PEP 503 names."""
    if manifest is None:
        return frozenset(), frozenset()
    extras = frozenset(group.key for group in manifest.groups if group.kind == "extra")
    return extras, frozenset(group.key for group in manifest.groups if group.kind == "group")
