"""The environments of Hatch as its tables make them: templates, overrides, matrices (hatch ``project/config.py``, ``env.py``).

What depends on variables of the process is not known here, and then a list counts only as far as it is sure: Hatch never calls anything
extraneous, so that leaving something out raises no alarm. What depends on the platform becomes a marker of the requirements concerned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from venvls.model.hints import Any, Literal
from venvls.model.manifest import Defaults, DefaultsByName
from venvls.model.names import canonical
from venvls.model.record import NamedTuple

Envs = Mapping[str, Mapping[str, Any]]

MOST = 200
"""More environments than these are not read, nor more of one matrix."""
LISTS = ("dependencies", "extra-dependencies")
OF_HATCH = ("hatch-build", "hatch-check-code", "hatch-check-fmt", "hatch-check-types", "hatch-static-analysis", "hatch-test", "hatch-uv")
"""Environments that Hatch has for its own commands; they take after none of the project's unless they say so."""
_OWN_SETTINGS: Envs = {name: {"builder": True} if name == "hatch-build" else {"skip-install": name != "hatch-test"} for name in OF_HATCH}
_QUIET = {"skip-install": True, "dev-mode": False, "builder": True}
"""Switches, and how each is where the least counts; the usual is the other way."""
_PLATFORMS = {"linux": "linux", "windows": "win32", "macos": "darwin"}
_CHOICES = ("features", "dependency-groups")
_PLAIN_PATTERN = re.compile(r"\^?[\w.\- ]*\$?")

Sure = Literal["yes", "no", "maybe"]


class Place(NamedTuple):
    """A list of requirements, or one element of it, in the table ``env``; ``marker`` is what has to hold for it."""

    env: str
    keys: tuple[str | int, ...]
    marker: str = ""

    @property
    def group(self) -> str:
        """The name of its group. That of a whole list is the environment's, with ``-extra`` behind for ``extra-dependencies``."""
        if len(self.keys) == 1:
            return f"hatch-{self.env}" if self.keys == ("dependencies",) else f"hatch-{self.env}-extra"
        return f"hatch-{self.env}-" + "-".join(str(key) for key in self.keys)


class _Draft(NamedTuple):
    """One environment on its way: the lists that count, the names of extras and groups, the switches."""

    lists: dict[str, list[Place]]
    names: dict[str, list[str]]
    switches: dict[str, bool]


def places(envs: Envs) -> Iterator[Place]:
    """Every list of requirements in the tables, those of overrides element by element."""
    for env, table in envs.items():
        for option in LISTS:
            if isinstance(table.get(option), list):
                yield Place(env, (option,))
        for source, condition, options in overrides(table.get("overrides")):
            for raw, data in options.items():
                if raw.removeprefix("set-") in LISTS and isinstance(data, list):
                    for number, entry in enumerate(data):
                        here = ("overrides", source, condition, raw, number)
                        yield Place(env, (*here, "value") if isinstance(entry, Mapping) else here, _marker(source, condition, entry))


class Counted(NamedTuple):
    """What counts in each environment, by its final name, and the values of its matrix; by families of those that Hatch has by itself.
    ``matrices`` gives the final names by the table whose matrix makes them."""

    by_name: dict[str, Defaults]
    families: dict[str, Defaults]
    values: dict[str, Mapping[str, str]]
    matrices: dict[str, list[str]]

    def with_groups(self, more: Mapping[str, Sequence[str]]) -> DefaultsByName:
        """The same with more groups by final names, and what counts in ``default`` for any other environment.

        Environments of one matrix that have the same path are one: by their table's name is what all of them ask together. What each has
        filled in differently is not known there.
        """
        by_name = {
            name: defaults._replace(groups=(*defaults.groups, *more[name])) if name in more else defaults
            for name, defaults in self.by_name.items()
        }
        for table, names in self.matrices.items():
            if names and table not in by_name:
                alike = set(more.get(names[0], ())).intersection(*(more.get(name, ()) for name in names))
                by_name[table] = _together([self.by_name[name] for name in names], sorted(alike))
        return DefaultsByName(by_name, self.families, by_name.get("default", Defaults()))


def counted(envs: Envs) -> Counted:
    """What counts in each environment that the tables make."""
    by_name: dict[str, Defaults] = {}
    families: dict[str, Defaults] = {}
    values_of: dict[str, Mapping[str, str]] = {}
    matrices_of: dict[str, list[str]] = {}
    for name in dict.fromkeys(("default", *OF_HATCH, *envs)):
        draft, owner = _stated(name, envs)
        conditions = list(overrides(envs.get(owner.get("overrides", ""), {}).get("overrides")))
        for source, condition, options in conditions:
            if source in ("platform", "env"):
                _apply(draft, owner["overrides"], source, condition, options, None)
        matrices = envs.get(name, {}).get("matrix")
        if not isinstance(matrices, list):
            by_name[name] = _defaults(draft)
            if name in OF_HATCH:
                families[name] = by_name[name]
            else:
                values_of[name] = {}
            continue
        made = matrices_of[name] = []
        for values in combinations(matrices):
            platform_draft = _Draft(dict(draft.lists), dict(draft.names), dict(draft.switches))
            short = short_name(values, _format(envs.get(owner.get("matrix-name-format", ""), {})))
            for source, condition, options in conditions:
                if source == "matrix" and condition in values:
                    _apply(platform_draft, owner["overrides"], source, condition, options, values[condition])
            for source, condition, options in conditions:
                if source == "name":
                    _apply(platform_draft, owner["overrides"], source, condition, options, short)
            final = short if name == "default" else f"{name}.{short}"
            by_name[final] = _defaults(platform_draft)
            # Hatch calls a variable ``py`` by its long name in fields.
            made.append(final)
            values_of[final] = {"python" if variable == "py" else variable: value for variable, value in values.items()}
            if len(by_name) > MOST * 4:
                return Counted(by_name, families, values_of, matrices_of)
    return Counted(by_name, families, values_of, matrices_of)


def line(name: str, envs: Envs) -> list[str]:
    """An environment and the templates it takes after, nearest first."""
    names = [name]
    while len(names) < MOST:
        table = envs.get(names[-1], {})
        own = names[-1] if table.get("detached") is True or names[-1] in OF_HATCH else "default"
        above = own if table.get("detached") is True else table.get("template", own)
        if not isinstance(above, str) or above in names:
            break
        names.append(above)
    return names


def _stated(name: str, envs: Envs) -> tuple[_Draft, dict[str, str]]:
    """What the tables say before overrides, and which table says each option."""
    owner: dict[str, str] = {}
    switches: dict[str, bool] = {}
    for ancestor in line(name, envs):
        table = {**_OWN_SETTINGS.get(ancestor, {}), **envs.get(ancestor, {})}
        for option in table:
            owner.setdefault(option, ancestor)
        if table.get("detached") is True:
            table["skip-install"] = True
        for switch in _QUIET:
            if isinstance(table.get(switch), bool):
                switches.setdefault(switch, table[switch])
    lists = {option: [Place(owner[option], (option,))] if option in owner else [] for option in LISTS}
    names = {option: _texts(envs[owner[option]].get(option)) if option in owner else [] for option in _CHOICES}
    return _Draft(lists, names, {**{switch: not quiet for switch, quiet in _QUIET.items()}, **switches}), owner


def _apply(draft: _Draft, env: str, source: str, condition: str, options: Mapping[str, Any], value: str | None) -> None:
    sure = _applies(source, condition, value)
    if sure == "no":
        return
    for raw, data in options.items():
        option = raw.removeprefix("set-")
        only = raw != option
        if option in LISTS and isinstance(data, list):
            entries = [(number, entry, _holds(entry, source, value)) for number, entry in enumerate(data)]
            keys = ("overrides", source, condition, raw)
            new = [
                Place(env, (*keys, number, "value") if isinstance(entry, Mapping) else (*keys, number))
                for number, entry, holds in entries
                if holds == "yes" and sure != "maybe"
            ]
            # What a platform replaces may count elsewhere: it is left out even so.
            draft.lists[option] = new if only else [*draft.lists[option], *new]
        elif option in _CHOICES and isinstance(data, list):
            known = sure == "yes" and source != "platform"
            new_names = [text for entry in data if known and _holds(entry, source, value) == "yes" for text in _texts([_value(entry)])]
            draft.names[option] = new_names if only else [*draft.names[option], *new_names]
        elif option in _QUIET:
            draft.switches[option] = _switched(draft.switches[option], _QUIET[option], data, source, value, sure)


def _switched(before: bool, quiet: bool, data: object, source: str, value: str | None, sure: Sure) -> bool:
    """A switch after it was overridden: the first entry that holds decides. ``quiet`` is how it is where that is open."""
    for entry in data if isinstance(data, list) else [data]:
        holds = _holds(entry, source, value)
        switch = _value(entry)
        if holds == "no" or not isinstance(switch, bool):
            continue
        if holds == "yes" and sure == "yes" and source != "platform" and not _platforms(entry):
            return switch
        return quiet if switch is quiet else before
    return before


def _applies(source: str, condition: str, value: str | None) -> Sure:
    if source == "env":
        return "maybe"
    if source == "platform":
        return "yes" if condition in _PLATFORMS else "no"
    if source == "name":
        # A pattern from the workspace is matched only where that cannot take long.
        if value is None or not _PLAIN_PATTERN.fullmatch(condition):
            return "maybe"
        return "yes" if re.search(condition, value) else "no"
    return "yes"


def _holds(entry: object, source: str, value: str | None) -> Sure:
    """Whether an entry of an override counts, but for the platform, which its marker says."""
    if not isinstance(entry, Mapping):
        return "yes"
    if "env" in entry:
        return "maybe"
    allowed = entry.get("if")
    if allowed is None:
        return "yes"
    if source == "platform" or value is None:
        return "maybe"
    return "yes" if isinstance(allowed, list) and value in allowed else "no"


def _marker(source: str, condition: str, entry: object) -> str:
    own = f"sys_platform == '{_PLATFORMS.get(condition, condition)}'" if source == "platform" and "'" not in condition else ""
    asked = _platforms(entry)
    other = " or ".join(f"sys_platform == '{_PLATFORMS[platform]}'" for platform in asked if platform in _PLATFORMS) if asked else ""
    if asked and not other:
        other = "sys_platform == 'none'"
    return f"({own}) and ({other})" if own and other else own or other


def _platforms(entry: object) -> list[str]:
    return _texts(entry.get("platform")) if isinstance(entry, Mapping) else []


def _value(entry: object) -> object:
    return entry.get("value") if isinstance(entry, Mapping) else entry


def overrides(table: object) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Source, condition and options of each override, in the order Hatch applies them."""
    for source in ("platform", "env", "matrix", "name"):
        conditions = table.get(source) if isinstance(table, Mapping) else None
        for condition, options in conditions.items() if isinstance(conditions, Mapping) else ():
            if isinstance(options, Mapping):
                yield source, condition, options


def combinations(matrices: Sequence[object]) -> Iterator[dict[str, str]]:
    """Every choice of values that these matrices make, by variable, Python first."""
    left = MOST
    for matrix in matrices:
        if not isinstance(matrix, Mapping):
            continue
        lists = {str(name): _texts(values) for name, values in matrix.items()}
        order = sorted(lists, key=lambda name: name not in ("py", "python"))
        for values in product(*(lists[name] for name in order)):
            if left <= 0:
                return
            left -= 1
            yield dict(zip(order, values, strict=True))


def short_name(values: Mapping[str, str], form: str) -> str:
    """The part of an environment's name that these values of its matrix make."""
    parts = []
    for number, (variable, value) in enumerate(values.items()):
        if number == 0 and variable in ("py", "python"):
            parts.append(value if value.startswith("py") else f"py{value}")
        else:
            parts.append(form.replace("{variable}", variable).replace("{value}", value))
    return "-".join(parts)


def _format(table: Mapping[str, Any]) -> str:
    name_format = table.get("matrix-name-format")
    return name_format if isinstance(name_format, str) else "{value}"


def _defaults(draft: _Draft) -> Defaults:
    skips, develops, builds = (draft.switches[switch] for switch in _QUIET)
    groups = [canonical(place.group) for listed in draft.lists.values() for place in listed]
    if not (builds and skips):
        groups += map(canonical, draft.names["dependency-groups"])
    extras = [] if builds else list(map(canonical, draft.names["features"]))
    # Of a project that is installed as it is for good, Hatch looks at the requirements only when it has others to look at.
    main = not (skips or builds) and (develops or any(draft.names.values()))
    itself = "" if skips or builds else "editable" if develops else "built"
    return Defaults(tuple(dict.fromkeys(groups)), tuple(dict.fromkeys(extras)), main=main, itself=itself)


def _together(every: Sequence[Defaults], more: Iterable[str]) -> Defaults:
    """What several environments at one path ask, and ``more`` groups."""
    groups = dict.fromkeys([group for each in every for group in each.groups])
    extras = dict.fromkeys([extra for each in every for extra in each.extras])
    itself = max((each.itself for each in every), key=("", "built", "editable").index)
    return Defaults((*groups, *more), tuple(extras), main=any(each.main for each in every), itself=itself)


def _texts(listed: object) -> list[str]:
    return [entry for entry in listed if isinstance(entry, str)] if isinstance(listed, list) else []
