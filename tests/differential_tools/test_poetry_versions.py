"""Poetry's version constraints as we translate them, against poetry-core: which versions and which Pythons each admits."""

from __future__ import annotations

import json
import subprocess

import pytest
from packaging.specifiers import SpecifierSet

from tests.differential_tools.tools import environ, tool
from venvls.manifests.poetry.versions import python_marker, specifier
from venvls.model.environment import Target
from venvls.standards.markers import POETRY, Markers

pytestmark = [pytest.mark.network, pytest.mark.slow]

_VERSIONS = ("1", "1.2", "1.2.3", "0", "0.0", "0.0.3", "0.2", "0.2.3", "2!1.0", "1.0rc1", "1.2.3.4", "3.8", "3.10", "1.0.post1", "v1.2")
_OPERATORS = ("^", "~", "~=", "", "=", "==", "!=", ">=", "<=", ">", "<", "^ ", "~ ", ">= ", "!= ")
_OTHERS = (
    "*", "x", "1.*", "==1.2.*", "!=1.2.*", ">=1.2.*", "1.2.*.*", "^x", "foo", "", ">=1.0,<2.0", ">=1.0 <2.0", ">= 1.0, < 2.0",
    "^1.2,!=1.2.5", "1.0,", "==1.0.*,!=1.0.3", "^1.0 || ^2.0", "~2.7 || ^3.6", "1.0 | 3.0", "~1.2 || >=3", "<2 || >3", ">=1 <2 || 4.*",
)  # fmt: skip
CONSTRAINTS = (*_OTHERS, *(operator + version for operator in _OPERATORS for version in _VERSIONS))
INSTALLED = (
    "0", "0.0.3", "0.0.4", "0.1", "0.2", "0.2.3", "0.3", "1.0rc1", "1.0.dev1", "1.0", "1.0.post1", "1.0.1", "1.1", "1.2", "1.2.3",
    "1.2.3.4", "1.2.3.5", "1.2.4", "1.2.5", "1.3", "1.9", "2.0rc1", "2.0", "2.1", "2!1.0", "2!1.1", "2!2",
    "3.0", "3.6", "3.8", "3.8.1", "3.9", "3.10", "4.0",
)  # fmt: skip
PYTHONS = ("2.7.18", "3.6.0", "3.8.0", "3.8.5", "3.9.1", "3.10.0", "3.12.4", "4.0.0")
_ASKING = """
import json, sys
from poetry.core.constraints.version import Version, parse_constraint
from poetry.core.packages.utils.utils import create_nested_marker
constraints, versions = json.load(sys.stdin)
answers = {}
for one in constraints:
    try:
        parsed = parse_constraint(one)
    except ValueError:
        answers[one] = None
        continue
    answers[one] = [[parsed.allows(Version.parse(version)) for version in versions], create_nested_marker("python_version", parsed)]
print(json.dumps(answers))
"""


def test_the_same_versions_and_pythons() -> None:
    python = tool("poetry").with_name("python")
    asked = json.dumps([CONSTRAINTS, INSTALLED])
    done = subprocess.run([str(python), "-c", _ASKING], input=asked, env=environ(), capture_output=True, text=True, check=True, timeout=300)
    for constraint, theirs in json.loads(done.stdout).items():
        ours = specifier(constraint)
        assert (ours is None) == (theirs is None), constraint
        if ours is None or theirs is None:
            continue
        admitted = [SpecifierSet(ours).contains(version, prereleases=True) for version in INSTALLED]
        for version, we, they in zip(INSTALLED, admitted, theirs[0], strict=True):
            assert we == they or ("|" in constraint and we), f"{constraint} as {ours} with {version}"
        for full in PYTHONS:
            target = Target({"python_version": full.rpartition(".")[0], "python_full_version": full})
            we, they = (Markers(target, POETRY).holds(marker or None) for marker in (python_marker(constraint), theirs[1]))
            assert we == they, f"{constraint} as {python_marker(constraint)} with Python {full}, theirs {theirs[1]}"
