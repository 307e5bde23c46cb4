"""pyenv: a ``.python-version`` that names one of its virtual environments, and the Pythons pyenv has built.

pyenv-virtualenv makes ``<root>/versions/<version>/envs/<name>`` and a link ``<root>/versions/<name>`` to it; a project chooses one by
its name in ``.python-version``, in its folder or above it (pyenv ``libexec/pyenv-version-file``). Such an environment is one of PEP 405
and read as such. The kind ``pyenv`` is a Python that pyenv built: a base, listed where somebody names it, never installed into.
"""

from __future__ import annotations

from venvls.environments import system
from venvls.environments.kind import Kind, Place, Query
from venvls.model.environment import Environment
from venvls.model.hints import TYPE_CHECKING
from venvls.model.patterns import re
from venvls.model.ports import FileView
from venvls.model.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

_LIMIT = 10_000
_MOST_ABOVE = 40
_NAME = r"[\w.+-]+(?:/envs/[\w.+-]+)?"


def recognise(view: FileView, prefix: str, expected: bool) -> Environment | None:
    """A Python that pyenv built, where somebody named it as the environment to look at."""
    path = view.path
    versions = path.dirname(prefix)
    inside = path.basename(versions) == "versions" and path.basename(path.dirname(versions)) in (".pyenv", "pyenv", "pyenv-win")
    if not expected or not inside:
        return None
    environment = system.KIND.recognise(view, prefix, expected)
    return replace(environment, kind="pyenv", creator="pyenv") if environment is not None else None


def places(query: Query) -> Iterator[Place]:
    """The virtual environment that the nearest ``.python-version``, or ``PYENV_VERSION``, names; nothing where pyenv is not used."""
    files, path = query.files, query.files.path
    versions = _versions(query)
    if versions is None:
        return
    for names, source in _asked(query):
        for name in names:
            prefix = path.join(versions, *name.split("/"))
            # What leads out of the folder is not even looked at. A plain Python that it names is not an environment, and says only which
            # Python is wanted: that is nearly always so, and found out without ``re``.
            if ".." in name or ":" in name or "\\" in name or files.stat(path.join(prefix, "pyvenv.cfg")) is None:
                continue
            if re.fullmatch(_NAME, name):
                yield Place(prefix, f"{source} names it, and pyenv manages it")
        return


def _versions(query: Query) -> str | None:
    """The folder of pyenv's versions, if there is one."""
    path = query.files.path
    roots = [query.environ.get("PYENV_ROOT", ""), query.environ.get("PYENV", "")]
    roots += [path.join(query.home, ".pyenv"), path.join(query.home, ".pyenv", "pyenv-win")]
    for root in roots:
        if path.isabs(root):
            folder = path.join(path.normpath(root), "versions")
            standing = query.files.stat(folder)
            if standing is not None and standing.kind == "directory":
                return str(folder)
    return None


def _asked(query: Query) -> Iterator[tuple[list[str], str]]:
    """The names that are requested and where, from the first place that requests any."""
    files, path = query.files, query.files.path
    if names := query.environ.get("PYENV_VERSION"):
        yield names.split(":"), "PYENV_VERSION"
        return
    folder = query.root
    for _ in range(_MOST_ABOVE):
        place = path.join(folder, ".python-version")
        data = files.read(place, _LIMIT)
        if data is not None:
            lines = data.decode("utf-8-sig", "replace").splitlines()
            yield [word for line in lines for word in line.split("#", 1)[0].split()], place
            return
        above = path.dirname(folder)
        if above == folder:
            return
        folder = above


KIND = Kind("pyenv", ("bin", "python.exe"), recognise, places)
