"""Our verdicts are those of uv and pip, over real environments of several Pythons and requirement files by chance."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.differential import generating, judging, tools
from tests.differential.wheels import write_all
from venvls.rules.dependencies import reach
from venvls.rules.satisfaction import verdict

SEED = 20_260_101
ENVIRONMENTS = 4  # for each Python
PLAIN, DEEP, BY_PIP = 27, 8, 1  # requirement files for each environment: each line alone; with all they need; asked of pip as well

pytestmark = pytest.mark.slow


class Made:
    """One wheelhouse and the environments made from it."""

    def __init__(self, folder: Path) -> None:
        random = Random(SEED)
        self.wheels = folder / "wheels"
        write_all(generating.wheels(random), self.wheels)
        self.prefixes: list[Path] = []
        for python in tools.pythons():
            for number in range(ENVIRONMENTS):
                prefix = folder / f"{python.parent.parent.name}-{number}" / ".venv"
                prefix.parent.mkdir()
                tools.make_environment(prefix, python)
                tools.install(prefix, self.wheels, generating.installation(random))
                self.prefixes.append(prefix)

    def files(self, prefix: Path, count: int, kind: str, *, extras: bool) -> Iterator[Path]:
        """``count`` requirement files beside an environment."""
        random = Random(f"{SEED}{prefix.parent.name}{kind}")
        for number in range(count):
            path = prefix.parent / f"requirements-{kind}-{number}.txt"
            path.write_text("\n".join(generating.requirements(random, extras=extras)) + "\n", "utf-8")
            yield path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("differential"))


def unsatisfied(prefix: Path, manifest: Path) -> set[str]:
    """The names of the requirements that we say are not satisfied."""
    facts = judging.facts_of(prefix, manifest)
    verdicts = [verdict(one.parsed, facts, str(manifest.parent)) for one in facts.manifests[str(manifest)].requirements]
    assert all(one.state != "unknown" for one in verdicts), "everything here can be known"
    return {one.key for one in verdicts if one.state in ("missing", "version", "source", "broken") and one.key}


def test_each_requirement_is_satisfied_or_not_as_uv_says(made: Made) -> None:
    pairs, wrong = 0, []
    for prefix in made.prefixes:
        for manifest in made.files(prefix, PLAIN, "plain", extras=False):
            pairs += 1
            answer = tools.ask_uv(prefix, made.wheels, manifest, dependencies=False)
            assert answer.changes is not None, f"{answer.said}\n{manifest.read_text()}"
            ours = unsatisfied(prefix, manifest)
            if ours != answer.changes:
                wrong.append(f"{manifest}: we say {sorted(ours)}, uv says {sorted(answer.changes)}\n{manifest.read_text()}")
    assert not wrong, "\n".join(wrong[:5])
    assert pairs >= 100 * len({prefix.parent.name.rpartition("-")[0] for prefix in made.prefixes})


def test_each_requirement_is_satisfied_or_not_as_pip_says(made: Made) -> None:
    wrong = []
    prefixes = [prefix for prefix in made.prefixes[::2] if tools.pip_runs_in(prefix)]
    assert prefixes
    for prefix in prefixes:
        for manifest in made.files(prefix, BY_PIP, "pip", extras=False):
            answer = tools.ask_pip(prefix, made.wheels, manifest)
            assert answer.changes is not None, f"{answer.said}\n{manifest.read_text()}"
            ours = unsatisfied(prefix, manifest)
            if ours != answer.changes:
                wrong.append(f"{manifest}: we say {sorted(ours)}, pip says {sorted(answer.changes)}\n{manifest.read_text()}")
    assert not wrong, "\n".join(wrong)


def test_a_file_with_all_it_needs_is_in_step_or_not_as_uv_says(made: Made) -> None:
    wrong, in_step = [], 0
    for prefix in made.prefixes:
        installed = [path.name.split("-")[0] for path in prefix.rglob("*.dist-info")]
        files = list(made.files(prefix, DEEP, "deep", extras=True))
        for number, name in enumerate(installed):  # single names are in step often enough to be worth asking about
            path = prefix.parent / f"requirements-one-{number}.txt"
            path.write_text(f"{name}{'[fast]' if number % 2 else ''}\n", "utf-8")
            files.append(path)
        for manifest in files:
            answer = tools.ask_uv(prefix, made.wheels, manifest, dependencies=True)
            theirs = answer.changes == frozenset()
            found = judging.findings(judging.facts_of(prefix, manifest))
            in_step += theirs
            if theirs != (not found):
                said = "\n".join(f"  {one.code}: {one.message}" for one in found)
                wrong.append(f"{manifest}: uv says {answer.said}we say\n{said}\nof\n{manifest.read_text()}")
    assert not wrong, "\n".join(wrong[:4])
    assert in_step >= 10, "an oracle that never says yes proves nothing"


def test_constraints_on_what_others_need_are_met_or_not_as_uv_says(made: Made) -> None:
    random, wrong, answers = Random(SEED), [], set()
    for prefix in made.prefixes:
        installed = dict(path.name.removesuffix(".dist-info").split("-", 1) for path in prefix.rglob("*.dist-info"))
        for number, name in enumerate(installed):
            bounds = prefix.parent / f"bounds-{number}.txt"
            chosen = random.sample(sorted(installed), min(2, len(installed)))
            bounds.write_text(
                "".join(f"{each}{random.choice(('<', '<=', '==', '>=', '!='))}{installed[each]}\n" for each in chosen), "utf-8"
            )
            manifest = prefix.parent / f"requirements-bound-{number}.txt"
            manifest.write_text(f"-c {bounds.name}\n{name}{'[fast]' if number % 2 else ''}\n", "utf-8")
            answer = tools.ask_uv(prefix, made.wheels, manifest, dependencies=True)
            theirs = answer.changes == frozenset()
            found = judging.findings(judging.facts_of(prefix, manifest))
            answers.add((theirs, any(one.path == str(bounds) for one in found)))
            if theirs != (not found):
                said = "\n".join(f"  {one.code}: {one.message}" for one in found)
                wrong.append(f"{manifest}: uv says {answer.said}we say\n{said}\nof\n{manifest.read_text()}{bounds.read_text()}")
    assert not wrong, "\n".join(wrong[:4])
    assert answers == {(True, False), (False, False), (False, True)}


def ours_by_check(prefix: Path) -> set[tuple[str, str]]:
    manifest = prefix.parent / "requirements-all.txt"
    manifest.write_text("\n".join({path.name.split("-")[0] for path in prefix.rglob("*.dist-info")}) + "\n", "utf-8")
    facts = judging.facts_of(prefix, manifest)
    keys = [one.parsed.key for one in facts.manifests[str(manifest)].requirements]
    return {(lack.parent[0], lack.need.key) for key in keys for lack in reach(facts, (key or "", "")).lacks}


def test_what_dependencies_lack_is_what_pip_check_says(made: Made) -> None:
    lacking = 0
    for number, prefix in enumerate(made.prefixes):
        ours = ours_by_check(prefix)
        lacking += len(ours)
        assert ours == tools.check_by_uv(prefix)
        if number % ENVIRONMENTS == 0 and tools.pip_runs_in(prefix):
            assert ours == tools.check_by_pip(prefix)
    assert lacking >= 10


def test_the_finding_names_everything_pip_check_says_once(made: Made) -> None:
    for prefix in made.prefixes:
        expected = {need for _, need in ours_by_check(prefix)}
        found = judging.findings(judging.facts_of(prefix, prefix.parent / "requirements-all.txt"))
        told = {one.data["name"] for one in found if one.code == "missing-dependency" and len(one.data["chain"]) == 2}  # type: ignore[arg-type]
        assert {need for need in expected if need not in told} == set() or expected <= {one.data.get("name") for one in found}
