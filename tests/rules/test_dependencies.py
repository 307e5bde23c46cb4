"""Dependencies of dependencies: told once, at the requirement that leads to them; and never what is told elsewhere."""

from __future__ import annotations

import random

import pytest

from tests.rules.building import codes, facts, findings, said
from venvls.rules import all_met
from venvls.rules.dependencies import Need, parse_need


def some_environment(rng: random.Random) -> tuple[list[str], str]:
    """Packages that need each other, extras of each other, and now and then what is not there; and a list that requires some of them."""
    names = [f"p{number}" for number in range(rng.randrange(1, 9))]

    def need() -> str:
        extra = rng.choice(["", "", "", "[x]", "[y,x]"])
        bound = rng.choice(["", "", ">=1", ">=1", "<9", " (>=1)", *(["==7", ">=1.*"] if rng.random() < 0.3 else [])])
        marker = rng.choice(["", "", "; extra == 'x'", "; extra == 'y'", "; os_name == 'nt'"])
        return f"{rng.choice([*names, 'gone'] if rng.random() < 0.3 else names)}{extra}{bound}{marker}"

    installed = [" | ".join([f"{name} 1.{rng.randrange(3)}", *(need() for _ in range(rng.randrange(4)))]) for name in names]
    lines = [f"{name}{rng.choice(['', '', '[x]', '>=1', '==3'])}" for name in rng.sample(names, rng.randrange(1, len(names) + 1))]
    return installed, "\n".join(lines)


def test_asked_of_all_packages_at_once_is_as_asked_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(3)
    met = 0
    for _ in range(150):
        installed, lines = some_environment(rng)
        at_once = facts(lines, installed)
        met += all_met.all_met(at_once, len(installed))
        with monkeypatch.context() as patch:
            patch.setattr(all_met, "_WORTH", 0)
            assert findings(at_once) == findings(facts(lines, installed)), (installed, lines)
    assert 30 < met < 120  # both of them many times


def test_extras_of_extras_are_followed_to_their_end() -> None:
    installed = ["app 1 | lib[a]", "lib 1 | mid[b]; extra == 'a'", "mid 1 | low[c]; extra == 'b'", "low 1 | gone; extra == 'c'"]
    assert said(facts("app", installed)) == [
        "missing-dependency: app: low requires gone, which is not installed (required through app → lib → mid)"
    ]


def test_an_extra_that_names_another_of_its_package_is_one_step() -> None:
    installed = ["app 1 | lib[all]", "lib 1 | lib[a]; extra == 'all' | mid; extra == 'a'", "mid 1 | gone"]
    assert said(facts("app", installed)) == [
        "missing-dependency: app: mid requires gone, which is not installed (required through app → lib)"
    ]


def test_what_another_version_or_source_needs_of_its_extras_is_not_known() -> None:
    installed = ["lib 1 | gone; extra == 'x'", "other 1 | nowhere"]
    for text, code in (("lib[x]>1", "version-mismatch"), ("lib[x] @ https://example.com/lib.zip", "source-mismatch")):
        assert codes(facts(f"{text}\nother", installed)) == [code, "missing-dependency"]


def test_a_url_with_a_semicolon_is_no_name_with_a_marker() -> None:
    at_once = facts("p0", ["p0 1.0 | gone @ https://files.invalid/a;b.zip"])
    assert not all_met.all_met(at_once, 1)
    assert codes(at_once) == ["missing-dependency"]


def test_a_missing_dependency_is_told_at_what_leads_to_it() -> None:
    assert said(facts("flask>=2", ["flask 2.0 | werkzeug>=2"])) == [
        "missing-dependency: flask>=2: flask requires werkzeug>=2, which is not installed"
    ]


def test_a_dependency_out_of_range_is_told_with_its_version_and_its_way() -> None:
    installed = ["flask 2.0 | Jinja2>=3", "jinja2 3.1 | MarkupSafe>=2.0", "markupsafe 1.1"]
    assert said(facts("flask", installed)) == [
        "missing-dependency: flask: jinja2 requires MarkupSafe>=2.0, but 1.1 is installed (required through flask)"
    ]


def test_a_cause_is_told_once() -> None:
    installed = ["a 1 | gone", "b 1 | gone>=2", "c 1 | a"]
    assert said(facts("b\na\nc", installed)) == ["missing-dependency: b: b requires gone>=2, which is not installed"]


def test_what_the_manifest_lacks_itself_is_not_told_again() -> None:
    assert codes(facts("flask\nwerkzeug", ["flask 2.0 | werkzeug"])) == ["missing-requirement"]
    assert codes(facts("flask\nwerkzeug>=2", ["flask 2.0 | werkzeug>=2", "werkzeug 1.0"])) == ["version-mismatch"]
    assert codes(facts("flask\nwerkzeug==1.0", ["flask 2.0 | werkzeug>=2", "werkzeug 1.0"])) == ["missing-dependency"]


def test_what_an_extra_lacks_is_not_told_again_but_what_lies_behind_is() -> None:
    assert codes(facts("lib[x]", ["lib 1 | one; extra == 'x'"])) == ["missing-extra"]
    assert said(facts("lib[x]", ["lib 1 | one; extra == 'x'", "one 1 | two"])) == [
        "missing-dependency: lib[x]: one requires two, which is not installed (required through lib)"
    ]


def test_extras_of_dependencies_are_followed() -> None:
    installed = ["app 1 | lib[x]", "lib 1 | one; extra == 'x'"]
    assert said(facts("app", installed)) == ["missing-dependency: app: lib requires one, which is not installed (required through app)"]


def test_extras_nobody_asked_for_and_false_markers_do_not_count() -> None:
    assert codes(facts("lib", ["lib 1 | one; extra == 'x' | two; python_version < '3' | three; extra == 'x' and os_name == 'posix'"])) == []


def test_what_is_needed_with_or_without_the_extra_is_told_once_and_not_as_the_extras() -> None:
    assert codes(facts("lib[x]", ["lib 1 | one; extra == 'x' or os_name == 'posix'"])) == ["missing-dependency"]


def test_circles_of_extras_end() -> None:
    assert codes(facts("lib[a]", ["lib 1 | lib[b]; extra == 'a' | lib[a]; extra == 'b' | gone; extra == 'c'"])) == []


def test_circles_end() -> None:
    assert codes(facts("a\nb", ["a 1 | b", "b 1 | c", "c 1 | a"])) == []
    assert codes(facts("a\nb", ["a 1 | b", "b 1 | c | gone", "c 1 | a"])) == ["missing-dependency"]


def test_a_clean_tree_that_leads_into_a_spoiled_one_is_looked_at_again() -> None:
    installed = ["a 1 | b", "b 1 | gone"]
    project = facts("a\nb", installed)
    first = said(project)
    assert first == ["missing-dependency: a: b requires gone, which is not installed (required through a)"]
    assert said(project) == first, "the second look must say the same"


def test_unreadable_lines_are_passed_over() -> None:
    assert codes(facts("celery", ["celery 4 | pytz (>dev) | kombu[ | gone", "pytz 2020.1"])) == ["missing-dependency"]


def test_what_is_not_installed_has_no_tree() -> None:
    assert codes(facts("a; os_name == 'nt'", ["a 1 | gone"])) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Flask", Need("Flask", "flask", (), "", None)),
        ("zope.interface (>=3)", Need("zope.interface", "zope-interface", (), ">=3", None)),
        ("lib[A, b_c]>=1,<2 ; python_version > '3'", Need("lib", "lib", ("a", "b-c"), ">=1,<2", "python_version > '3'")),
        ("lib @ https://example.com/x.zip ; os_name == 'nt'", Need("lib", "lib", (), "", 'os_name == "nt"')),
        ("lib ()", Need("lib", "lib", (), "", None)),
        ("lib (>dev)", Need("lib", "lib", (), ">dev", None)),
        ("not a requirement", None),
        ("lib[", None),
        ("", None),
        ("x" * 5000, None),
    ],
)
def test_requires_dist_lines(line: str, expected: Need | None) -> None:
    assert parse_need(line) == expected


def test_the_finding_says_what_to_install() -> None:
    found = [one for one in findings(facts("flask", ["flask 2.0 | werkzeug>=2"])) if one.code == "missing-dependency"]
    assert found[0].data["requirement"] == "werkzeug>=2"
    assert found[0].data["chain"] == ["flask", "werkzeug"]
    assert found[0].requirement is not None and found[0].requirement.parsed.key == "flask"


def test_what_is_there_in_another_version_is_told_once_for_each_bound() -> None:
    installed = ["a 1 | low>=2", "b 1 | low>=3", "c 1 | low>=2", "d 1 | gone>1", "e 1 | gone>2", "low 1"]
    assert [line.partition(": ")[2].partition(": ")[2] for line in said(facts("a\nb\nc\nd\ne", installed))] == [
        "a requires low>=2, but 1 is installed",
        "b requires low>=3, but 1 is installed",
        "d requires gone>1, which is not installed",
    ]


def test_what_another_version_would_need_of_its_extras_is_not_known() -> None:
    for bound, told in ((">=2", ["version-mismatch"]), (">=1", ["missing-extra"])):
        assert codes(facts(f"lib[x]{bound}", ["lib 1 | gone; extra == 'x'"])) == told
    # What it needs without them is.
    assert codes(facts("lib[x]>=2", ["lib 1 | gone | lost; extra == 'x'"])) == ["missing-dependency", "version-mismatch"]


@pytest.mark.parametrize("worth", [0, 8])
def test_each_tree_is_looked_at_again_after_a_change_of_the_texts(worth: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(all_met, "_WORTH", worth)
    installed = ["a 1 | b", "b 1 | c", "c 1 | b | gone", "d 1 | a | e", "e 1", "f 1 | e[x]", "g 1 | gone2; extra == 'x'"]
    texts = ("a\n", "e\n", "b\nd\n", "d\nb\n", "f\ne[x]\n", "g\n", "g[x]\n", "f\nd\n")
    remembered = facts("", installed).remembered
    for text in (*texts, *reversed(texts)):
        alone, kept = facts(text, installed), facts(text, installed)
        kept.remembered = remembered
        assert said(kept) == said(alone), text
    assert said(facts("d\nb\n", installed)) == [
        "missing-dependency: d: c requires gone, which is not installed (required through d → a → b)"
    ]
