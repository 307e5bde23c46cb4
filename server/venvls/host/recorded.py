"""What one installed distribution's files say: METADATA, PKG-INFO, requires.txt, direct_url.json, RECORD. A broken file is a value."""

from __future__ import annotations

from venvls.model.environment import BuiltFrom, DirectUrl, Metadata
from venvls.model.hints import TYPE_CHECKING, cast
from venvls.model.names import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

METADATA_LIMIT = 20_000_000
"""Bytes of a file that an installer wrote, above which it counts as one that cannot be read."""


def read_metadata(data: bytes | None, file: str, name: str, version: str) -> Metadata:
    """The header of a METADATA or PKG-INFO file. ``name`` and ``version`` are in where the file does not say.

    Only the header is looked at: up to the first line that is neither a field nor the continuation of one (RFC 822, as pip and
    importlib.metadata read it). Field names are compared without case.
    """
    if data is None:
        return Metadata(name, version, problem=f"its {file} is missing or cannot be read")
    problem = None
    try:
        # Nearly always all of it is ASCII, and the long description need not be decoded for nothing.
        text = (data[: data.find(b"\n\n") + 1] or data if data.isascii() else data).decode()
    except UnicodeDecodeError:
        text = data.decode("latin-1")
        problem = f"its {file} is not UTF-8"
    if text[:1] == "\ufeff":
        text = text[1:]
        problem = f"its {file} begins with a byte order mark, which pip does not understand"
    found_name = found_version = requires_python = None
    requires: list[str] = []
    extras: list[str] = []
    for line in _header(text):
        written, colon, value = line.partition(":")
        field = _FIELDS.get(written)
        if field is None:
            if not colon or " " in written:
                break  # what is not a field ends the header for everybody
            field = _FIELDS.get(written.title(), "")
        if not field:
            continue
        value = value.strip()
        if field == "requires-dist":
            requires.append(value)
        elif field == "provides-extra":
            extras.append(canonical(value))
        elif field == "name":
            found_name = found_name or value
        elif field == "version":
            found_version = found_version or value
        else:
            requires_python = requires_python or value
    if not (found_name and found_version) and problem is None:
        failure = f"does not give its {'version' if found_name else 'name'}" if data.decode().strip() else "is empty"
        problem = f"its {file} {failure}"
    return Metadata(found_name or name, found_version or version, tuple(requires), tuple(extras), requires_python, problem)


_OF_NO_SHAPE = bytes(set(range(256)) - set(b"\n\r\t :"))


def every_need(parts: Iterable[Sequence[bytes | None]]) -> frozenset[str] | None:
    """All Requires-Dist lines of these METADATA files, as :func:`read_metadata` gives them; ``None`` where one cannot be read, or where its
    header is anything but fields of one line each.

    What takes a call for each file takes most of its time for that: the headers of a part, put together, are looked at once, and what many
    of them have in the same words once. Of a part nothing is left when the next is read.
    """
    known: set[bytes] = {b""}
    needs: set[bytes] = set()
    for files in parts:
        if None in files:
            return None
        # A file without a body has no empty line at its header's end.
        headers = b"".join([file[: file.find(b"\n\n") + 1] or file.rstrip(b"\n") + b"\n" for file in cast("Sequence[bytes]", files)])
        every = headers.split(b"\n")
        if every.count(b"") != 1:  # what is after the last of all
            return None
        fields = set(every) - known
        if fields and not _are_plain(b"\n".join(fields), len(fields), needs):
            return None
        known |= fields
    if len(known) == 1:
        return None
    lines = frozenset(map(str.strip, b"\n".join(needs).decode("latin-1").split("\n"))) if needs else frozenset()
    return lines if all(map(str.isascii, lines)) else None


def _are_plain(text: bytes, count: int, needs: set[bytes]) -> bool:
    """Whether these lines, so many, are fields of one line each; adds what the Requires-Dist among them say to ``needs``."""
    # What is left of a field is its first colon, a blank or two, and the line's end.
    shape = text.translate(None, _OF_NO_SHAPE)
    if shape[:1] != b":" or shape.count(b"\n:") + 1 != count or b"\r" in shape or b"\xef\xbb\xbf" in text:
        return False
    _, *parts = (b"\n" + text).split(b"\nRequires-Dist:")
    needs.update([part.partition(b"\n")[0] for part in parts])
    # Others are written in another case, or in the text of another field.
    return text.lower().count(b"requires-dist:") == len(parts)


# The fields that are wanted; nothing for those that most files have and nobody here needs, which are so told from what is not a field.
_FIELDS = {name: name.lower() for name in ("Requires-Dist", "Provides-Extra", "Name", "Version", "Requires-Python")} | dict.fromkeys(
    ("Metadata-Version", "Summary", "Home-page", "Project-URL", "Author", "Author-email", "Maintainer", "Maintainer-email", "License",
     "License-File", "License-Expression", "Keywords", "Platform", "Classifier", "Description-Content-Type", "Dynamic", "Download-URL"), ""
)  # fmt: skip


def _header(text: str) -> list[str]:
    """The lines of a header, continued ones joined. A long description in the body is not split into lines."""
    end = text.find("\n\n")
    header = text[:end] if end >= 0 else text
    if "\r" in header and (end := header.find("\r\n\r\n")) >= 0:
        header = header[:end]
    # A mailbox's first line, or a continuation of nothing; both harmless to Python's parser.
    begin = 1 if header.startswith(("From ", " ", "\t")) else 0
    if "\n " in header or "\n\t" in header:
        # What begins with a blank continues the line before.
        first, *continued = header.replace("\n\t", "\n ").split("\n ")
        header = " ".join([first.rstrip(" \t\r"), *[part.strip(" \t\r") for part in continued]])
    return header.split("\n")[begin:]


def read_direct_url(data: bytes | None) -> DirectUrl | None:
    """direct_url.json (PEP 610); ``None`` where there is none or it makes no sense."""
    if not data:
        return None
    import json

    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or not isinstance(document.get("url"), str):
        return None
    vcs, archive, folder = (_table(document, key) for key in ("vcs_info", "archive_info", "dir_info"))
    hashes = [f"{name}={value}" for name, value in _table(archive, "hashes").items() if isinstance(value, str)]
    single = _string(archive, "hash")
    if single and single not in hashes:
        hashes.append(single)
    return DirectUrl(
        url=document["url"],
        editable=folder.get("editable") is True,
        vcs=_string(vcs, "vcs"),
        commit=_string(vcs, "commit_id"),
        requested_revision=_string(vcs, "requested_revision"),
        subdirectory=_string(document, "subdirectory"),
        hashes=tuple(hashes),
    )


def _table(document: dict[str, object], key: str) -> dict[str, object]:
    value = document.get(key)
    return value if isinstance(value, dict) else {}


def _string(document: dict[str, object], key: str) -> str | None:
    value = document.get(key)
    return value if isinstance(value, str) else None


def recorded_size(data: bytes | None) -> int | None:
    """The bytes that the files of a RECORD take, as it says itself; ``None`` where it says so of none."""
    ends = [line.rpartition(b",")[2].strip() for line in data.splitlines()] if data is not None else []
    sizes = [int(end) for end in ends if end.isdigit() and len(end) < 16]
    return sum(sizes) if sizes else None


def read_record(data: bytes | None, most: int = 500_000) -> tuple[str, ...] | None:
    """The paths of a RECORD (PEP 627), relative to the folder of the dist-info; ``None`` where there is none."""
    if data is None:
        return None
    text = data.decode("utf-8", "surrogateescape")
    if '"' not in text:
        return tuple([line.partition(",")[0] for line in text.splitlines()[:most] if line])
    import csv

    try:
        return tuple([row[0] for row, _ in zip(csv.reader(text.splitlines()), range(most), strict=False) if row and row[0]])
    except csv.Error:
        return None


def read_built_from(data: bytes | None) -> BuiltFrom | None:
    """uv_cache.json: when the last of the files changed that a package was built from, and the folders that were there then."""
    import json

    try:
        value = json.loads(data) if data else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    stamp, folders = value.get("timestamp"), value.get("directories")
    changed = None
    if isinstance(stamp, dict) and isinstance(seconds := stamp.get("secs_since_epoch"), int):
        nanoseconds = stamp.get("nanos_since_epoch")
        changed = seconds * 1_000_000_000 + (nanoseconds if isinstance(nanoseconds, int) else 0)
    there = [name for name, mark in folders.items() if mark is not None] if isinstance(folders, dict) else []
    return BuiltFrom(changed, frozenset(there))


def read_entry_points(data: bytes) -> dict[str, dict[str, str]]:
    """entry_points.txt: by group what each name leads to, without blanks."""
    groups: dict[str, dict[str, str]] = {}
    group: dict[str, str] = {}
    for line in data.decode("utf-8", "replace").splitlines():
        text = line.strip()
        if text.startswith("[") and text.endswith("]"):
            group = groups.setdefault(text[1:-1].strip(), {})
        elif text and not text.startswith(("#", ";")):
            name, _, place = text.partition("=")
            group[name.strip()] = "".join(place.split())
    return groups
