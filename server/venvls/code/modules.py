"""What an environment's Python can import, and which distribution each module is of: looked at once for each state of what is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from venvls.answers.known import caches
from venvls.code.cached import Cached
from venvls.code.keeping import Keeping
from venvls.imports import standard_library
from venvls.imports.conda_records import CondaRecords
from venvls.imports.kept import Kept
from venvls.imports.owners import Owners
from venvls.imports.reach import Here
from venvls.imports.search import Search
from venvls.model.environment import Environment, Installed
from venvls.model.facts import Facts
from venvls.model.ports import Machine
from venvls.model.record import NamedTuple


class Modules(NamedTuple):
    """What one environment can import, and whose it is; of what it cannot, what is ``cached`` tells; conda's records."""

    search: Search
    owners: Owners
    standard: frozenset[str]
    here: Here
    cached: Cached
    conda: CondaRecords | None = None


class ModulesByEnvironment:
    """The modules of each environment, by its prefix. Where it ``defers``, no answer waits until many records are read."""

    def __init__(self, machine: Machine, keeping: Keeping, *, defers: bool) -> None:
        self._machine = machine
        self._defers = defers
        self._files = machine.files
        self._keeping = keeping
        self._modules: dict[str, tuple[object, Modules]] = {}

    def of(self, environment: Environment, installed: Installed, facts: Facts) -> Modules:
        """The modules of an environment in which that is installed."""
        known = self._modules.get(environment.prefix)
        if known is None or known[0] != installed.stamp:
            search = Search(self._files, environment.site_packages, self._users_own(environment))
            version = tuple(map(int, environment.minor.split("."))) if environment.minor else None
            platform = facts.target.markers.get("sys_platform") if facts.target is not None else None
            kept = self._keeping.of("records", environment.real)
            owners = Owners(self._files, installed.distributions, search, kept, defers=self._defers)
            machine = self._machine
            cache = caches(machine.environ(), machine.home(), machine.platform(), self._files).uv
            conda = self._conda(environment, kept)
            made = Modules(search, owners, standard_library.names(version), Here(version, platform), Cached(self._files, cache), conda)
            known = self._modules[environment.prefix] = (installed.stamp, made)
        return known[1]

    def read_owed(self, partial: Callable[[], None]) -> None:
        """Read the records that answers waited for; ``partial`` is called meanwhile."""
        for _, modules in tuple(self._modules.values()):
            if modules.owners.owed:
                modules.owners.read_all(partial)
            if modules.conda is not None and modules.conda.owed:
                modules.conda.read_all(partial)

    def _conda(self, environment: Environment, kept: Kept) -> CondaRecords | None:
        if environment.kind != "conda":
            return None
        folder = self._files.path.join(environment.prefix, "conda-meta")
        names = [entry.name for entry in self._files.list(folder) or () if entry.name.endswith(".json")]
        return CondaRecords(self._files, (self._files.path.join(folder, name) for name in names), kept, defers=self._defers)

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
