"""Which file locks one of Hatch's environments, and which environment is at a path of its own (hatch ``env/lock.py``, ``env/virtual.py``).

``locked`` of an environment, or of a template it takes after, else ``lock-envs`` of the whole project, says that Hatch keeps a lock for
it; ``lock-filename`` says where. Otherwise that of ``default`` is ``pylock.toml``, and of another ``pylock.NAME.toml`` without dots in its
name. What an override decides, or a field that only the process fills in, is not known here: such an environment has no lock for us.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from venvls.manifests.hatch.envs import MOST, OF_HATCH, combinations, line, overrides, short_name
from venvls.model.hints import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest

DEFAULT = "default"
_FIELD = re.compile(r"\{([^{}]*)\}")


def table_of(manifests: Iterable[Manifest]) -> Mapping[str, Any]:
    """Hatch's settings in these manifests: the keys of hatch.toml over those of ``[tool.hatch]``."""
    merged: dict[str, Any] = {}
    for manifest in sorted(manifests, key=lambda manifest: manifest.format == "hatch.toml"):
        if manifest.own.hatch is not None:
            merged.update(manifest.own.hatch)
    return merged


def lock_path(table: Mapping[str, Any], name: str) -> str | None:
    """The lock of the environment ``name``, from the project's folder; ``None`` where Hatch keeps none for it, or that is not known."""
    return _locks(table, name).get(name)


def other_locks(table: Mapping[str, Any], name: str) -> frozenset[str]:
    """The locks that Hatch keeps for its other environments, and not for this one."""
    locks = _locks(table, name)
    return frozenset(place for place in locks.values() if place is not None) - {locks.get(name)}


def environment_there(table: Mapping[str, Any], place: str, root: str, path: ModuleType) -> str | None:
    """The name of the environment that Hatch has at ``place`` because its settings say so; ``default`` where several are."""
    envs = _tables(table)
    # Each may take it from a chain of templates: that is looked for only where any states one, and not in thousands.
    if len(envs) > MOST or not any("path" in stated for stated in envs.values()):
        return None
    for name in (DEFAULT, *envs):
        stated = _option(name, envs, "path")
        if isinstance(stated, str) and stated and path.normpath(path.join(root, stated)) == place:
            return name
    return None


def is_locked(facts: Facts, lock: str) -> bool:
    """Whether the file ``lock`` is the one that Hatch keeps for the environment of these facts."""
    environment = facts.environment
    if environment is None or environment.kind != "hatch":
        return False
    own = lock_path(table_of(facts.manifests.values()), environment.name)
    return own is not None and lock_in(facts.project.root, own, facts.files.path) == lock


def lock_in(root: str, place: str, path: ModuleType) -> str | None:
    """The absolute path of a lock; ``None`` where it is outside the project's folder: what is there is not the project's to show."""
    whole: str = path.normpath(path.join(root, place))
    return whole if whole.startswith(root.rstrip(path.sep) + path.sep) else None


def _tables(table: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    envs = table.get("envs")
    return {name: stated for name, stated in envs.items() if isinstance(stated, dict)} if isinstance(envs, dict) else {}


def _locks(table: Mapping[str, Any], asked: str) -> dict[str, str | None]:
    """The locks of the environments that the settings speak of, and of the one called ``asked``."""
    envs = _tables(table)
    every = table.get("lock-envs") is True
    if len(envs) > MOST or not (every or any(stated.get("locked") is True for stated in envs.values())):
        return {}
    names = _names(envs)
    known = frozenset(names) | ({asked} if asked.partition(".")[0] in OF_HATCH else set())
    if asked not in names:
        # One of a matrix that Hatch has by itself; else the default one, whose folder has the project's name.
        family = asked.partition(".")[0]
        names[asked] = (family, {}) if family in OF_HATCH else names.get(DEFAULT, (DEFAULT, {}))
    return {name: _lock(DEFAULT if name not in known else name, stated, values, envs, every) for name, (stated, values) in names.items()}


def _lock(name: str, stated: str, values: Mapping[str, str], envs: Mapping[str, Mapping[str, Any]], every: bool) -> str | None:
    if _option(stated, envs, "locked", every) is not True or {"locked", "lock-filename"} & _overridden(stated, envs):
        return None
    place = _option(stated, envs, "lock-filename")
    if not isinstance(place, str) or not place:
        return "pylock.toml" if name == DEFAULT else f"pylock.{name.replace('.', '-')}.toml"
    parts = list(_filled(place, name, stated, values, envs))
    return None if None in parts else "".join(part or "" for part in parts)


def _names(envs: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, Mapping[str, str]]]:
    """Each environment by its final name: the table it is from, and the values of its matrix."""
    names: dict[str, tuple[str, Mapping[str, str]]] = {}
    for stated in dict.fromkeys((DEFAULT, *OF_HATCH, *envs)):
        matrices = envs.get(stated, {}).get("matrix")
        if not isinstance(matrices, list):
            names[stated] = (stated, {})
            continue
        written = _option(stated, envs, "matrix-name-format")
        for values in combinations(matrices):
            short = short_name(values, written if isinstance(written, str) else "{value}")
            names[short if stated == DEFAULT else f"{stated}.{short}"] = (stated, values)
            if len(names) > MOST * 4:
                return names
    return names


def _option(name: str, envs: Mapping[str, Mapping[str, Any]], option: str, default: object = None) -> object:
    """An option of an environment: its own, else that of the nearest template that states it."""
    return next((envs[above][option] for above in line(name, envs) if option in envs.get(above, {})), default)


def _overridden(name: str, envs: Mapping[str, Mapping[str, Any]]) -> set[str]:
    return {raw.removeprefix("set-") for _, _, options in overrides(_option(name, envs, "overrides")) for raw in options}


def _filled(text: str, name: str, env: str, values: Mapping[str, str], envs: Mapping[str, Mapping[str, Any]]) -> Iterator[str | None]:
    """A text with its fields filled in; ``None`` for a field that is not known here."""
    end = 0
    for match in _FIELD.finditer(text):
        yield text[end : match.start()]
        end = match.end()
        kind, _, rest = match[1].partition(":")
        if kind == "env_name" and not rest:
            yield name
        elif kind == "env_type" and not rest:
            stated = _option(env, envs, "type", "virtual")
            yield stated if isinstance(stated, str) else None
        elif kind == "matrix" and rest:
            variable, colon, default = rest.partition(":")
            yield values.get(variable, default if colon else None)
        else:
            yield None
    yield text[end:]
