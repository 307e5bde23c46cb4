"""What another project with the same environment requires is not left over: from its own facts, else from the lock that both share."""

from __future__ import annotations

from tests.rules.building import facts
from venvls.answers import words
from venvls.answers.about import about
from venvls.answers.listing import listing
from venvls.answers.why import why
from venvls.model.facts import Facts
from venvls.model.lock import LockedNeed, LockedSet, Stale
from venvls.model.record import replace
from venvls.model.text import Span

INSTALLED = ("beta 1.0 | alpha>=1", "alpha 1.0", "apple 0", "rich 3.0", "pip 24.0")


def other(texts: dict[str, str], *, workspace: str | None = None, main_project: str | None = None) -> Facts:
    """Another project of the same environment, whose files are in folders of their own."""
    made = facts(texts, INSTALLED)
    made.project = replace(made.project, root="/p/other", workspace=workspace)
    made.main_project, made.counted = main_project, frozenset() if main_project is not None else None
    return made


def causes(project: Facts, *others: Facts) -> dict[str, str]:
    return {row.key: words.shared(row.sharer, str) if row.sharer else row.cause for row in listing(project, others)}


def told(key: str, project: Facts, *others: Facts) -> str | None:
    answer = why(key, project, others)
    assert answer.left_over is (answer.sharer is None and not answer.seed)
    assert about(key, project, others=others).sharer == answer.sharer
    return words.shared(answer.sharer, str) if answer.sharer else None


def test_a_plain_project_beside_this_one() -> None:
    project = facts("", INSTALLED)
    docs = other({"other/requirements.txt": "# for the pages\nbeta\n"}, main_project="/p")
    line = "required by another project with this environment (/p/other/requirements.txt:2)"
    assert causes(project, docs) == {"alpha": line, "apple": "left-over", "beta": line, "pip": "seed", "rich": "left-over"}
    assert (told("alpha", project, docs), told("rich", project, docs)) == (line, None)
    assert told("alpha", project) is None


def test_a_member_of_the_workspace_and_what_it_needs() -> None:
    project = facts({"pyproject.toml": '[project]\nname = "orchard"\n'}, INSTALLED)
    member = other({"other/pyproject.toml": '[project]\nname = "apple"\ndependencies = ["beta"]\n'}, workspace="/p")
    line = "required by the workspace member apple (/p/other/pyproject.toml:3)"
    assert causes(project, member) == {
        "alpha": line, "apple": "the workspace member apple (/p/other/pyproject.toml)", "beta": line, "pip": "seed", "rich": "left-over",
    }  # fmt: skip
    assert told("beta", project, member) == line


def test_a_line_that_names_the_package_goes_before_one_that_leads_to_it() -> None:
    through, naming = other({"other/requirements.txt": "beta\n"}), other({"more/requirements.txt": "alpha\n"})
    assert told("alpha", facts("", INSTALLED), through, naming) == (
        "required by another project with this environment (/p/more/requirements.txt:1)"
    )


def test_nothing_of_a_file_outside_the_workspace_is_shown() -> None:
    sharing = other({"requirements.txt": "beta\n"})
    sharing.outside = frozenset(sharing.manifests)
    assert told("beta", facts("", INSTALLED), sharing) == "required by another project with this environment (a file outside the workspace)"


def test_members_whose_manifests_are_not_known_are_known_to_the_lock() -> None:
    needs = {"apple": (LockedNeed("beta", ("more",)),), "beta": (LockedNeed("alpha", extra="more"), LockedNeed("rich", extra="less"))}
    for stale in (None, Stale("it changed", "/p/pyproject.toml", Span(0, 0))):
        project = facts({"pyproject.toml": '[project]\nname = "orchard"\n'}, (*INSTALLED, "grouped 1.0"))
        project.locked = LockedSet(
            "/p/uv.lock", "uv", own=frozenset({"orchard", "apple"}), kept=frozenset({"pip", "grouped"}), stale=stale,
            needs=lambda key: needs.get(key, ()),
        )  # fmt: skip
        assert causes(project) == {
            "alpha": "required by the workspace member apple (/p/uv.lock)",
            "apple": "the workspace member apple (/p/uv.lock)",
            "beta": "required by the workspace member apple (/p/uv.lock)",
            "grouped": "required by another member of the workspace (/p/uv.lock)",
            "pip": "seed",
            "rich": "left-over",
        }
        assert told("alpha", project) == "required by the workspace member apple (/p/uv.lock)"
