"""What is installed, written down: the lines of ``pip freeze`` or ``uv pip freeze`` put into a requirements file that may exist already.

An existing file keeps its order, its comments, markers and extras; only versions change, and what is new comes at its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from venvls import manifests
from venvls.manifests.locks import lock_format
from venvls.manifests.pep508.requirement import parse_requirement
from venvls.manifests.syntax.decode import decode
from venvls.model.action import TextEdit
from venvls.model.environment import Installed
from venvls.model.facts import Facts
from venvls.model.manifest import Manifest
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.text import Span, Text
from venvls.standards.versions import contains

_NOT_FROZEN = frozenset({"pip", "setuptools", "wheel", "distribute", "pkg-resources"})
"""What `pip freeze` leaves out without `--all`."""
_PIN = re.compile(r"===?\s*[^\s;,]+")


class Merged(NamedTuple):
    """The edits of the file, and what a person should know: lines that could not be kept true."""

    edits: tuple[TextEdit, ...]
    notes: tuple[str, ...]


class Written(NamedTuple):
    """The edits of a file, what to say once they are made, and what a person should know; or why there can be none."""

    edits: tuple[TextEdit, ...] = ()
    message: str = ""
    notes: tuple[str, ...] = ()
    refusal: str | None = None


def are_pinned(facts: Facts) -> bool:
    """Whether the manifests require all that is installed, but for pip and its like, in one version or from one place."""
    pinned = {
        requirement.parsed.key
        for manifest in facts.manifests.values()
        for requirement in manifest.requirements
        if requirement.parsed.url is not None or (_PIN.fullmatch(requirement.parsed.specifier) and "*" not in requirement.parsed.specifier)
    }
    there = frozenset(facts.installed.distributions) - _NOT_FROZEN if facts.installed is not None else frozenset()
    return bool(there) and there <= pinned


def wanted(lines: Iterable[str], facts: Facts, *, top_level: bool, removed: frozenset[str] = frozenset()) -> dict[str, str]:
    """The lines by PEP 503 name; without pip and its like where no file requires them, and only direct ones for ``top_level``.

    Direct is what the project's manifests name, and what nothing else that is installed requires. ``removed`` are names that a person
    removed from the project: they are left out unless what it requires needs them.
    """
    asked = {
        requirement.parsed.key for manifest in facts.manifests.values() for requirement in manifest.requirements if requirement.parsed.key
    }
    texts: dict[str, str] = {}
    for line in lines:
        text = line.strip()
        key = _key(text)
        if key is not None and (key in asked or key not in _NOT_FROZEN):
            texts[key] = text
    if removed:
        reached = _reached(facts.installed, asked)
        texts = {key: text for key, text in texts.items() if key not in removed or key in reached}
    if top_level and facts.installed is not None:
        needed = _needed(facts.installed, texts)
        texts = {key: text for key, text in texts.items() if key in asked or key not in needed}
    return texts


def listed(facts: Facts) -> tuple[str, ...]:
    """What the installer would list, read from files: for showing what would be written, without starting it."""
    installed, environment = facts.installed, facts.environment
    if installed is None or environment is None:
        return ()
    own = environment.prefix.rstrip(facts.files.path.sep) + facts.files.path.sep
    lines: list[str] = []
    for key, records in sorted(installed.distributions.items()):
        first = records[0]
        if not first.path.startswith(own) or first.format == "conda":
            continue
        source, name = installed.direct_url(first), installed.metadata(first).name or key
        if source is None:
            lines.append(f"{name}=={first.version}")
        elif source.editable:
            lines.append(f"-e {source.url}#egg={name}")
        else:
            commit = f"@{source.commit}" if source.commit else ""
            lines.append(f"{name} @ {f'{source.vcs}+' if source.vcs else ''}{source.url}{commit}")
    return tuple(lines)


def merged(manifest: Manifest, lines: Mapping[str, str], elsewhere: Iterable[str] = (), *, pin: bool = False) -> Merged:
    """The edits that make ``manifest`` say what ``lines`` say. Names in ``elsewhere`` are in files it includes and are not added.

    A range that somebody wrote stays, unless ``pin``: what is not bounded yet, or pinned to another version, is pinned to this one.
    """
    edits: list[TextEdit] = []
    notes: list[str] = []
    seen = set(elsewhere)
    for requirement in manifest.requirements:
        parsed = requirement.parsed
        if parsed.key is None or parsed.error is not None or requirement.scope.kind == "constraint":
            continue
        first = parsed.key not in seen
        seen.add(parsed.key)
        line = lines.get(parsed.key)
        if line is None:
            # A marker that is false here may be true elsewhere: its line is somebody's.
            if parsed.marker is None:
                notes.append(f"{parsed.key} is not installed; its line is kept.")
            continue
        version = _version(line)
        if version is None or parsed.url is not None:
            if " ".join(parsed.text.split()) != line and first:
                notes.append(f"{parsed.key} was not installed from a package index; its line is kept.")
        elif requirement.hashes:
            notes.append(f"{parsed.key} has hashes; its line is kept.")
        elif not pin and parsed.specifier and not _is_pin(parsed.specifier):
            if contains(parsed.specifier, version) is False:
                notes.append(f"{parsed.key} {version} is installed, but {parsed.specifier} is required; its line is kept.")
        elif parsed.specifier.replace(" ", "") != f"=={version}":
            edits.append(manifests.replace_specifier(manifest, requirement, f"=={version}"))
    added = [text for key, text in lines.items() if key not in seen]
    if added:
        end = "\r\n" if "\r\n" in manifest.text.source else "\n"
        edits.append(manifests.insert_requirement(manifest, end.join(added)))
    return Merged(tuple(edits), tuple(notes))


def fresh(path: str, lines: Mapping[str, str]) -> TextEdit:
    """The edit that makes a new file of the lines."""
    return TextEdit(path, Span(0, 0), "".join(f"{text}\n" for text in lines.values()), create=True)


def written(path: str, lines: Mapping[str, str], facts: Facts, *, pin: bool = False) -> Written:
    """What makes the requirements file at ``path`` say ``lines``, whether it is already or not. Reads files, writes none."""
    files = facts.files
    name = str(files.path.basename(path))
    stat = files.lstat(path)
    format_ = manifests.format_of((str(files.path.basename(files.path.dirname(path))), name))
    if (format_ is not None and not format_.name.startswith("requirements")) or lock_format(name) is not None:
        return Written(refusal=f"{name} is not a requirements file: name another file, such as requirements.txt.")
    if stat is None:
        return Written((fresh(path, lines),), f"{name} was written: {len(lines)} {'requirement' if len(lines) == 1 else 'requirements'}.")
    data = files.read(path) if stat.kind == "file" else None
    if data is None:
        return Written(refusal=f"{path} is not a regular file: name another file.")
    manifest = manifests.parse(path, Text(decode(data).text), hint="requirements")
    # Lines put at the end of some other text would spoil it.
    if not name.endswith((".txt", ".in")) and manifest.text.source.strip() and not manifest.requirements:
        return Written(refusal=f"{name} is not a requirements file: name another file, such as requirements.txt.")
    wrong = next((problem for problem in manifest.problems if problem.code == "invalid-requirement"), None)
    if wrong is not None:
        line = manifest.text.position(wrong.span.start, "utf-16").line + 1
        return Written(refusal=f"Line {line} of {name} is not a valid requirement: fix it first, or name another file.")
    elsewhere = {
        requirement.parsed.key
        for link in facts.links
        if link.source == path and link.target is not None and link.target in facts.manifests
        for requirement in facts.manifests[link.target].requirements
        if requirement.parsed.key and requirement.scope.kind != "constraint"
    }
    edits, notes = merged(manifest, lines, elsewhere, pin=pin)
    return Written(edits, f"{name} was updated." if edits else f"{name} is already up to date.", notes)


def _needed(installed: Installed, among: Iterable[str]) -> set[str]:
    """The names that other installed distributions require; what only an extra of theirs brings does not count."""
    needed: set[str] = set()
    for key in among:
        for distribution in installed.distributions.get(key, ())[:1]:
            for text in installed.metadata(distribution).requires:
                parsed = parse_requirement(text)
                if parsed.key is not None and parsed.key != key and "extra" not in (parsed.marker or ""):
                    needed.add(parsed.key)
    return needed


def _reached(installed: Installed | None, start: Iterable[str]) -> set[str]:
    """The names with everything that they need, as installed."""
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            waiting += _needed(installed, (key,)) if installed is not None else ()
    return reached


def _is_pin(specifier: str) -> bool:
    return _PIN.fullmatch(specifier) is not None and "*" not in specifier


def _key(line: str) -> str | None:
    if not line or line.startswith("#"):
        return None
    if line.startswith("-e "):
        name = re.search(r"#egg=([A-Za-z0-9._-]+)", line)
        return canonical(name[1]) if name else line
    parsed = parse_requirement(line)
    return parsed.key if parsed.error is None else None


def _version(line: str) -> str | None:
    parsed = parse_requirement(line) if not line.startswith("-") else None
    if parsed is None or parsed.error is not None or _PIN.fullmatch(parsed.specifier) is None:
        return None
    return parsed.specifier.lstrip("= ")
