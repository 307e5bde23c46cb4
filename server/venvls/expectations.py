"""What a project's own files ask of its environment: a Python, a place, the workspace it is a member of."""

from __future__ import annotations

from venvls import environments, projects
from venvls.discovery import of_folders
from venvls.manifests.syntax.decode import decode
from venvls.model.environment import Environment
from venvls.model.hints import TYPE_CHECKING
from venvls.model.manifest import Manifest
from venvls.model.names import canonical
from venvls.model.pieces import Mapping
from venvls.model.ports import FileView
from venvls.model.record import NamedTuple, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Load = Callable[[str], Manifest | str]

_STATING = ("pyproject.toml", "pixi.toml", "requirements.txt")
"""The manifests of a project above that may install another one from its folder."""
_UV_VARIABLES = (
    "resolution", "prerelease", "fork-strategy", "exclude-newer", "exclude-newer-package", "no-sources", "no-sources-package",
    "python", "python-preference", "managed-python", "no-managed-python",
    "index-url", "extra-index-url", "find-links", "no-index",
)  # fmt: skip


_NONE: frozenset[str] = frozenset()  # one for all: each empty one is an object of its own


class Sources(NamedTuple):
    """Where expectations are read from: files, manifests, the process's variables, the folders above one, nearest first, and the names of
    the locks in a folder. ``installed`` and ``recognised`` are room for what is worked out once: the names that a manifest installs from
    folders, by folder, and what stands where a tool would put an environment, which members of a workspace share."""

    files: FileView
    load: Load
    environ: Mapping[str, str]
    above: Callable[[str], Iterator[str]]
    home: str
    platform: str
    kind_wanted: Callable[[str], bool]
    locks_in: Callable[[str], tuple[str, ...]]
    installed: dict[str, Mapping[str, str]]
    recognised: dict[str, Environment | None]


def expectation_of(root: str, paths: Sequence[str], sources: Sources) -> projects.Expectation:
    """What the manifests ``paths`` of the folder ``root``, and the files next to and above them, require."""
    shared = workspace_of(root, sources)
    home = shared.root if shared is not None else root
    query = _query(home, paths, sources)
    named = [entry for folder in dict.fromkeys((root, home)) for entry in (*_listed(folder, sources), *_pointed_at(folder, query))]
    named += _placed(query, sources)
    ours = shared.tool == "uv" if shared is not None else _keeps_uv(root, sources)
    settled = uv_settings_elsewhere(sources) if ours else _NONE
    stays = environments.kept(query, sources.kind_wanted) or _is_excluded(root, sources)
    # Who locks a project by itself also has an environment for it alone.
    above = _installer(root, sources) if shared is None else None
    given = _environment_of(above, sources) if above is not None and not query.locks else None
    if given is not None and named:
        # Active, it is named as well.
        same = named[0].environment.real == given.environment.real
        named, given = ([], given) if same else (named, None)
    return projects.Expectation(
        home,
        python_of(root, paths, sources),
        tuple(named),
        ignores_active=ours,
        stays=stays,
        stated_elsewhere=settled,
        given=given,
        siblings=_siblings(above, root),
        installer=sources.files.path.dirname(above.place) if above is not None and not query.locks else None,
    )


class _Installer(NamedTuple):
    """A project above that installs another from its folder: where it says so, all its manifests, and what it installs so, by folder."""

    place: str
    stating: tuple[str, ...]
    installed: Mapping[str, str]


def _installer(root: str, sources: Sources) -> _Installer | None:
    """The nearest project above that installs the one in the folder ``root`` from there: a path among its requirements, as in monorepos of
    Poetry's, or a member of a workspace of Hatch's."""
    join = sources.files.path.join
    for folder in sources.above(root):
        stating = [place for name in _STATING if isinstance(sources.load(place := join(folder, name)), Manifest)]
        for place in stating:
            if place not in sources.installed:
                sources.installed[place] = dict(_folders(place, folder, sources))
            if root in sources.installed[place]:
                return _Installer(place, tuple(stating), sources.installed[place])
    return None


def _environment_of(above: _Installer, sources: Sources) -> projects.Named | None:
    folder = sources.files.path.dirname(above.place)
    query = _query(folder, above.stating, sources)
    entries = [*_listed(folder, sources), *_pointed_at(folder, query), *_placed(query, sources)]
    known = [entry.environment for entry in entries]
    in_folder = (environments.recognise(sources.files, sources.files.path.join(folder, name)) for name in projects.DEFAULT_NAMES)
    known += [environment for environment in in_folder if environment is not None]
    whole = next((environment for environment in known if environment.health != "broken"), None)
    return projects.Named(replace(whole, project=folder), f"{above.place} installs this project there") if whole is not None else None


def _siblings(above: _Installer | None, root: str) -> tuple[tuple[str, str], ...]:
    installed = above.installed.items() if above is not None else ()
    return tuple(sorted((name, folder) for folder, name in installed if name and folder != root))


def _folders(place: str, folder: str, sources: Sources) -> Iterator[tuple[str, str]]:
    """The folders that a manifest's requirements are installed from, each with its project's name; empty where that is not known."""
    from urllib.parse import unquote

    path, manifest = sources.files.path, sources.load(place)
    if not isinstance(manifest, Manifest):
        return
    for requirement, url in of_folders(manifest):
        if url.startswith("file:"):
            plain = unquote(url.removeprefix("file:").replace("${PROJECT_ROOT}", folder)).strip("/")
            target = path.normpath(plain if path.sep == "\\" else f"/{plain}")
        else:
            target = path.normpath(path.join(folder, url))
        yield target, requirement.parsed.key or _name_in(target, sources)
    for target in _members_of_hatch(manifest, folder, sources.files):
        yield target, _name_in(target, sources)


def _members_of_hatch(manifest: Manifest, folder: str, files: FileView) -> Iterator[str]:
    """The folders that a workspace of Hatch's installs, each stated as a pattern or as a table with one."""
    listed = (table(manifest, "hatch", "envs", "default", "workspace") or {}).get("members")
    if not isinstance(listed, list):
        return
    from venvls.model.member_globs import folders, patterns_of

    stated = patterns_of([member.get("path") if isinstance(member, Mapping) else member for member in listed])
    for relative in folders(folder, stated or (), files) or ():
        yield files.path.normpath(files.path.join(folder, *relative.split("/")))


def _name_in(folder: str, sources: Sources) -> str:
    loaded = sources.load(sources.files.path.join(folder, "pyproject.toml"))
    return (loaded.name or "") if isinstance(loaded, Manifest) else ""


def python_of(root: str, paths: Sequence[str], sources: Sources) -> tuple[tuple[str, str], ...]:
    """What is required of the Python: PEP 440 specifiers, each with the file that says it; manifests first, then ``.python-version``,
    or ``.tool-versions`` (asdf, mise) in a folder that has none."""
    asked: list[tuple[str, str]] = []
    for path in paths:
        loaded = sources.load(path)
        if isinstance(loaded, Manifest) and loaded.requires_python is not None:
            asked.append((loaded.requires_python.specifier, path))
        if isinstance(loaded, Manifest):
            asked += ((specifier, path) for specifier in _of_groups(loaded))
    for folder in (root, *sources.above(root)):
        path = sources.files.path.join(folder, ".python-version")
        data = sources.files.read(path, 10_000)
        if data is not None:
            from venvls.standards.python_versions import pinned

            wanted = pinned(decode(data).text)
            return (*asked, (wanted, path)) if wanted else tuple(asked)
        path = sources.files.path.join(folder, ".tool-versions")
        data = sources.files.read(path, 10_000)
        if data is not None:
            from venvls.standards.python_versions import of_tool_versions

            if wanted := of_tool_versions(decode(data).text):
                return (*asked, (wanted, path))
    return tuple(asked)


def _of_groups(manifest: Manifest) -> Iterator[str]:
    """What the groups that uv installs by default, and those they include, ask of the Python (``[tool.uv.dependency-groups]``)."""
    stated = table(manifest, "uv", "dependency-groups")
    if not stated or (table(manifest, "uv") or {}).get("managed") is False:
        return
    default = manifest.defaults
    wanted = {group.key for group in manifest.groups if group.kind == "group"}
    wanted &= {"dev"} if default is None else wanted if default.all_groups else set(default.groups)
    wanted |= {inner for group in wanted for inner in manifest.members.get(group, ())}
    for name, settings in stated.items():
        specifier = settings.get("requires-python") if isinstance(settings, Mapping) else None
        if isinstance(specifier, str) and canonical(name) in wanted:
            yield specifier


class Shared(NamedTuple):
    """The root of a workspace, and the tool that keeps it."""

    root: str
    tool: str


def workspace_of(root: str, sources: Sources) -> Shared | None:
    """The workspace that admits the folder ``root`` as a member (uv ``workspace.rs``, pdm ``project/workspace.py``); ``None`` where there
    is none. uv looks no further than the nearest workspace."""
    join = sources.files.path.join
    own = sources.load(join(root, "pyproject.toml"))
    if not isinstance(own, Manifest) or table(own, "uv", "workspace") is not None or table(own, "pdm", "workspace") is not None:
        return None
    uv_too = _is_managed(own)
    for folder in sources.above(root):
        loaded = sources.load(join(folder, "pyproject.toml"))
        if not isinstance(loaded, Manifest):
            continue
        shared = table(loaded, "uv", "workspace")
        if shared is not None and uv_too:
            uv_too = False
            if _is_managed(loaded) and projects.is_member(root, folder, shared, sources.files):
                return Shared(folder, "uv")
        members = table(loaded, "pdm", "workspace")
        if members is not None and projects.is_member(root, folder, members, sources.files):
            return Shared(folder, "pdm")
    return None


def _is_excluded(root: str, sources: Sources) -> bool:
    """Whether the nearest workspace of uv's above says that the project is none of its members: nor is its environment the project's."""
    if not isinstance(sources.load(sources.files.path.join(root, "pyproject.toml")), Manifest):
        return False
    for folder in sources.above(root):
        loaded = sources.load(sources.files.path.join(folder, "pyproject.toml"))
        shared = table(loaded, "uv", "workspace") if isinstance(loaded, Manifest) else None
        if shared is not None:
            return projects.is_excluded(root, folder, shared, sources.files)
    return False


def _is_managed(manifest: Manifest) -> bool:
    """Whether uv keeps the project: ``managed = false`` takes it out of every workspace."""
    return (table(manifest, "uv") or {}).get("managed") is not False


def table(manifest: Manifest, *names: str) -> Mapping[str, object] | None:
    """A table below ``[tool]`` of a pyproject.toml, or ``None``."""
    inner: object = manifest.tool
    for name in names:
        inner = inner.get(name) if isinstance(inner, Mapping) else None
    return inner if isinstance(inner, Mapping) else None


def uv_settings_elsewhere(sources: Sources) -> frozenset[str]:
    """The settings of uv that variables or a ``uv.toml`` of the person's or the machine's state (uv ``uv-settings``); ``*`` where
    projects' own settings may not count at all."""
    from venvls.model.settings_file import settings_in

    environ, join = sources.environ, sources.files.path.join
    if environ.get("UV_CONFIG_FILE") or environ.get("UV_NO_CONFIG"):
        return frozenset({"*"})
    keys = {key for key in _UV_VARIABLES if environ.get("UV_" + key.upper().replace("-", "_"))}
    if environ.get("UV_INDEX") or environ.get("UV_DEFAULT_INDEX"):
        keys.add("index-by-variable")  # which sources may name; those of a person's uv.toml they may not
    if sources.platform == "win32":
        folders = [environ.get("APPDATA") or join(sources.home, "AppData", "Roaming"), environ.get("PROGRAMDATA") or r"C:\ProgramData"]
    else:
        above = environ.get("XDG_CONFIG_DIRS", "").strip() or "/etc/xdg"
        folders = [environ.get("XDG_CONFIG_HOME", "").strip() or join(sources.home, ".config"), *above.split(":"), "/etc"]
    if sources.files.stat(join(folders[0], "uv", ".python-version")) is not None:
        keys.add("python")  # pinned for all of the person's projects
    for folder in folders:
        keys.update(settings_in(sources.files.read(join(folder, "uv", "uv.toml"), 1_000_000)))
    return frozenset(keys) or _NONE


def _keeps_uv(root: str, sources: Sources) -> bool:
    if sources.files.stat(sources.files.path.join(root, "uv.lock")) is not None:
        return True
    own = sources.load(sources.files.path.join(root, "pyproject.toml"))
    return isinstance(own, Manifest) and table(own, "uv") is not None


def _listed(folder: str, sources: Sources) -> list[projects.Named]:
    """The default of the folder's ``.python-envs``; one that cannot be understood is shown as broken, never passed over."""
    path = sources.files.path.join(folder, ".python-envs")
    listed = environments.read_python_envs(sources.files, path)
    if listed is None:
        return []
    if listed.default is not None:
        environment = environments.recognise(sources.files, listed.default, expected=True)
        return [projects.Named(environment, f"{path} names it")] if environment else []
    if listed.problem is None:
        return []
    broken = Environment(path, path, None, None, name=".python-envs", health="broken", problem=listed.problem)
    return [projects.Named(broken, f"{path} names it")]


def _pointed_at(folder: str, query: environments.Query) -> list[projects.Named]:
    """The environment that a ``.venv`` *file* holds the path of (uv's centralized ones, Pipenv); broken where it leads nowhere.

    Also the one that a ``.venv`` *link* points at, where it is in the same folder: the walk lists it by its own name there, and only
    the link tells it from its neighbours. An active environment in the folder goes before it, as before any ``.venv``.
    """
    path = query.files.path.join(folder, ".venv")
    standing = query.files.stat(path)
    if standing is not None and standing.kind == "directory" and query.files.link(path) is not None:
        linked = environments.recognise(query.files, path, expected=True)
        here = query.files.real(folder).rstrip(query.files.path.sep) + query.files.path.sep
        active = query.environ.get("VIRTUAL_ENV", "")
        if linked is None or not linked.real.startswith(here) or (active and query.files.real(active).startswith(here)):
            return []
        return [projects.Named(linked, f"{path} is a link to it")]
    if standing is None or standing.kind != "file":
        return []
    pointer = environments.read_pointer(query.files, path, environments.homes(query))
    if pointer is None:
        return []
    environment = environments.recognise(query.files, pointer.target, expected=True) if pointer.target else None
    nothing = f"{path} names {pointer.target}, which is not an environment. Recreate the environment, or correct the path."
    broken = Environment(path, path, None, None, health="broken", problem=pointer.problem or nothing)
    return [projects.Named(environment or broken, f"{path} names it")]


def _placed(query: environments.Query, sources: Sources) -> list[projects.Named]:
    """The first environment that is where the project's tool would put it."""
    known = sources.recognised
    for place in environments.places(query, sources.kind_wanted):
        if place.prefix not in known:
            known[place.prefix] = environments.recognise(query.files, place.prefix, expected=True)
        environment = known[place.prefix]
        if environment is not None:
            owned = replace(environment, kind=place.owner) if place.owner is not None else environment
            return [projects.Named(owned, place.reason)]
    return []


def _query(root: str, paths: Sequence[str], sources: Sources) -> environments.Query:
    """What the kinds of environments may know of a project: its manifests by format, and its locks' names."""
    files = sources.files
    stated: dict[str, Manifest] = {}
    own = [path for path in paths if files.path.dirname(path) == root or path == root]
    for path in dict.fromkeys((*own, files.path.join(root, "pyproject.toml"))):
        loaded = sources.load(path)
        if isinstance(loaded, Manifest):
            stated.setdefault(loaded.format, loaded)
    return environments.Query(files, sources.environ, sources.home, sources.platform, root, stated, sources.locks_in(root))
