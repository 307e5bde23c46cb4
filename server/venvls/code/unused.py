"""The requirements of a project that none of its code uses, as far as its files can tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from venvls.answers.graph import who_needs
from venvls.answers.standing import SEEDS
from venvls.answers.stated import Statement, by_name
from venvls.code.modules import Modules
from venvls.code.own import Own
from venvls.code.texts import Texts
from venvls.model.facts import Facts
from venvls.model.imports import Import, Sighting
from venvls.model.ports import FileView
from venvls.model.record import NamedTuple
from venvls.model.requirement import Requirement
from venvls.model.text import Span

_SETTINGS = (".toml", ".cfg", ".ini", ".yml", ".yaml", ".json", ".sh", "Dockerfile", "Makefile", "Procfile", "justfile", ".conf")


class _Candidate(NamedTuple):
    """A requirement that may not be used: where it is stated, its public modules, and the words of which one is in code that uses it."""

    statement: Statement
    public: tuple[str, ...]
    words: frozenset[str]


def sightings(
    own: Own, modules: Modules, paths: Iterable[str], texts: Texts, files: FileView, ignored: Iterable[str], partial: Callable[[], None]
) -> Iterator[Sighting]:
    """The requirements that no word in the code at ``paths`` and in the project's settings points to; ``partial`` is called meanwhile."""
    facts = own.first
    paths = tuple(paths)
    # Without code there is nothing that could import anything.
    if not own.certain or own.of_conda or not paths or len(own.facts) > 1:
        return
    spared = frozenset(ignored)
    unsaid: dict[str, _Candidate] = {}
    for key, statements in by_name(facts).items():
        partial()
        provided = modules.owners.modules_of(key)
        public = tuple(sorted(module for module in provided if not module.startswith("_")))
        if not public or key in own.own or key in SEEDS or key.startswith("types-") or key.endswith("-stubs"):
            continue
        if modules.owners.is_used_without_import(key) or key in who_needs(facts) or not spared.isdisjoint((key, *provided)):
            continue
        stated = [each for each in statements if each.in_force and not each.hidden and each.requirement.scope.kind == "main"]
        if stated:
            unsaid[key] = _Candidate(stated[0], public, frozenset((*provided, key)))
    # Named in any way: as an import, an application of Django's, a path in a string. File by file, for each of which all are looked for.
    for path in paths:
        partial()
        if not unsaid:
            return
        said = texts.said(path, texts.stat(path), frozenset().union(*[each.words for each in unsaid.values()]), facts)
        if said is None:
            return  # Whatever is in it, nobody can tell what is not.
        if said:
            unsaid = {key: each for key, each in unsaid.items() if said.isdisjoint(each.words)}
    settings = tuple(_settings_of(facts, files)) if unsaid else ()
    for key, (statement, public, _) in unsaid.items():
        if not any(module in text for text in settings for module in public if module != key):
            yield Sighting(statement.path, Import(public[0], name_of(statement.requirement)), "unused", public[0], (key,))


def _settings_of(facts: Facts, files: FileView) -> Iterator[str]:
    """The texts of the files next to the project's manifests that may name a module: settings, scripts, recipes."""
    path, root = files.path, facts.project.root
    for name, kind in files.list(root) or ():
        if kind == "file" and name.endswith(_SETTINGS) and path.join(root, name) not in (*facts.manifests, *facts.project.locks):
            data = files.read(path.join(root, name), 1_000_000)
            yield data.decode("utf-8", "replace") if data is not None else ""


def name_of(requirement: Requirement) -> Span:
    """Where a requirement's name is in its manifest."""
    span = requirement.parsed.name_span
    return requirement.locate(span) if span is not None else requirement.span
