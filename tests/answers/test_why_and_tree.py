"""Why a package is there, who needs what, and the table of all: on small projects in memory."""

from __future__ import annotations

import posixpath

from tests.rules.building import distribution, facts
from venvls.answers import words
from venvls.answers.about import about
from venvls.answers.listing import listing
from venvls.answers.standing import standing
from venvls.answers.tree import Row, inverted, tree
from venvls.answers.why import Chain, why
from venvls.model.facts import Facts

INSTALLED = (
    "beta 1.0 | alpha>=1",
    'gamma 1.0 | delta>=1; extra == "more" | beta | gamma[more]; extra == "all"',
    "delta 1.0 | alpha<2",
    "alpha 1.0",
    "rich 3.0 | zed",
    "zed 1.0",
    "loop-a 1.0 | loop-b",
    "loop-b 1.0 | loop-a",
)
REQUIRED = "beta>=1\ngamma[more]\n"


def told(chain: Chain) -> str:
    return " → ".join([words.text_of(chain.statement), *(words.need(edge) for edge in chain.edges)])


def chains(key: str, project: Facts) -> list[str]:
    return [told(chain) for chain in why(key, project).chains]


def drawn(rows: list[Row]) -> list[str]:
    return [_drawn(row) for row in rows]


def _drawn(row: Row) -> str:
    name = row.key or (words.text_of(row.statement) if row.statement else "project")
    extras = f"[{','.join(row.extras)}]" if row.extras else ""
    return f"{'  ' * row.depth}{name}{extras}{' (*)' if row.shown else ''}"


def test_every_chain_with_its_specifiers_the_shortest_first() -> None:
    project = facts(REQUIRED, INSTALLED)
    assert chains("alpha", project) == [
        "beta>=1 → alpha>=1",
        "gamma[more] → beta → alpha>=1",
        "gamma[more] → delta>=1 (extra more) → alpha<2",
    ]
    assert chains("beta", project) == ["beta>=1", "gamma[more] → beta"]


def test_what_an_extra_needs_counts_only_where_it_is_asked_for() -> None:
    assert chains("delta", facts("gamma\n", INSTALLED)) == []
    assert chains("delta", facts("gamma[all]\n", INSTALLED)) == ["gamma[all] → gamma[more] (extra all) → delta>=1 (extra more)"]
    other = facts("gamma\neta\n", (*INSTALLED, "eta 1.0 | gamma[more]"))
    assert chains("delta", other) == ["eta → gamma[more] → delta>=1 (extra more)"]


def test_what_nothing_requires_is_left_over() -> None:
    project = facts(REQUIRED, INSTALLED)
    rich, zed = why("rich", project), why("zed", project)
    assert rich.left_over and not rich.needed_by
    assert zed.left_over and [words.need(edge) for edge in zed.needed_by] == ["zed"]
    assert not why("alpha", project).left_over
    assert not why("pip", facts("", (*INSTALLED, "pip 24.0"))).left_over


def test_lines_that_do_not_count_here_are_told_apart() -> None:
    text = '[project]\nname = "me"\ndependencies = ["beta; python_version < \'3\'"]\n[dependency-groups]\ndocs = ["gamma"]\n'
    answer = why("beta", facts({"pyproject.toml": text}, INSTALLED))
    assert not answer.chains and not answer.left_over
    assert {(told(chain), words.aside(chain.statement)) for chain in answer.aside} == {
        ("beta; python_version < '3'", "its marker is false here"),
        ("gamma → beta", "it does not count here"),
    }


def test_constraints_bound_and_do_not_require() -> None:
    project = facts({"requirements.txt": "-c c.txt\ngamma\n", "c.txt": "delta<9\n"}, INSTALLED, mains=("requirements.txt",))
    answer = why("delta", project)
    assert answer.left_over and [words.text_of(bound) for bound in answer.bounds] == ["delta<9"]


def test_nothing_of_a_file_outside_the_workspace_is_shown() -> None:
    texts = {"requirements.txt": "-r /elsewhere/secret.txt\n", "/elsewhere/secret.txt": "beta>=7.7.7\n"}
    project = facts(texts, INSTALLED, mains=("requirements.txt",), outside=("/elsewhere/secret.txt",))
    shown = (
        chains("beta", project)
        + [each.standing.why for each in listing(project)]
        + [each for row in listing(project) for each in row.required]
    )
    assert "beta" in {each.key for each in listing(project) if each.cause == "stated"}
    assert "7.7.7" not in str(shown)


def test_dense_nets_and_circles_end() -> None:
    # Three billion ways from the first to the last.
    rank = [f"{side}{level} 1.0 | a{level + 1} | b{level + 1} | c{level + 1}" for level in range(20) for side in "abc"]
    project = facts("a0\n", (*rank, "a20 1.0 | a0", "b20 1.0", "c20 1.0"))
    answer = why("a20", project)
    assert answer.more and len(answer.chains) == 100
    assert {len(chain.edges) for chain in answer.chains} == {20}
    assert sum(1 for _ in tree(project)) < 200
    assert sum(1 for _ in inverted(project, ["a20"])) < 200


def test_the_tree_shows_each_package_once_with_what_it_needs() -> None:
    project = facts(f"{REQUIRED}loop-a\n", INSTALLED)
    assert drawn(list(tree(project))) == [
        "project", "  beta", "    alpha", "  gamma[more]", "    delta", "      alpha", "    beta (*)",
        "  loop-a", "    loop-b", "      loop-a (*)",
    ]  # fmt: skip
    assert drawn(list(tree(project, deepest=1))) == ["project", "  beta", "  gamma[more]", "  loop-a"]
    assert drawn(list(tree(project, ["delta"]))) == ["delta", "  alpha"]
    assert drawn(list(inverted(project, ["alpha"]))) == [
        "alpha", "  beta", "    gamma", "      gamma[more]", "    beta>=1", "  delta", "    gamma (*)",
    ]  # fmt: skip
    everything = drawn(list(inverted(project)))
    assert everything[0] == "alpha" and {"loop-a", "loop-b"} & set(everything)


def test_what_is_missing_is_in_the_tree_with_the_reason() -> None:
    project = facts("beta\n", ("beta 1.0 | alpha>=2", "alpha 1.0"))
    rows = {row.key: row for row in tree(project)}
    assert rows["alpha"].out_of_sync == "beta requires alpha>=2, but 1.0 is installed"
    gone = {row.key: row for row in tree(facts("beta\n", ("beta 1.0 | alpha>=2",)))}
    assert gone["alpha"].version is None and "not installed" in gone["alpha"].out_of_sync


def test_the_table() -> None:
    editable = distribution("lib 0.1", direct_url='{"url": "file:///src/lib", "dir_info": {"editable": true}}')
    project = facts(f"{REQUIRED}missing\nlib\n", (*INSTALLED, "pip 24.0"), tree=editable)
    rows = {each.key: each for each in listing(project)}
    assert {key: row.cause for key, row in rows.items()} == {
        "alpha": "needed", "beta": "stated", "delta": "needed", "gamma": "stated", "lib": "stated", "loop-a": "left-over",
        "loop-b": "left-over", "missing": "stated", "pip": "seed", "rich": "left-over", "zed": "left-over",
    }  # fmt: skip
    assert rows["gamma"].required == ("[more]",) and rows["beta"].required == (">=1",)
    assert (rows["lib"].editable, rows["beta"].editable) == ("file:///src/lib", None)
    assert (rows["missing"].installed, rows["missing"].standing.state) == (None, "out-of-sync")


def test_without_an_environment_nothing_is_called_in_sync_or_not() -> None:
    for project in (facts("beta\n", None), facts("beta\n", INSTALLED, health="broken")):
        states = {each.standing.state for each in listing(project)}
        assert states <= {"unknown"}
    assert chains("beta", facts("beta\n", None)) == ["beta"]


def test_a_marker_nobody_can_answer_makes_no_claim() -> None:
    # Of the patch version nothing is known: neither that it is needed nor that it is not.
    project = facts("beta ; python_full_version >= '3.12.3'\n", ("alpha 1.0",), python="3.12")
    assert standing("beta", project).state == "unknown"


def test_about_says_what_a_distribution_tells_of_itself() -> None:
    metadata = (
        "Metadata-Version: 2.1\nName: Beta\nVersion: 1.0\nSummary: Does it.\nLicense-Expression: MIT\n"
        "Project-URL: Source, https://example.org/beta\nRequires-Python: >=3.9\nProvides-Extra: Fast_One\n"
        "Requires-Dist: alpha>=1\n\nLong.\n"
    )
    project = facts("BETA>=1\n", INSTALLED, tree=distribution("beta 1.0", METADATA=metadata))
    answer = about("beta", project)
    assert (answer.name, answer.installed, answer.standing.state, answer.extras) == ("Beta", "1.0", "in-sync", ("fast-one",))
    described = answer.description
    assert described is not None and (described.summary, described.license) == ("Does it.", "MIT")
    assert described.urls == (("Source", "https://example.org/beta"),) and described.requires_python == ">=3.9"
    assert answer.place is not None and posixpath.basename(answer.place) == "beta-1.0.dist-info"
    alpha = about("alpha", project)
    assert [words.need(edge) for edge in alpha.needed_by] == ["alpha>=1"]
