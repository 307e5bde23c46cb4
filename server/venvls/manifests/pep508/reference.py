"""What pip takes where a name could be: URLs, version control, local paths, archives. Told apart without touching the disk.

Sources: pip's ``req/constructors.py`` and ``models/link.py`` (schemes, ``#egg=``, archive suffixes), PEP 427 (wheel file names).
"""

from __future__ import annotations

from venvls.model.patterns import re
from venvls.model.record import NamedTuple
from venvls.model.text import Span, Wrong

VCS_SCHEMES = frozenset(
    f"{vcs}+{transport}"
    for vcs, transports in {
        "git": ("http", "https", "ssh", "git", "file"),
        "hg": ("file", "http", "https", "ssh", "static-http"),
        "bzr": ("http", "https", "ssh", "sftp", "ftp", "lp", "file"),
        "svn": ("ssh", "http", "https", "svn", "file"),
    }.items()
    for transport in transports
)
SCHEMES = VCS_SCHEMES | {"http", "https", "file", "ftp"}
ARCHIVES = (".whl", ".zip", ".tar.gz", ".tgz", ".tar", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tlz", ".tar.lz", ".tar.lzma")

# Compiled when first used: most files name no place at all, and compiling takes longer than reading a hundred lines.
_SCHEME = r"([A-Za-z][A-Za-z0-9+.-]+):"
_DRIVE = r"[A-Za-z]:[\\/]"
_VCS_PREFIX = r"(?i)(?:git|hg|bzr|svn)\+"
_EGG = r"[#&]egg=([^&]*)"
_EGG_NAME = r"(?a)([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?=$|\[|[<>=!~])(?:\[([^\]]*)\])?"
_PROJECT = r"(?a)[A-Za-z0-9](?:[A-Za-z0-9._]*[A-Za-z0-9])?$"
_EXTRAS_AT_END = r"\[[^\[\]]+\]$"
_NAME_THEN_OPERATOR = r"[A-Za-z0-9][A-Za-z0-9._-]*[ \t]*(?:\[[^\]/\\]*\][ \t]*)?[<>=!~(\[@]"
_NO_PATH = r"\s|://|[<>=!~]="


class Reference(NamedTuple):
    """A direct reference: the URL or path without what pip strips, and the name and extras it carries, each with its span."""

    url: str
    url_span: Span
    name: str | None = None
    name_span: Span | None = None
    extras: tuple[str, ...] = ()
    extras_span: Span | None = None


def scheme_of(text: str) -> str | None:
    """The scheme of a URL in lower case, known to pip or not; ``None`` for names, paths and Windows drives."""
    match = re.match(_SCHEME, text)
    return match.group(1).lower() if match else None


def is_url(text: str) -> bool:
    """Whether pip takes the text as a URL."""
    return scheme_of(text) in SCHEMES


def looks_like_path(text: str) -> bool:
    """Whether the text names a file or folder rather than a project. pip asks the disk; here the characters decide."""
    if text.startswith((".", "/", "\\", "~/", "~\\")) or re.match(_DRIVE, text):
        return True
    if re.match(_NAME_THEN_OPERATOR, text):
        return is_archive(text) and "/" in text and "@" not in text
    return is_archive(text) or (("/" in text or "\\" in text) and not re.search(_NO_PATH, text))


def is_archive(text: str) -> bool:
    """Whether the text ends as an archive's file name does."""
    return text.lower().endswith(ARCHIVES)


def read_url(text: str, *, editable: bool) -> Reference | Wrong:
    """A URL of a scheme pip knows, marker already taken off."""
    scheme = scheme_of(text) or ""
    end = len(text)
    extras: tuple[str, ...] = ()
    extras_span: Span | None = None
    if editable and scheme == "file":
        end, extras, extras_span = _strip_extras(text)
    elif editable and scheme not in VCS_SCHEMES:
        return Wrong("`-e` needs a folder or a version control URL such as `git+https://…`", 0, len(text))
    named = _egg(text)
    if isinstance(named, Wrong):
        return named
    if named is None and editable and scheme != "file":
        return Wrong("the name of the project is missing: end the URL with `#egg=name`", 0, len(text))
    if named is None:
        named = _wheel(text, len(re.split(r"[?#]", text, maxsplit=1)[0]))
        if isinstance(named, Wrong):
            return named
    name, name_span, egg_extras, egg_span = named or (None, None, (), None)
    return Reference(text[:end], Span(0, end), name, name_span, extras or egg_extras, extras_span or egg_span)


def read_path(text: str) -> Reference | Wrong:
    """A local path, with extras at its end or not, marker already taken off."""
    end, extras, extras_span = _strip_extras(text)
    named = _wheel(text, end)
    if isinstance(named, Wrong):
        return named
    name, name_span, _, _ = named or (None, None, (), None)
    return Reference(text[:end], Span(0, end), name, name_span, extras, extras_span)


def unknown_scheme(text: str) -> Wrong | None:
    """The sentence for a URL pip cannot install from; ``None`` where there is nothing wrong with the scheme."""
    prefix = re.match(_VCS_PREFIX, text)
    match = re.match(_SCHEME, text)
    if match and match.group(1).lower() not in SCHEMES and text.startswith("//", match.end()):
        return Wrong(f"`{match.group(1)}:` is not a URL scheme that packages can be installed from", 0, match.end())
    if prefix and "://" not in text:
        return Wrong(f"a URL is expected after `{prefix.group()}`, as in `{prefix.group()}ssh://…`", 0, len(text))
    return None


_Named = tuple[str, Span, tuple[str, ...], Span | None]


def _egg(text: str) -> _Named | Wrong | None:
    match = re.search(_EGG, text)
    if not match:
        return None
    egg = re.match(_EGG_NAME, match.group(1))
    if not egg:
        shown = match.group(1)
        start = match.start(1) if shown else match.start() + 1
        return Wrong(f"`{shown}` is not a project name" if shown else "a project name is missing after `egg=`", start, match.end())
    start = match.start(1)
    if egg.group(2) is None:
        return egg.group(1), Span(start, start + egg.end(1)), (), None
    extras = tuple(extra.strip() for extra in egg.group(2).split(",") if extra.strip())
    return egg.group(1), Span(start, start + egg.end(1)), extras, Span(start + egg.end(1), start + egg.end())


def _wheel(text: str, end: int) -> _Named | Wrong | None:
    """The project a wheel's file name names; ``None`` for anything that is not a wheel."""
    if not text[:end].lower().endswith(".whl"):
        return None
    from urllib.parse import unquote

    start = max(text.rfind("/", 0, end), text.rfind("\\", 0, end)) + 1
    parts = unquote(text[start : end - 4]).split("-")
    if len(parts) not in (5, 6) or not re.match(_PROJECT, parts[0]):
        return Wrong("this is not a valid file name of a wheel (`name-version-python-abi-platform.whl`)", start, end)
    return parts[0], Span(start, start + len(text[start:end].split("-", 1)[0])), (), None


def _strip_extras(text: str) -> tuple[int, tuple[str, ...], Span | None]:
    match = re.search(_EXTRAS_AT_END, text) if text.endswith("]") else None
    if not match or match.start() == 0:
        return len(text), (), None
    extras = tuple(extra.strip() for extra in match.group()[1:-1].split(",") if extra.strip())
    return len(text[: match.start()].rstrip()), extras, Span(match.start(), match.end())
