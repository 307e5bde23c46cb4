"""Code and requirements: what a project's code imports against what its environment has and its manifests declare.

An environment's modules are looked at once for each state of what is installed, a file's imports once for each text. On doubt nothing is
said: without a healthy environment, with a manifest that cannot be read whole, for code that some tool runs elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import is_

from venvls import code_places, declared
from venvls.answers.graph import who_needs
from venvls.answers.standing import SEEDS
from venvls.answers.stated import by_name, own_names
from venvls.imports import first_party, standard_library, well_known
from venvls.imports.kept import Kept, packed, unpacked
from venvls.imports.owners import Owners
from venvls.imports.reach import Here, reach
from venvls.imports.scanner import probed, scan
from venvls.imports.search import Search
from venvls.model.environment import Distribution, Environment
from venvls.model.facts import Facts
from venvls.model.imports import Import, Sighting
from venvls.model.names import canonical
from venvls.model.ports import Machine, Stat, Store, Wanted
from venvls.model.record import NamedTuple
from venvls.model.requirement import Requirement
from venvls.model.text import Span
from venvls.reading import Reader
from venvls.rules.dependencies import installed_as
from venvls.settlement import Settlement

ENDINGS = (".py", ".pyi", ".pyw", ".ipynb")
"""Files of code that are looked at."""
_NEVER_MISSING = frozenset(
    {"__future__", "__main__", "__builtin__", "__builtins__", "_typeshed", "typing_extensions", "pip", "_cffi_backend"}
)
_SETTINGS = (".toml", ".cfg", ".ini", ".yml", ".yaml", ".json", ".sh", "Dockerfile", "Makefile", "Procfile", "justfile", ".conf")
_OF_SERVICES = frozenset({"google.colab", "kaggle_secrets", "pyodide", "js"})
"""Modules that notebooks find where a service runs them."""
_LARGEST = 5_000_000
_SOURCES = (
    *("importing.py", "imports/scanner.py", "imports/blocks.py", "imports/notebook.py", "imports/owners.py", "imports/kept.py"),
    *("imports/standard_library.py", "imports/well_known.py", "reading.py"),
)
"""What makes the values that are kept between runs: after a change of theirs none counts."""
_MOST_SHOWN = 5_000
"""Files of a folder that an editor is told of without having opened them."""


class _Modules(NamedTuple):
    """What one environment can import, and whose it is."""

    search: Search
    owners: Owners
    standard: frozenset[str]
    here: Here


class _Own(NamedTuple):
    """What one project declares: ``declared`` gives for each package the places that name it; ``certain`` is whether that is all."""

    facts: tuple[Facts, ...]
    code: first_party.FirstParty
    declared: Mapping[str, frozenset[declared.Place]]
    own: frozenset[str]
    certain: bool


class Imports:
    """The imports of a workspace's code. ``here`` are its projects, ``facts`` gives the facts of one by its root.

    Where it ``defers``, no folder is walked for an answer: what needs that is left alone until :meth:`walk_owed` has done it.
    """

    def __init__(self, machine: Machine, reader: Reader, here: Settlement, facts: Callable[[str], Facts], *, defers: bool = False) -> None:
        self.owed: dict[str, None] = {}
        self._defers = defers
        self._machine = machine
        self._files = machine.files
        self._reader = reader
        self._here = here
        self._facts = facts
        self._modules: dict[str, tuple[object, _Modules]] = {}
        self._projects: dict[str, _Own] = {}
        self._unrecorded: dict[str, tuple[Facts, tuple[Sighting, ...]]] = {}
        self._unused: dict[str, tuple[Sighting, ...]] = {}
        self._requests: dict[str, tuple[object, dict[str, str | None]]] = {}
        self._texts: dict[str, tuple[str, frozenset[str], tuple[Import, ...], frozenset[str]]] = {}
        self._code: dict[str, tuple[str, ...]] = {}
        self._names: dict[str, frozenset[str]] = {}
        self._kept: dict[str, Kept] = {}
        self._store: Store | None = None

    def forget_code(self, path: str) -> None:
        """A file of code came or went: where it is new, or is no longer there, walk again."""
        root = self._here.root_of(path)
        walked = self._code.get(root or "")
        if walked is not None and (path in walked) != (self._files.stat(path) is not None):
            del self._code[root or ""]
            self._names.pop(root or "", None)
            self._projects.clear()

    def walk_owed(self, partial: Callable[[], None]) -> None:
        """Walk the folders that answers waited for; ``partial`` is called meanwhile."""
        for root in tuple(self.owed):
            self.files_of(root, partial)
            self.owed.pop(root, None)

    def walked(self, root: str) -> tuple[str, ...]:
        """Those of :meth:`files_of` where that is known already; where it is not, it is owed from now on."""
        if root not in self._code:
            self.owed[root] = None
        return self._code.get(root, ())[:_MOST_SHOWN]

    def is_walked(self, root: str) -> bool:
        """Whether the files of a folder are known."""
        return root in self._code

    def files_of(self, root: str, partial: Callable[[], None] | None = None) -> tuple[str, ...]:
        """Every file of code below a folder, without environments, caches and other people's code."""
        if root not in self._code:
            wanted = Wanted(lambda folder, name: name.endswith((*first_party.CODE, ".ipynb")))
            meanwhile = (lambda _: partial()) if partial is not None else None
            self._code[root] = tuple(sorted(self._machine.walk(root, wanted=wanted, timeout=30, partial=meanwhile).manifests))
        return self._code[root]

    def files(self, paths: Iterable[str]) -> Iterator[str]:
        """The files of code at and below ``paths``."""
        for path in dict.fromkeys(paths):
            stat = self._files.stat(path)
            if stat is None or stat.kind == "file":
                listed: Iterable[str] = (path,) if path.endswith(ENDINGS) else ()
            else:
                root = self._here.root_of(path) or path
                listed = (file for file in self.files_of(root) if file.endswith(ENDINGS) and self._here.within(file, path))
            yield from listed

    def keep(self) -> None:
        """What was read is kept for the next run, as far as it will still be true."""
        for kept in self._kept.values():
            kept.keep(self._files)

    def _kept_of(self, what: str, place: str) -> Kept:
        """What earlier runs have read of something: ``what`` of ``place``."""
        key = f"{what}\0{place}"
        if key not in self._kept:
            if self._store is None:
                self._store = self._machine.store("imports", _SOURCES, self._here.roots)
            self._kept[key] = Kept(self._store, key)
        return self._kept[key]

    def _names_in(self, root: str) -> frozenset[str] | None:
        """Every module and package below a folder; ``None`` where it has to be walked first."""
        if root not in self._names:
            if self._defers and root not in self._code:
                self.owed[root] = None
                return None
            self._names[root] = first_party.modules_of(self.files_of(root), root, self._files)
        return self._names[root]

    def sightings(self, path: str, facts: Facts, ignored: Iterable[str] = ()) -> tuple[Sighting, ...]:
        """What is to be reported of one file's imports, in the order of places."""
        environment = facts.environment
        if environment is None or environment.health != "ok" or facts.installed is None or environment.implementation != "cpython":
            return ()
        if (runner := code_places.runner(path, facts)) == "elsewhere":
            return ()
        if path.endswith(".ipynb") and "ipykernel" not in facts.installed.distributions:
            # It runs in some other environment, which has what a kernel needs.
            return ()
        modules = self._modules_of(environment, facts)
        imports, dispensable = self._imports_of(path, facts, modules.standard)
        if all(imported.level or imported.top in modules.standard for imported in imports):
            return ()
        own = self._own(facts)
        spared = {*dispensable, *ignored}
        for imported in imports:
            if not imported.level and reach(imported, modules.here) != "always":
                spared.add(imported.top)
        wanted = [each for each in imports if not (each.level or _is_needless(each, modules.standard) or _is_spared(each.module, spared))]
        if runner == "build":
            return tuple(self._of_build(path, wanted, modules, own))
        return tuple(self._compared(path, wanted, modules, own))

    def unrecorded(self, facts: Facts) -> tuple[Sighting, ...]:
        """The packages that were installed by name and that nothing lists; worked out once for each state of the project's facts."""
        known = self._unrecorded.get(facts.project.root)
        if known is None or known[0] is not facts:
            known = self._unrecorded[facts.project.root] = (facts, tuple(self._unlisted(facts)))
        return known[1]

    def known_unrecorded(self, facts: Facts) -> Iterator[Sighting]:
        """Those of the last :meth:`unrecorded` that nothing lists by now: nothing is worked out, so that no keystroke waits for it."""
        known = self._unrecorded.get(facts.project.root)
        if known is None or not known[1] or known[0].environment != facts.environment:
            return
        listed = {requirement.parsed.key for manifest in facts.manifests.values() for requirement in manifest.requirements}
        yield from (sighting for sighting in known[1] if sighting.owners[0] not in listed)

    def take_stock(self, facts: Facts, ignored: Iterable[str], partial: Callable[[], None]) -> None:
        """Look which requirements no code uses, for :meth:`known_unused`; ``partial`` is called meanwhile."""
        self._unused[facts.project.root] = tuple(self.unused(facts, ignored, partial))

    def known_unused(self, facts: Facts) -> Iterator[Sighting]:
        """Those that no code used when :meth:`take_stock` last looked, where their requirements are now."""
        for sighting in self._unused.get(facts.project.root, ()):
            manifest = facts.manifests.get(sighting.path)
            for requirement in manifest.requirements if manifest is not None else ():
                if requirement.parsed.key == sighting.owners[0] and requirement.scope.kind == "main":
                    yield sighting._replace(imported=sighting.imported._replace(span=_name_of(requirement)))
                    break

    def _unlisted(self, facts: Facts) -> Iterator[Sighting]:
        from venvls import unrecorded

        environment, installed = facts.environment, facts.installed
        if environment is None or environment.health != "ok" or installed is None:
            return
        own = self._own(facts)
        if not own.certain:
            return
        kept = self._requests.get(environment.prefix)
        requests: dict[str, str | None] = kept[1] if kept is not None and kept[0] == installed.stamp else {}
        self._requests[environment.prefix] = (installed.stamp, requests)

        def requested_by(distribution: Distribution) -> str | None:
            if distribution.path not in requests:
                requests[distribution.path] = unrecorded.requested_by(distribution, self._files)
            return requests[distribution.path]

        yield from unrecorded.sightings(own.facts, own.declared, own.own, requested_by)

    def unused(self, facts: Facts, ignored: Iterable[str] = (), partial: Callable[[], None] = lambda: None) -> Iterator[Sighting]:
        """The requirements of a project that none of its code uses, as far as its files can tell; ``partial`` is called meanwhile."""
        environment = facts.environment
        if environment is None or environment.health != "ok" or facts.installed is None or facts.project.part is not None:
            return
        modules, own = self._modules_of(environment, facts), self._own(facts)
        files = [path for path in self.files_of(facts.roots[0] if facts.roots else facts.project.root) if path.endswith(ENDINGS)]
        # Without code there is nothing that could import anything.
        files = [path for path in files if self._here.within(path, facts.project.root)]
        if not own.certain or not files or len(own.facts) > 1:
            return
        kept = self._kept_of("words", facts.project.root)
        stats = {path: self._files.stat(path) if path not in self._reader.open_paths else None for path in files}
        spared = frozenset(ignored)
        for key, statements in by_name(facts).items():
            partial()
            provided = modules.owners.modules_of(key)
            public = sorted(module for module in provided if not module.startswith("_"))
            if not public or key in own.own or key in SEEDS or key.startswith("types-") or key.endswith("-stubs"):
                continue
            if modules.owners.has_entry_points(key) or key in who_needs(facts) or not spared.isdisjoint((key, *provided)):
                continue
            stated = [each for each in statements if each.in_force and not each.hidden and each.requirement.scope.kind == "main"]
            # Named in any way: as an import, an application of Django's, a path in a string.
            if not stated or any(self._says(path, stat, (*provided, key), kept) for path, stat in stats.items()):
                continue
            if any(module in text for text in self._settings_of(facts) for module in public if module != key):
                continue
            yield Sighting(stated[0].path, Import(public[0], _name_of(stated[0].requirement)), "unused", public[0], (key,))

    def _settings_of(self, facts: Facts) -> Iterator[str]:
        """The texts of the files next to the project's manifests that may name a module: settings, scripts, recipes."""
        path, root = self._files.path, facts.project.root
        for name, kind in self._files.list(root) or ():
            if kind == "file" and name.endswith(_SETTINGS) and path.join(root, name) not in (*facts.manifests, *facts.project.locks):
                data = self._files.read(path.join(root, name), 1_000_000)
                yield data.decode("utf-8", "replace") if data is not None else ""

    def _of_build(self, path: str, imports: Iterable[Import], modules: _Modules, own: _Own) -> Iterator[Sighting]:
        from venvls import build_imports

        def owners(imported: Import) -> tuple[str, ...]:
            return modules.owners.of(imported.module, imported.names)

        for sighting in build_imports.sightings(path, imports, own.facts[0], owners, _known):
            if not own.code.provides(path, sighting.module):
                yield sighting

    def _compared(self, path: str, imports: Iterable[Import], modules: _Modules, own: _Own) -> Iterator[Sighting]:
        seen: set[tuple[str, str]] = set()
        for imported in imports:
            top = imported.top
            missing = modules.search.missing(imported.module, imported.names)
            sighting = self._missing(path, imported, missing, own) if missing is not None else self._unfit(path, imported, modules, own)
            if sighting is not None and sighting.standing == "undeclared" and not sighting.needed_by:
                sighting = sighting._replace(requested=self._was_requested(sighting.owners[0], own))
            # A module is reported once a file, where it is imported first.
            if sighting is not None and (sighting.standing, sighting.module) not in seen:
                seen.add((sighting.standing, sighting.module))
                if not own.code.provides(path, top):
                    yield sighting

    def _was_requested(self, owner: str, own: _Own) -> bool:
        """Whether a distribution was installed by its name, as pip and uv note it."""
        distribution = installed_as(own.facts[0], owner)
        if distribution is None or distribution.format != "dist-info":
            return False
        return self._files.stat(self._files.path.join(distribution.path, "REQUESTED")) is not None

    def _unfit(self, path: str, imported: Import, modules: _Modules, own: _Own) -> Sighting | None:
        """What is to be reported of a module that is there: nothing declares what it is of, or only what does not ship does."""
        if not own.certain:
            return None
        owners = modules.owners.of(imported.module, imported.names)
        if any(owner in own.own for owner in owners):
            return None
        named = [owner for owner in owners if owner in own.declared]
        if not named:
            return _undeclared(path, imported, owners, modules, own)
        places = declared.development(frozenset().union(*(own.declared[owner] for owner in named)))
        if not places or not code_places.ships(path, own.facts[0]):
            return None
        if _in_function(imported) and any(place.kind == "extra" for place in places):
            return None
        return Sighting(path, imported, "development", imported.top, tuple(named), scopes=tuple(place.called for place in places))

    def _missing(self, path: str, imported: Import, missing: str, own: _Own) -> Sighting | None:
        known = _known(missing)
        named = next((key for key in (canonical(missing), canonical(known or missing)) if key in own.declared), None)
        places = own.declared[named] if named is not None else frozenset()
        unsynced = declared.unsynced(places)
        if named is not None and declared.COUNTED not in places and not unsynced:
            # For another platform or Python: it is known to whoever wrote that.
            return None
        if named is None and code_places.is_test(path, self._files):
            if known is None and (_in_function(imported) or not code_places.runs_tests(path, self._files)):
                # Tests write modules of their own and import them; what is next to them is what they look at.
                return None
            if code_places.is_installed_for_tests(known or missing, own.facts[0]):
                return None
        if named is not None and named in _installed(own):
            # It is installed and provides something else: what the name stands for is not known.
            return None
        sighting = Sighting(path, imported, "missing", missing, declared=named, known=known if named is None else None)
        choices = tuple((place.kind, place.name) for place in unsynced)
        return sighting._replace(scopes=tuple(place.called for place in unsynced), unsynced=choices)

    def _imports_of(self, path: str, facts: Facts, standard: frozenset[str]) -> tuple[tuple[Import, ...], frozenset[str]]:
        """The imports of a file that are worth a look, and what it can do without."""
        stat = self._files.stat(path) if path not in self._reader.open_paths else None
        minor = facts.environment.minor if facts.environment is not None else ""
        kept = self._kept_of(f"code for {minor}", facts.project.root)
        known = kept.get(path, stat)
        if known is not None:
            return unpacked(known[0]), frozenset(known[1])
        text = self._reader.code(path)
        if text is None or len(text.source) > _LARGEST:
            return (), frozenset()
        imports, dispensable = self._scanned(path, text.source, standard)
        imports = tuple(imported for imported in imports if not imported.level and imported.top not in standard)
        kept.put(path, stat, (packed(imports), tuple(dispensable)))
        return imports, dispensable

    def _says(self, path: str, stat: Stat | None, words: Iterable[str], kept: Kept) -> bool:
        """Whether any of the words is in a file, in whatever way."""
        known = kept.get(path, stat) or {}
        if any(known.get(word) for word in words):
            return True
        unknown = [word for word in words if word not in known]
        text = self._reader.code(path) if unknown else None
        if text is not None:
            known.update({word: word in text.source for word in unknown})
            kept.put(path, stat, known)
        return any(known.get(word) for word in words)

    def _scanned(self, path: str, source: str, standard: frozenset[str]) -> tuple[tuple[Import, ...], frozenset[str]]:
        known = self._texts.get(path)
        if known is None or known[0] != source or known[1] is not standard:
            read = _notebook(source, standard) if path.endswith(".ipynb") else (scan(source, standard), probed(source))
            known = self._texts[path] = (source, standard, *read)
        return known[2], known[3]

    def _modules_of(self, environment: Environment, facts: Facts) -> _Modules:
        installed = facts.installed
        assert installed is not None  # noqa: S101 - its caller has seen to it
        known = self._modules.get(environment.prefix)
        if known is None or known[0] != installed.stamp:
            search = Search(self._files, environment.site_packages, self._users_own(environment))
            version = tuple(map(int, environment.minor.split("."))) if environment.minor else None
            platform = facts.target.markers.get("sys_platform") if facts.target is not None else None
            kept = self._kept_of("records", environment.real)
            owners = Owners(self._files, installed.distributions, search, kept)
            made = _Modules(search, owners, standard_library.names(version), Here(version, platform))
            known = self._modules[environment.prefix] = (installed.stamp, made)
        return known[1]

    def _users_own(self, environment: Environment) -> Iterator[str]:
        """Folders that count as well as the environment's own: ``PYTHONPATH``, and the person's site-packages where these are seen."""
        path, environ = self._files.path, self._machine.environ()
        separator = ";" if environment.layout == "windows" else ":"
        yield from (folder for folder in environ.get("PYTHONPATH", "").split(separator) if path.isabs(folder))
        isolated = environment.kind not in ("system", "pyenv", "conda", "pixi") and not environment.system_site_packages
        if not isolated and environment.minor:
            home = self._machine.home()
            yield path.join(home, ".local", "lib", f"python{environment.minor}", "site-packages")
            yield path.join(home, "Library", "Python", environment.minor, "lib", "python", "site-packages")
            yield path.join(home, "AppData", "Roaming", "Python", f"Python{environment.minor.replace('.', '')}", "site-packages")

    def _own(self, facts: Facts) -> _Own:
        """What the project is and declares, remembered while its facts and those of the projects with its environment are the same."""
        environment = facts.environment
        others = (project.root for project in self._here.projects.values() if project.environment and project.root != facts.project.root)
        beside = [root for root in others if _same_environment(self._here.projects[root].environment, environment)]
        shared = (facts, *map(self._facts, beside))
        known = self._projects.get(facts.project.root)
        if known is None or len(known.facts) != len(shared) or not all(map(is_, known.facts, shared)):
            known = self._projects[facts.project.root] = self._worked_out(facts, shared)
        return known

    def _worked_out(self, facts: Facts, shared: tuple[Facts, ...]) -> _Own:
        own = frozenset().union(*map(own_names, shared))
        join = self._files.path.join
        stated: dict[str, None] = {}
        roots = dict.fromkeys((*(each.project.root for each in shared), *(each.project.workspace or each.project.root for each in shared)))
        for root in roots:
            tools = [each.manifests.get(join(root, "pyproject.toml")) for each in shared]
            tool = next((manifest.tool for manifest in tools if manifest is not None), {})
            stated.update(dict.fromkeys(first_party.stated_folders(root, tool, self._files)))
            stated[root] = None
            stated[join(root, "src")] = None
        tops = (*facts.roots, facts.project.workspace or facts.project.root) if not facts.roots else facts.roots
        around = tops if any(self._here.within(facts.project.root, top) for top in tops) else (*tops, facts.project.root)

        def everywhere() -> frozenset[str] | None:
            names = [self._names_in(root) for root in around]
            known = [each for each in names if each is not None]
            return frozenset().union(*known) if len(known) == len(names) else None

        code = first_party.FirstParty(self._files, tops, stated, own, everywhere)
        return _Own(shared, code, declared.places(shared), own, all(map(_is_certain, shared)))


def _same_environment(environment: Environment | None, other: Environment | None) -> bool:
    return environment is not None and other is not None and environment.real == other.real


def _installed(own: _Own) -> frozenset[str]:
    """The names of what is installed, by the first of the projects that share the environment."""
    return frozenset(own.facts[0].installed.distributions) if own.facts and own.facts[0].installed is not None else frozenset()


def _notebook(source: str, standard: frozenset[str]) -> tuple[tuple[Import, ...], frozenset[str]]:
    """The imports of a notebook's code, at their places in the file, and what it can do without: also what it installs itself."""
    from venvls.imports import notebook

    code = notebook.read(source)
    imports = tuple(imported._replace(span=code.span(imported.span)) for imported in scan(code.text, standard))
    own = {canonical(name) for name in code.installs}
    installed = {each.top for each in imports if canonical(each.top) in own or canonical(_known(each.module) or "") in own}
    return imports, probed(code.text) | installed | _OF_SERVICES


def _name_of(requirement: Requirement) -> Span:
    span = requirement.parsed.name_span
    return requirement.locate(span) if span is not None else requirement.span


def _in_function(imported: Import) -> bool:
    return any(block.header.keyword in ("def", "class") for block in imported.blocks)


def _is_needless(imported: Import, standard: frozenset[str]) -> bool:
    """Whether a module is there wherever Python is, or is no module's name at all."""
    return not imported.top or imported.top in standard or imported.top in _NEVER_MISSING


def _is_spared(module: str, spared: set[str]) -> bool:
    if module.partition(".")[0] in spared:
        return True
    parts = module.split(".")
    return any(".".join(parts[:number]) in spared for number in range(2, len(parts) + 1))


def _undeclared(path: str, imported: Import, owners: tuple[str, ...], modules: _Modules, own: _Own) -> Sighting | None:
    if not owners:
        return None
    if len(owners) > 1 and modules.search.is_namespace(imported.top):
        return None
    needed = _needed_by(owners[0], own)
    if needed is None:
        return None
    return Sighting(path, imported, "undeclared", imported.top, owners, needed_by=needed)


def _needed_by(owner: str, own: _Own) -> tuple[str, ...] | None:
    """The packages from a requirement down to the one that needs ``owner``; empty where it is left over, ``None`` where an extra that the
    project names brings it, or where that is not known."""
    from venvls.answers.why import why

    for facts in own.facts:
        answer = why(owner, facts, most=1)
        if answer.chains:
            chain = answer.chains[0]
            last = chain.edges[-1] if chain.edges else None
            # A line that names an extra means what the extra brings.
            if len(chain.edges) == 1 and last is not None and last.extra:
                return None
            parents = [edge.parent for edge in chain.edges]
            return tuple(dict.fromkeys(parents))
        if answer.aside:
            return None
        if answer.needed_by:
            return tuple(dict.fromkeys(edge.parent for edge in answer.needed_by))[:1]
    return () if installed_as(own.facts[0], owner) is not None else None


def _is_certain(facts: Facts) -> bool:
    """Whether a project's files tell all that it declares, and in the words of Python's own packages."""
    if any(link.failure or link.cycle for link in facts.links):
        return False
    for manifest in facts.manifests.values():
        if not manifest.complete or manifest.problems or manifest.names_python is not None:
            return False
        if "dependencies" in manifest.dynamic and not (manifest.includes or len(facts.manifests) > 1):
            return False
    environment = facts.environment
    return environment is not None and environment.kind not in ("conda", "pixi", "system", "pyenv")


def _known(module: str) -> str | None:
    """The distribution that is well known for a module; ``None`` for a name that may be anybody's."""
    from venvls.answers import wellknown

    called = canonical(module)
    return well_known.distribution_of(module) or (called if called in wellknown.names() else None)
