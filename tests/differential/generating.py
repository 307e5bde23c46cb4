"""Wheels, environments and requirement files by chance, the same in every run."""

from __future__ import annotations

from random import Random

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tests.differential.tools import canonical
from tests.differential.wheels import Wheel

NAMES = ("alpha", "Beta.Core", "gamma_ray", "delta", "Epsilon-X", "zeta", "eta", "theta", "iota", "kappa")
VERSIONS = ("0.9", "1.0", "1.0.1", "1.1a1", "1.1", "1.1.post1", "1.2+local.1", "2.0.dev3", "2.0rc1", "2.0", "2.5.0", "1!0.5")
# Versions listed by blanks: at commas uv reads something else than PEP 508 says, and than pip.
MARKERS = (
    "python_version < '3.9'", "python_version >= '3.9'", "python_version == '3.11.*'", "python_full_version >= '3.11.2'",
    "sys_platform == 'linux'", "sys_platform != 'linux'", "os_name == 'posix' and python_version > '3.10'",
    "(platform_system == 'Windows' or implementation_name == 'cpython') and python_version <= '3.12'",
    "platform_machine in 'x86_64 aarch64 arm64'",
    "'3.11' <= python_version", "implementation_version < '3.12'", "python_version not in '3.8 3.9'",
)  # fmt: skip
_OPERATORS = ("==", "!=", ">=", "<=", ">", "<", "~=")


def wheels(random: Random) -> list[Wheel]:
    """Every name in every version; dependencies run from earlier names to later ones, so that there are no circles by chance."""
    made: list[Wheel] = []
    for position, name in enumerate(NAMES):
        for version in VERSIONS:
            later = NAMES[position + 1 :]
            requires = [_need(random, random.choice(later)) for _ in range(random.choice((0, 1, 1, 2)))] if later else []
            if later:
                requires += [_with_marker(_need(random, random.choice(later)), f"extra == '{extra}'") for extra in ("fast", "Full_Set")]
                requires.append(f"{name}[fast,full-set]; extra == 'all'")
            made.append(Wheel(name, version, tuple(requires), ("fast", "Full_Set", "all")))
    return made


def installation(random: Random) -> list[str]:
    """Some of the names, each pinned to one version."""
    return [f"{name}=={random.choice(VERSIONS)}" for name in NAMES if random.random() < 0.75]


def requirements(random: Random, *, extras: bool = False) -> list[str]:
    """Lines of a requirements file, no name twice, each satisfiable by some wheel."""
    lines: list[str] = []
    for name in random.sample(NAMES, random.randint(2, 7)):
        written = random.choice((name, name.upper(), canonical(name)))
        if extras and random.random() < 0.5:
            written += random.choice(("[fast]", "[full.set]", "[all]", "[fast, Full-Set]", "[unheard-of]"))
        line = written + _specifier(random)
        if random.random() < 0.25:
            line = _with_marker(line, random.choice(MARKERS))
        lines.append(line)
    return lines


def _need(random: Random, name: str) -> str:
    need = name + ("[fast]" if random.random() < 0.1 else "") + _specifier(random)
    return _with_marker(need, random.choice(MARKERS)) if random.random() < 0.3 else need


def _with_marker(requirement: str, marker: str) -> str:
    head, semicolon, known = requirement.partition(" ; ")
    return f"{head} ; ({known}) and {marker}" if semicolon else f"{requirement} ; {marker}"


def _specifier(random: Random) -> str:
    while True:
        clauses = [_clause(random) for _ in range(random.choice((0, 1, 1, 1, 2)))]
        specifiers = SpecifierSet(",".join(clauses))
        if not clauses or any(specifiers.contains(Version(version), prereleases=True) for version in VERSIONS):
            return ",".join(clauses)


def _clause(random: Random) -> str:
    operator, version = random.choice(_OPERATORS), random.choice(VERSIONS)
    if operator not in ("==", "!="):
        version = version.partition("+")[0]
    if operator == "~=" and len(Version(version).release) < 2:
        return f">={version}"
    if operator in ("==", "!=") and random.random() < 0.3:
        return f"{operator}{Version(version).major}.*"
    if operator == "==" and random.random() < 0.1:
        return f"==={version}"
    return operator + version
