"""Interpreters and programs a plan may name: absolute, and never from inside the workspace but for the environment's own (T9)."""

from __future__ import annotations

import re

from venvls.model.hints import TYPE_CHECKING
from venvls.standards.python_versions import fits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from venvls.model.environment import Environment
    from venvls.model.facts import Facts
    from venvls.model.rule import BasePython, PlanContext

_VERSION = re.compile(r"(?P<implementation>[a-z]*)-?@?(?P<version>\d+(?:\.\d+){0,2})(?P<threads>t?)$", re.IGNORECASE)


def program(name: str, context: PlanContext) -> str | None:
    """The absolute path of a tool's program, or ``None`` where there is none outside the workspace."""
    executable = context.programs.get(name)
    return executable if executable is not None and is_foreign(executable, context.facts) else None


def is_foreign(path: str, facts: Facts) -> bool:
    """Whether an absolute path is outside every folder of the workspace, as written and with its links resolved."""
    if not facts.files.path.isabs(path):
        return False
    roots = {*facts.roots, facts.project.root}
    return not any(within(place, root, facts) for root in roots for place in (path, facts.files.real(facts.files.path.dirname(path))))


def within(path: str, root: str, facts: Facts) -> bool:
    """Whether ``path`` is ``root`` or is below it."""
    flavour = facts.files.path
    inner, outer = (flavour.normcase(flavour.normpath(place)) for place in (path, root))
    real = flavour.normcase(facts.files.real(root))
    return any(inner == place or inner.startswith(place.rstrip(flavour.sep) + flavour.sep) for place in (outer, real))


def interpreter_of(prefix: str, facts: Facts) -> str:
    """Where the interpreter of an environment that does not exist yet will be."""
    path = facts.files.path
    return str(path.join(prefix, "Scripts", "python.exe") if path.sep == "\\" else path.join(prefix, "bin", "python"))


def isolated(environment: Environment) -> tuple[str, ...]:
    """The option that keeps the working directory, variables and the user's packages out; Python 2.7 has only its older parts."""
    return ("-E", "-s") if environment.minor is not None and environment.minor.startswith("2.") else ("-I",)


def pythons(context: PlanContext) -> tuple[BasePython, ...]:
    """The base Pythons outside the workspace, as given: newest first."""
    return tuple(python for python in context.pythons if is_foreign(python.executable, context.facts))


def choose(spec: str | None, context: PlanContext) -> BasePython | None:
    """The base Python for a new environment: the newest that ``spec`` admits, or, without one, that the project's files admit.

    ``spec`` is ``3.12``, ``python3.12``, ``pypy3.10``, ``pypy``, ``3.13t``, ``>=3.10`` or an absolute path, of which any link to the Python
    will do. Without it pre-releases come last. CPython goes before others where none is named.
    """
    candidates = pythons(context)
    if spec is None:
        return next((python for python in _finals_first(candidates) if admits(context, python)), None)
    path = context.facts.files.path
    if path.isabs(spec):
        return _python_at(spec, candidates, context.facts)
    if match := _VERSION.match(spec.strip()):
        name = match["implementation"].lower()
        implementation = {"": None, "python": None, "cp": "cpython", "pp": "pypy"}.get(name, name)
        free = bool(match["threads"])
        return next(
            (
                python
                for python in sorted(candidates, key=_is_other)
                if _same(python.version, match["version"])
                and python.implementation.endswith("t") == free
                and implementation in (None, python.implementation.removesuffix("t"))
            ),
            None,
        )
    if (name := spec.strip().lower()).isalpha():
        return next((python for python in _finals_first(candidates) if name in ("python", python.implementation)), None)
    return next((python for python in _finals_first(candidates) if is_version(spec) and fits(spec, python.version)), None)


def is_version(spec: str) -> bool:
    """Whether a request for a Python says something of its version, alone or after the name of an implementation."""
    from packaging.specifiers import SpecifierSet

    if _VERSION.match(spec.strip()):
        return True
    try:
        return bool(len(SpecifierSet(spec)))
    except ValueError:
        return False


def _python_at(place: str, candidates: Iterable[BasePython], facts: Facts) -> BasePython | None:
    """The Python at an absolute path: that very one, else one that the path leads to by links (``/usr/bin/pypy3``)."""
    path = facts.files.path
    pythons = list(candidates)
    same = [python for python in pythons if path.normcase(python.executable) == path.normcase(place)]
    real = path.normcase(facts.files.real(place))
    return next(iter(same or [python for python in pythons if path.normcase(facts.files.real(python.executable)) == real]), None)


def admits(context: PlanContext, python: BasePython) -> bool:
    """Whether the project's files admit a base Python."""
    return all(fits(specifier, python.version) for specifier, _ in context.facts.project.python)


def _is_other(python: BasePython) -> bool:
    return python.implementation.removesuffix("t") != "cpython"


def _finals_first(candidates: Iterable[BasePython]) -> list[BasePython]:
    return sorted(candidates, key=lambda python: (re.fullmatch(r"[\d.]+", python.version) is None, python.implementation != "cpython"))


def _same(version: str, asked: str) -> bool:
    return version == asked or version.startswith(asked + ".") or re.match(rf"{re.escape(asked)}(a|b|rc)\d", version) is not None
