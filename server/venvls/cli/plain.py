"""The options of a command line that gives none, as argparse would give them; that alone would be a twentieth of a first check.

Nothing about the options is repeated here: the command declares them as it does to argparse. What is declared in a way that
is not known here, or written in any way but as plain words, is left to argparse.
"""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

# What an option is where nobody gives it and the command states no default.
_NUMBERS = {None: (1, 1), "?": (0, 1), "*": (0, 10**6), "+": (1, 10**6)}
"""How many words an argument takes."""
_WITHOUT = {"store": None, "append": None, "store_true": False}


def options(declare: Callable[[argparse.ArgumentParser], None], words: list[str]) -> argparse.Namespace | None:
    """What the command's ``declare`` makes of plain words; ``None`` where only argparse can tell."""
    if not all(words) or any(word.startswith("-") for word in words):
        return None
    declared = _Declared()
    declare(cast("argparse.ArgumentParser", declared))
    if declared.takes_words is None or declared.other:
        return None
    least, most = _NUMBERS[declared.number]
    if not least <= len(words) <= most:
        return None
    if words:
        declared.values[declared.takes_words] = words if declared.number in ("*", "+") else words[0]
    from types import SimpleNamespace

    return cast("argparse.Namespace", SimpleNamespace(**declared.values))


class _Declared:
    """Is in for the parser: keeps what each option is when it is not given, and the name of the one that takes all words."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.takes_words: str | None = None
        self.number: str | None = None
        self.other = False

    def add_argument(self, *names: str, action: str = "store", nargs: str | None = None, default: object = None, **more: object) -> None:
        long = next((name for name in names if name.startswith("--")), names[0])
        name = str(more.pop("dest", long.lstrip("-").replace("-", "_")))
        self.values[name] = _WITHOUT.get(action) if default is None else default
        if not names[0].startswith("-"):
            self.other = self.other or nargs not in _NUMBERS or self.takes_words is not None or not more.keys() <= {"help", "metavar"}
            self.takes_words, self.number = name, nargs
            if default is None and nargs == "*":
                self.values[name] = []
        self.other = self.other or action not in _WITHOUT or not more.keys() <= {"help", "metavar", "choices", "type"}
        # argparse reads a default that is written as text as if somebody had given it.
        self.other = self.other or ("type" in more and isinstance(default, str))

    def add_mutually_exclusive_group(self, *, required: bool = False) -> _Declared:
        # Where no option is given, none excludes another.
        self.other = self.other or required
        return self

    def __getattr__(self, name: str) -> Callable[..., _Declared]:
        # Groups of the help and all else that a parser can do.
        self.other = True
        return lambda *_, **__: self
