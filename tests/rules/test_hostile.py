"""Rules answer for every value of the model, and in time: odd manifests, odd metadata, large trees."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.effort import assert_even, ends
from tests.rules.building import SITE, facts, findings, target
from venvls.model.facts import Choice
from venvls.rules.dependencies import parse_need
from venvls.standards.markers import evaluate

# Pieces between blanks, and those that hold blanks or line ends themselves.
_PLAIN = (
    "lib lib2 [ ] [a] [a,b] >= == === ~=1 1.0 1.* v1 1!2 , ; @ git+ https:// x.y/z.whl file: ./ # &egg=lib subdirectory= ( ) ${X} ../ %zz"
)
_WORDS = "python_version '3' extra and C:\\x \\\\h\\s :99999 [::1 é name \""
_PIECES = st.sampled_from(
    [
        *_PLAIN.split(" "),
        *_WORDS.split(" "),
        " ",
        "-e ",
        "-r ",
        "-c ",
        "\\\n",
        "\n",
        "\x00",
        "\u2028",
        "a" * 300,
        "[project]\n",
        "dependencies = ",
    ]
)
_TEXTS = st.lists(_PIECES, max_size=12).map("".join)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_TEXTS, st.lists(_TEXTS, max_size=3), _TEXTS, st.sampled_from(["requirements.txt", "pyproject.toml"]))
def test_no_rule_fails(text: str, needs: list[str], origin: str, name: str) -> None:
    metadata = "Name: lib\nVersion: 1.0\n" + "".join(f"Requires-Dist: {need}\n" for need in needs)
    tree = {
        f"{SITE}/lib-1.0.dist-info/METADATA": metadata,
        f"{SITE}/lib-1.0.dist-info/INSTALLER": "pip",
        f"{SITE}/lib-1.0.dist-info/direct_url.json": json.dumps({"url": origin}),
        f"{SITE}/lib2-x.dist-info/METADATA": "\x00",
    }
    project = facts({name: text, "constraints.txt": "\n".join(needs)}, tree=tree, choice=Choice(all_groups=True))
    for finding in findings(project):
        assert finding.message
        if finding.code != "invalid-manifest":  # placed by parsers, which have tests of their own
            assert finding.span.start <= finding.span.end <= len(project.manifests[finding.path].text.source)


@given(_TEXTS)
def test_a_dependency_line_is_understood_or_not(line: str) -> None:
    parse_need(line)


@given(_TEXTS)
def test_a_marker_holds_or_not_or_is_not_known(marker: str) -> None:
    assert evaluate(marker, target()) in (True, False, None)


def test_windows_paths() -> None:
    import ntpath

    from tests.memory_tree import MemoryFiles
    from venvls.model.environment import DirectUrl, Distribution
    from venvls.rules.sources import difference, parse_source

    files = MemoryFiles({"C:/Work/lib/pyproject.toml": ""}, windows=True)
    there = Distribution("lib", "1.0", "C:\\x")
    for wanted, url, fits in [
        (".\\lib", "file:///C:/work/lib", True),
        ("lib", "file:///c:/Work/lib", True),
        ("file:///C:/Work/lib", "file:///C:/Work/lib", True),
        ("C:\\Work\\lib", "file:///C:/Work/lib", True),
        ("..\\lib", "file:///C:/Work/lib", False),
        ("\\\\server\\share\\lib", "file://server/share/lib", True),
    ]:
        source = parse_source(wanted, "C:\\Work", ntpath)
        assert source is not None
        assert (difference(source, False, there, DirectUrl(url), files, wanted) is None) is fits, wanted


SQUARE = ("extras of extras",)
"""Each extra goes through all lines of its distribution once more."""
LARGE: dict[str, tuple[int, Callable[[int], tuple[str, list[str]]]]] = {
    "one line many times": (20_000, lambda size: ("lib\n" * size, ["lib 1"])),
    "pins of one name": (1_500, lambda size: ("\n".join(f"lib=={number}" for number in range(size)), ["lib 1"])),
    "a chain": (3_000, lambda size: ("lib0\n", [f"lib{number} 1 | lib{number + 1}" for number in range(size)])),
    "missing": (
        1_500,
        lambda size: (
            "".join(f"lib{number}\n" for number in range(size)),
            [f"lib{number} 1 | gone{number} | lib{(number + 1) % size}" for number in range(size)],
        ),
    ),
    "extras of extras": (
        300,
        lambda size: ("lib0[e0]\n", ["lib0 1 | " + " | ".join(f"lib0[e{number + 1}]; extra == 'e{number}'" for number in range(size))]),
    ),
}


@pytest.mark.parametrize("name", LARGE)
def test_large_things_are_work_that_grows_with_them_only(name: str) -> None:
    most, build = LARGE[name]
    assert_even(lambda size: findings(facts(*build(size))), 40, times=4 if name in SQUARE else 2)
    with ends():
        findings(facts(*build(most)))
