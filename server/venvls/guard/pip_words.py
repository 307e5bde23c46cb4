"""The words of a pip → what it is to install or uninstall, and whether it works on the environment it belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from venvls.guard.lines import Word
from venvls.model.record import NamedTuple

_SHORT_FLAGS = "qvUI"
_ELSEWHERE = re.compile(r"(--target|--prefix|--root|--python|-t.*|--dry-run|--help|-h|--src)(=.*)?")
"""Options of pip with which it works on no environment, or on one that is named."""
_TAKES_VALUE = frozenset(
    {"-i", "--index-url", "--extra-index-url", "-f", "--find-links", "-c", "--constraint", "--progress-bar", "--platform", "--abi", "-C",
     "--implementation", "--python-version", "--upgrade-strategy", "--no-binary", "--only-binary", "--trusted-host", "--cert", "--proxy",
     "--timeout", "--retries", "--cache-dir", "--log", "--report", "--config-settings", "--global-option", "--exists-action",
     "--use-feature", "--root-user-action", "--index", "--default-index"}
)  # fmt: skip
_SOURCE = re.compile(r"\.|/|~|[A-Za-z]:[\\/]|file:|[a-z]+\+[a-z]+:")
_NAMED_ADDRESS = re.compile(r"[A-Za-z0-9][\w.-]*\s*(\[[^]]*\])?\s*@\s*\S")


class Wanted(NamedTuple):
    """What pip is to do: ``install`` or ``uninstall``, the requirements that are names, whether files or folders are among them.

    ``extras`` are those of the project itself (``-e .[dev]``), ``sources`` addresses, archives and other folders than this.
    """

    verb: str
    names: tuple[str, ...]
    files: bool
    upgrade: bool
    options: frozenset[str]
    extras: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def wanted_of(rest: Sequence[Word]) -> Wanted | None:
    """``None`` where pip changes no environment, or one that the options name."""
    verb = next((word for word in rest if word is None or not word.startswith("-")), None)
    if verb not in ("install", "uninstall", "sync") or any(word is not None and _ELSEWHERE.fullmatch(word) for word in rest):
        return None
    names: list[str] = []
    sources: list[str] = []
    extras: list[str] = []
    options: set[str] = set()
    files = verb == "sync"
    words = iter([part for word in rest[rest.index(verb) + 1 :] for part in _parts(word)])
    options |= {word for word in rest[: rest.index(verb)] if word is not None}
    for word in words:
        if word is None:
            return None
        if word in ("-r", "--requirement", "--group"):
            files = True
            next(words, None)
        elif word.startswith(("-r", "--requirement=", "--group=")):
            files = True
        elif word in ("-e", "--editable") or word.startswith(("-e", "--editable=")):
            files = True
            source = next(words, None) if word in ("-e", "--editable") else re.sub(r"-e|--editable=", "", word, count=1)
            if source is None:
                return None
            _sorted_in(source, extras, sources)
        elif word.startswith("-"):
            options.add(word)
            if word in _TAKES_VALUE:
                next(words, None)
        elif _NAMED_ADDRESS.match(word):
            names.append(word)
        elif word.endswith(".txt"):
            files = True  # without its -r: pip would refuse it
        elif _SOURCE.match(word) or word.endswith((".whl", ".gz", ".zip")) or "/" in word.partition("@")[0]:
            files = True
            _sorted_in(word, extras, sources)
        else:
            names.append(word)
    return Wanted(verb, tuple(names), files, bool(options & {"-U", "--upgrade"}), frozenset(options), tuple(extras), tuple(sources))


def _parts(word: Word) -> list[Word]:
    """pip's short options apart: ``-qUr`` is ``-q -U -r``."""
    if word is None or not (cluster := re.fullmatch(rf"-([{_SHORT_FLAGS}]+)([a-zA-Z].*)?", word, re.DOTALL)):
        return [word]
    return [*(f"-{letter}" for letter in cluster[1]), *([f"-{cluster[2]}"] if cluster[2] else [])]


def _sorted_in(source: str, extras: list[str], sources: list[str]) -> None:
    """The extras of the folder that one is in; any other source as it is."""
    own = re.fullmatch(r"\./?(?:\[([\w.,\s-]*)\])?", source)
    if own is None:
        sources.append(source)
    else:
        extras += [name.strip() for name in (own[1] or "").split(",") if name.strip()]
