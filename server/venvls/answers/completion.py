"""What may come next where something is typed: names, extras, versions, markers; groups, paths, options, settings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from venvls.manifests.places.cursor import Typed
from venvls.model.facts import Facts
from venvls.model.hints import Literal
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.rules.dependencies import installed_as

Kind = Literal["package", "extra", "version", "variable", "operator", "value", "group", "path", "folder", "option", "setting", "snippet"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z|\Z")
_EXTRAS = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*\[([^\]]*)\Z")
_VERSION = re.compile(
    r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*\(?\s*(?:[^;,@]*,)*\s*(===|==|>=|<=|!=|~=|>|<)\s*([A-Za-z0-9.*+!_-]*)\Z"
)
_TERM = re.compile(r"(?:;|\band\b|\bor\b|\()\s*([a-z_]*)\Z")
_OPERATOR = re.compile(r"(?:;|\band\b|\bor\b|\()\s*([a-z_]+)\s+([<>=!~]{0,3}|n?o?t?|i?n?)\Z")
_VALUE = re.compile(r"(?:;|\band\b|\bor\b|\()\s*([a-z_]+)\s*(===|==|>=|<=|!=|~=|>|<|not in|in)\s*(['\"]?[^'\"]*)\Z")
_FILE = re.compile(r"@\s*(file:\S*)\Z")
_BOUND = re.compile(r"(?:\A|,)\s*(===|==|>=|<=|!=|~=|>|<|\^|~)?\s*([A-Za-z0-9.*+!_-]*)\Z")
_OPERATORS = ("==", "!=", ">=", "<=", ">", "<", "in", "not in")
_MOST = 400
_MOST_SNIPPETS = 20


class Item(NamedTuple):
    """One suggestion: what is shown and what is put in place of the last ``width`` characters typed. ``rank`` orders them. ``holes`` are
    the parts of ``insert`` that a person may want to write over at once: for an editor that knows snippets, and only for one."""

    label: str
    insert: str
    width: int
    kind: Kind
    rank: int = 0
    detail: str = ""
    key: str | None = None
    holes: tuple[tuple[int, int], ...] = ()


class Sources(NamedTuple):
    """Where names, versions and settings (key and what it does) are looked up; asked only when they are needed."""

    names: Callable[[], Mapping[str, str]]
    versions: Callable[[str], tuple[str, ...]]
    settings: Callable[[], Iterable[tuple[str, str]]]
    snippets: bool = False


def suggestions(typed: Typed, facts: Facts, path: str, sources: Sources) -> list[Item]:
    """What may come next, the likeliest first."""
    work = {
        "requirement": lambda: _requirement(typed, facts, path, sources),
        "name": lambda: _names(typed.text, typed, sources, facts),
        "specifier": lambda: _specifier(typed, sources),
        "own-extras": lambda: _extras(canonical(typed.name), typed.text, facts),
        "group": lambda: _groups(typed, facts, "group"),
        "extra": lambda: _groups(typed, facts, "extra"),
        "path": lambda: _paths(typed.text, facts, path),
        "option": lambda: _options(typed),
        "setting": lambda: _settings(typed, sources),
    }
    return sorted(work[typed.kind](), key=lambda item: item.rank)[:_MOST]


def _requirement(typed: Typed, facts: Facts, path: str, sources: Sources) -> Iterator[Item]:
    text = typed.text
    if ";" in text:
        yield from _marker(text, typed.quote, facts)
    elif _NAME.match(text):
        yield from _names(text, typed, sources, facts)
    elif match := _FILE.search(text):
        yield from _paths(match[1], facts, path)
    elif match := _EXTRAS.search(text):
        yield from _extras(canonical(match[1]), match[2], facts)
    elif match := _VERSION.match(text):
        yield from _versions(canonical(match[1]), match[2], match[3], sources)


def _names(text: str, typed: Typed, sources: Sources, facts: Facts) -> Iterator[Item]:
    from venvls.answers.known import RANKS

    prefix = canonical(text)
    # In a list of strings a name gets its quotes, and the comma that what follows it needs.
    comma = "," if typed.bare and not typed.after.lstrip().startswith((",", "]")) else ""
    written = 0
    for key, source in sources.names().items():
        if key.startswith(prefix) and key != prefix:
            insert = f'"{key}"{comma}' if typed.bare else key
            rank = RANKS.index(source)
            yield Item(key, insert, len(text), "package", rank, source, key)
            version = _version_here(key, facts) if sources.snippets and written < _MOST_SNIPPETS else None
            if version is not None and not (typed.kind == "name" and "=" in typed.after):
                written += 1
                yield _whole(key, version, typed, comma, len(text), rank)


def _whole(key: str, version: str, typed: Typed, comma: str, width: int, rank: int) -> Item:
    """A whole new requirement, its version to be written over."""
    lead, end = (f'{key} = ">=', '"') if typed.kind == "name" else (f'"{key}>=', f'"{comma}') if typed.bare else (f"{key}>=", "")
    hole = (len(lead), len(lead) + len(version))
    return Item(f"{key}>={version}", f"{lead}{version}{end}", width, "snippet", rank, "a new requirement", key, (hole,))


def _version_here(key: str, facts: Facts) -> str | None:
    distribution = installed_as(facts, key)
    locked = facts.locked.packages.get(key) if facts.locked is not None else None
    version = (locked.version if locked is not None else None) or (distribution.version if distribution is not None else None)
    return version.partition("+")[0] if version is not None else None


def _specifier(typed: Typed, sources: Sources) -> Iterator[Item]:
    """Versions in a string that says nothing but them: ``requests = ">=2"``."""
    match = _BOUND.search(typed.text)
    for number, version in enumerate(sources.versions(canonical(typed.name))) if match is not None else ():
        plain = version.partition("+")[0]
        if match is not None and plain.startswith(match[2]):
            # A version alone means another thing to each tool.
            operator = "" if match[1] or match[2] else ">="
            yield Item(operator + plain, operator + plain, len(match[2]), "version", number)


def _extras(key: str, text: str, facts: Facts) -> Iterator[Item]:
    word = text.rpartition(",")[2].lstrip()
    taken = {canonical(each.strip()) for each in text.split(",")[:-1]}
    distribution = installed_as(facts, key)
    installed = facts.installed.metadata(distribution).extras if facts.installed is not None and distribution is not None else ()
    own = [group.key for manifest in facts.manifests.values() for group in manifest.groups if group.kind == "extra"]
    named = [manifest.name for manifest in facts.manifests.values()]
    listed = installed or (own if any(name is not None and canonical(name) == key for name in named) else ())
    for extra in dict.fromkeys(listed):
        if extra not in taken and extra.startswith(canonical(word)):
            yield Item(extra, extra, len(word), "extra")


def _versions(key: str, operator: str, text: str, sources: Sources) -> Iterator[Item]:
    for number, version in enumerate(sources.versions(key)):
        plain = version.partition("+")[0] if operator not in ("==", "===", "!=") else version
        if plain.startswith(text) and (operator != "~=" or "." in plain):
            yield Item(plain, plain, len(text), "version", number)


def _marker(text: str, quote: str, facts: Facts) -> Iterator[Item]:
    variables = facts.target.markers if facts.target is not None else {}
    sign = "'" if quote == '"' else '"'
    after = text[text.index(";") :]
    if match := _TERM.search(after):
        for name, value in variables.items():
            if name.startswith(match[1]):
                yield Item(name, name, len(match[1]), "variable", detail=value)
    elif match := _VALUE.search(after):
        value = variables.get(match[1], "")
        if value and value.startswith(match[3].lstrip("'\"")):
            yield Item(value, f"{sign}{value}{sign}", len(match[3]), "value", detail="here")
    elif match := _OPERATOR.search(after):
        for number, operator in enumerate(_OPERATORS):
            if operator.startswith(match[2]) and match[1] in variables:
                yield Item(operator, operator, len(match[2]), "operator", number)


def _groups(typed: Typed, facts: Facts, kind: str) -> Iterator[Item]:
    groups = {
        (group.kind, group.key): group
        for path in facts.project.manifests
        if path in facts.manifests
        for group in facts.manifests[path].groups
    }
    for group in groups.values():
        if group.kind == kind and group.name.startswith(typed.text):
            yield Item(group.name, group.name, len(typed.text), "group")


def _paths(text: str, facts: Facts, path: str) -> Iterator[Item]:
    """What is in the folder that was typed so far; nothing of a folder outside the workspace."""
    split = facts.files.path
    written = text.removeprefix("file:")
    head, _, tail = written.rpartition("/")
    folder = str(split.normpath(split.join(split.dirname(path), head or "."))) if not split.isabs(written) and "$" not in head else None
    if folder is None or not any(folder == root or folder.startswith(root.rstrip(split.sep) + split.sep) for root in _roots(facts)):
        return
    real = facts.files.real(folder)
    if not any(real == base or real.startswith(base.rstrip(split.sep) + split.sep) for base in map(facts.files.real, _roots(facts))):
        return
    for entry in sorted(facts.files.list(folder) or ()):
        if not entry.name.startswith(tail) or (entry.name.startswith(".") and not tail.startswith(".")):
            continue
        is_folder = entry.kind == "directory"
        place = split.join(folder, entry.name)
        if place == path or (is_folder and facts.files.stat(split.join(place, "pyvenv.cfg")) is not None):
            continue  # neither itself nor an environment
        if is_folder or entry.name.endswith((".txt", ".in", ".whl")):
            yield Item(entry.name, entry.name, len(tail), "folder" if is_folder else "path", is_folder)


def _roots(facts: Facts) -> tuple[str, ...]:
    return facts.roots or (facts.project.root,)


def _options(typed: Typed) -> Iterator[Item]:
    from venvls.manifests.requirements.options import FLAGS, PER_REQUIREMENT, VALUED

    for option in sorted({*VALUED, *FLAGS} - PER_REQUIREMENT - {"--pypi-url"}):
        if option.startswith(typed.text):
            yield Item(option, option, len(typed.text), "option")


def _settings(typed: Typed, sources: Sources) -> Iterator[Item]:
    word = typed.text.rpartition(".")[2] if not typed.text.endswith(".") else ""
    above = typed.text[: len(typed.text) - len(word)]
    for key, doc in sources.settings():
        if key.startswith(above) and key[len(above) :].startswith(word):
            yield Item(key[len(above) :], key[len(above) :], len(word), "setting", detail=doc)
