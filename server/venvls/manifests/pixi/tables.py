"""pixi's tables (pixi.toml, ``[tool.pixi]``) → requirements: ``dependencies`` of conda, ``pypi-dependencies``, for features and platforms.

A package of conda has a key of its own (``conda:numpy``) and conda's words as specifier, as in environment.yml. What is below
``target.<selector>`` holds on those platforms, in the place of what the table above says of the same name; both become markers. A spec
that names a source (``path``, ``git``) requires the name alone. Source: pixi's manifest reference, ``pixi_manifest`` (``toml/``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from venvls.manifests.conda.platform import PREFIX
from venvls.manifests.conda.spec import parse_spec, python_bound
from venvls.manifests.keyed.requirement import Part, Stated, keyed_requirement
from venvls.manifests.keyed.spans import entry_span, entry_statement, inner, key_inner
from venvls.manifests.pep508.requirement import parse_requirement
from venvls.model.families import PixiPython
from venvls.model.hints import TYPE_CHECKING, Any
from venvls.model.limits import allow
from venvls.model.manifest import Problem
from venvls.model.names import canonical
from venvls.model.record import NamedTuple
from venvls.model.requirement import Requirement, Scope
from venvls.model.text import Span

if TYPE_CHECKING:
    from venvls.manifests.syntax.toml import Path, TomlText

MOST = 200
"""More features or environments than these are not read."""
_CONDA_TABLES = ("dependencies", "run-dependencies", "host-dependencies", "build-dependencies")
_PYPI_TABLE = "pypi-dependencies"
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?")
_SYSTEMS = {"linux": "linux", "osx": "darwin", "win": "win32"}
_MACHINES = {
    "linux-64": "x86_64",
    "linux-aarch64": "aarch64",
    "linux-ppc64le": "ppc64le",
    "linux-s390x": "s390x",
    "linux-riscv64": "riscv64",
    "osx-64": "x86_64",
    "osx-arm64": "arm64",
    "win-64": "AMD64",
    "win-arm64": "ARM64",
}
_VCS = ("git", "hg", "svn")
_ENVIRONMENT = frozenset({"features", "solve-group", "no-default-feature"})

ScopeOf = Callable[["str | None"], Scope]


class Features(NamedTuple):
    """What one environment is made of: named features, and whether the tables at the top count too. ``plain`` says that this is all."""

    names: tuple[str, ...] = ()
    with_default: bool = True
    plain: bool = True


class Read(NamedTuple):
    """What the tables state. ``names_python`` says that something of Python is required anywhere in them."""

    requirements: tuple[tuple[Path, Requirement], ...]
    problems: tuple[Problem, ...]
    python: PixiPython | None
    names_python: bool


def features_of(table: Mapping[str, Any]) -> Mapping[str, Features]:
    """The environments of a workspace by name, ``default`` always among them."""
    features: dict[str, Features] = {"default": Features()}
    stated = table.get("environments")
    for name, value in list(stated.items())[:MOST] if isinstance(stated, dict) else ():
        settings: Mapping[str, Any] = value if isinstance(value, dict) else {"features": value}
        listed = settings.get("features")
        names = tuple(feature for feature in listed if isinstance(feature, str)) if isinstance(listed, list) else ()
        features[name] = Features(names, settings.get("no-default-feature") is not True, settings.keys() <= _ENVIRONMENT)
    return features


def read_pixi(toml: TomlText, root: Path, scope_of: ScopeOf) -> Read:
    """Everything required below ``root``; ``scope_of`` gives the scope of a feature, ``None`` for the tables at the top."""
    draft = _Draft(toml, overridden(toml.get(root) if root else toml.value))
    draft.feature(root, scope_of(None), is_default=True)
    features = toml.get((*root, "feature"))
    for name, value in list(features.items())[:MOST] if isinstance(features, dict) else ():
        if isinstance(value, dict):
            draft.feature((*root, "feature", name), scope_of(name), is_default=False)
    ordered = tuple(sorted(draft.requirements, key=lambda placed: placed[1].span))
    return Read(ordered, tuple(draft.problems), draft.python, draft.names_python)


def overridden(table: object, depth: int = 0) -> frozenset[str]:
    """The names of an index for which ``dependency-overrides`` anywhere below say something else than is required."""
    if not isinstance(table, dict) or depth > 8:
        return frozenset()
    stated = table.get("dependency-overrides")
    own = frozenset(canonical(name) for name in stated if isinstance(name, str)) if isinstance(stated, dict) else frozenset()
    return own.union(*(overridden(value, depth + 1) for value in table.values()))


def _marker(selector: str) -> tuple[str, str] | None:
    """A selector as a marker, and its opposite; ``None`` for one that is not known."""
    if selector == "unix":
        return "sys_platform != 'win32'", "sys_platform == 'win32'"
    system = _SYSTEMS.get(selector.partition("-")[0])
    if selector in _SYSTEMS:
        return f"sys_platform == '{system}'", f"sys_platform != '{system}'"
    machine = _MACHINES.get(selector)
    if machine is None:
        return None
    return (
        f"sys_platform == '{system}' and platform_machine == '{machine}'",
        f"(sys_platform != '{system}' or platform_machine != '{machine}')",
    )


def _rank(selector: str | None) -> int:
    """How closely a selector speaks of a platform: the closest decides."""
    return 0 if selector is None else 1 if selector == "unix" else 2 if selector in _SYSTEMS else 3


class _Draft:
    """What has been read so far."""

    def __init__(self, toml: TomlText, loose: frozenset[str]) -> None:
        self.toml = toml
        self.loose = loose
        self.requirements: list[tuple[Path, Requirement]] = []
        self.problems: list[Problem] = []
        self.python: PixiPython | None = None
        self.names_python = False

    def table(self, path: Path) -> Mapping[str, Any]:
        """The table at ``path``; an empty one where there is none."""
        value = self.toml.get(path)
        return value if isinstance(value, dict) else {}

    def feature(self, root: Path, scope: Scope, *, is_default: bool) -> None:
        """Adds the tables of one feature, those for single platforms too."""
        places: list[tuple[str | None, Path]] = [(None, root)]
        places += [(selector, (*root, "target", selector)) for selector in list(self.table((*root, "target")))[:MOST]]
        for names in (_CONDA_TABLES, (_PYPI_TABLE,)):
            stated: dict[str, list[str | None]] = {}
            entries = list(self._entries(places, names))
            allow(len(self.requirements) + len(entries))
            for selector, path, name in entries:
                key = name.lower() if path[-1] in _CONDA_TABLES else canonical(name)
                stated.setdefault(key, []).append(selector)
            for selector, path, name in entries:
                key = name.lower() if path[-1] in _CONDA_TABLES else canonical(name)
                marker = self._when(selector, stated[key])
                if marker is not None:
                    self._add((*path, name), name, marker, scope, is_default=is_default and selector is None)

    def _entries(self, places: list[tuple[str | None, Path]], names: tuple[str, ...]) -> Iterator[tuple[str | None, Path, str]]:
        for selector, place in places:
            for table in names:
                for name in self.table((*place, table)):
                    yield selector, (*place, table), name

    def _when(self, selector: str | None, others: list[str | None]) -> str | None:
        """The marker of what one selector says of a name, given all that speak of it; ``None`` where that is not known."""
        parts: list[str] = []
        if selector is not None:
            own = _marker(selector)
            if own is None:
                return None
            parts.append(own[0])
        for other in dict.fromkeys(others):
            if other is not None and _rank(other) > _rank(selector):
                more = _marker(other)
                if more is None:
                    return None
                parts.append(more[1])
        return " and ".join(parts)

    def _add(self, path: Path, name: str, marker: str, scope: Scope, *, is_default: bool) -> None:
        if _NAME.fullmatch(name) is None:
            self.problems.append(Problem("invalid-requirement", f"`{name}` is not a valid package name.", key_inner(self.toml, path)))
            return
        value = self.toml.get(path)
        if not isinstance(value, (str, dict)):
            message = 'A package must have a version in quotes, such as "*" or ">=2", or a table.'
            self.problems.append(Problem("invalid-requirement", message, self.toml.span_of(path) or Span(0, 0)))
            return
        if isinstance(value, dict) and "when" in value:
            return  # required on some machines only, in words of conda's
        when = Part(marker, key_inner(self.toml, path)) if marker else None
        if path[-2] == _PYPI_TABLE:
            self.names_python = True
            self.requirements.append((path, self._of_index(path, name, value, when, scope)))
        else:
            self._of_conda(path, name, value, when, scope, is_default=is_default)

    def _of_conda(self, path: Path, name: str, value: str | dict[str, Any], when: Part | None, scope: Scope, *, is_default: bool) -> None:
        table: Mapping[str, Any] = value if isinstance(value, dict) else {"version": value}
        place: Path = (*path, "version") if isinstance(value, dict) else path
        version = table.get("version", "*")
        # A bare version is an error for pixi, which asks what was meant.
        if not isinstance(version, str) or re.fullmatch(r"[A-Za-z0-9._+!-]+", version.strip()):
            version = "*"
        spec = parse_spec(f"{name} {version}") if version.strip() not in ("", "*") else parse_spec(name)
        if spec.error is not None:
            message = f"`{version[:80]}` is not a valid version for conda; write, for example, 1.26.* or >=1.26,<2."
            self.problems.append(Problem("invalid-requirement", message, inner(self.toml, place)))
            return
        key = name.lower()
        if key in ("python", "pip"):
            self.names_python = True
        if key == "python":
            if is_default and spec.specifier:
                bound = python_bound(spec.specifier)
                span = inner(self.toml, place)
                self.python = PixiPython(spec.specifier, span, bound or None)
            return
        if key.startswith("__"):
            return  # the machine itself
        written = spec.specifier if spec.specifier[:1] in ("<", ">", "=", "!", "~", "") else f" {spec.specifier}"
        made = keyed_requirement(self._stated(path, name, Part(written, inner(self.toml, place)) if written else None, when), scope)
        parsed = made.parsed._replace(key=PREFIX + key, specifier=spec.specifier)
        self.requirements.append((path, made._replace(parsed=parsed)))

    def _of_index(self, path: Path, name: str, value: str | dict[str, Any], when: Part | None, scope: Scope) -> Requirement:
        table: Mapping[str, Any] = value if isinstance(value, dict) else {"version": value}
        place: Path = (*path, "version") if isinstance(value, dict) else path
        extras = table.get("extras")
        url = self._url(path, table)
        version = table.get("version", "*")
        specifier = version.strip() if isinstance(version, str) and url is None and canonical(name) not in self.loose else ""
        parsed = parse_requirement(f"x{specifier}", lenient_path=False) if specifier not in ("", "*") else None
        if parsed is not None and (parsed.error or parsed.url or parsed.marker or parsed.extras):
            parsed = None  # pixi says what is wrong with it, in its own words
        own = table.get("env-markers")
        if isinstance(own, str) and own.strip():
            text = f"({when.text}) and ({own})" if when is not None else own
            when = Part(text, inner(self.toml, (*path, "env-markers")))
        stated = self._stated(path, name, Part(parsed.specifier, inner(self.toml, place)) if parsed is not None else None, when)
        stated = stated._replace(
            extras=tuple(extra for extra in extras if isinstance(extra, str)) if isinstance(extras, list) else (),
            url=url,
            editable=table.get("editable") is True,
        )
        return keyed_requirement(stated, scope)

    def _stated(self, path: Path, name: str, specifier: Part | None, when: Part | None) -> Stated:
        toml = self.toml
        return Stated(
            Part(name, key_inner(toml, path)),
            entry_span(toml, path, path),
            entry_statement(toml, path, path),
            specifier=specifier,
            marker=when,
        )

    def _url(self, path: Path, table: Mapping[str, Any]) -> Part | None:
        """Where a package comes from, when not from an index; of git the repository alone: what pixi notes of revisions is its own."""
        for key in (*_VCS, "path", "url"):
            value = table.get(key)
            if isinstance(value, str) and value:
                text = f"{key}+{value}" if key in _VCS and not value.startswith(f"{key}+") else value
                folder = table.get("subdirectory")
                if key in _VCS and isinstance(folder, str) and folder:
                    text = f"{text}#subdirectory={folder}"
                return Part(text, inner(self.toml, (*path, key)))
        return None
