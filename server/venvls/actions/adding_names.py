"""The edit that adds a name to a list of a pyproject.toml, for code that imports hundreds of modules: the file is parsed for the first."""

from __future__ import annotations

from collections.abc import Callable

from venvls.actions.once import once
from venvls.model.action import TextEdit
from venvls.model.hints import TYPE_CHECKING
from venvls.model.record import replace
from venvls.model.text import Span

if TYPE_CHECKING:
    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest

_LONGEST = 100_000
"""Characters; a pyproject.toml of five hundred lines has twenty thousand."""
_TRIED = "tried-by-venvls"
"""A name that nothing has, as good as any other: what it is added by, every other is."""


def edit_adding(name: str, added: Callable[[str, str], str | None], manifest: Manifest, facts: Facts) -> TextEdit | None:
    """The edit with which a manifest's text is what ``added`` makes of it and the name; ``None`` where that is ``None``, or the text is so
    long that parsing it with everything as it is written would take seconds."""
    if len(manifest.text.source) > _LONGEST:
        return None
    edit = once(_edit, manifest, facts, added, _TRIED)
    if edit is None:
        return None
    # What is cut off as equal before and behind may be a part of the name.
    return replace(edit, new=edit.new.replace(_TRIED, name)) if edit.new.count(_TRIED) == 1 else _edit(manifest, added, name)


def _edit(manifest: Manifest, added: Callable[[str, str], str | None], name: str) -> TextEdit | None:
    old = manifest.text.source
    new = added(old, name)
    if new is None:
        return None
    start = next((index for index, (letter, other) in enumerate(zip(old, new, strict=False)) if letter != other), min(len(old), len(new)))
    most = min(len(old), len(new)) - start
    end = next((back for back in range(most) if old[-1 - back] != new[-1 - back]), most)
    return TextEdit(manifest.path, Span(start, len(old) - end), new[start : len(new) - end])
