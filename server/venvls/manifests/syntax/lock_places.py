"""Where the packages of a lock are in its text, looked for once: thousands of findings may ask for a place each."""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.patterns import re
from venvls.model.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class Places:
    """The places that ``find`` gives, in the order of the text: each with a package's key, and its version (or section) there.

    ``find`` is called when the first place is wanted.
    """

    __slots__ = ("_exact", "_find", "_first")

    def __init__(self, find: Callable[[], Iterable[tuple[str, str | None, Span]]]) -> None:
        self._find = find
        self._first: dict[str, Span] | None = None
        self._exact: dict[tuple[str, str | None], Span] = {}

    def of(self, key: str, which: object = None) -> Span:
        """The place of a package, of that version (or section) where there is one; the text's beginning where it has none."""
        if self._first is None:
            self._first = {}
            for known, version, span in self._find():
                self._first.setdefault(known, span)
                self._exact.setdefault((known, version), span)
        exact = self._exact.get((key, which)) if isinstance(which, str) else None
        return exact or self._first.get(key, Span(0, 0))


def tables_of_packages(text: str) -> Iterator[tuple[str, str | None, Span]]:
    """Where each package's own table (``[[package]]`` of uv and PDM) begins: its name there, and its version."""
    for match in re.finditer(r"^\[\[package\]\]\r?\nname = \"([^\"\n]*)\"\r?\n(?:version = \"([^\"\n]*)\")?", text, re.MULTILINE):
        yield canonical(match[1]), match[2], Span(*match.span(1))
