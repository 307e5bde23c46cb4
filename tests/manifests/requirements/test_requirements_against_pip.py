"""pip's own parser, taken from an installed pip, agrees with ours: on a corpus in the manner of real projects, and on generated files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement

from tests.manifests.conftest import Pip
from venvls.manifests import parse as parse_any
from venvls.manifests.requirements import file as requirements_txt
from venvls.model.manifest import Manifest
from venvls.model.text import Text

CORPUS = sorted((Path(__file__).parent / "corpus").glob("**/*.*"))
# Not --use-feature: pip's parsers share one list of them, so that a line's features show up on all lines after it.
_SETTINGS = {
    "--index-url",
    "--extra-index-url",
    "--no-index",
    "--find-links",
    "--prefer-binary",
    "--require-hashes",
    "--pre",
    "--trusted-host",
}


def ours_by_line(manifest: Manifest) -> dict[int, dict[str, object]]:
    """What we read, by the number of the statement's first line (from 1, as pip counts; pip's lines end where Python's do)."""
    source = manifest.text.source
    ends = [0]
    for line in source.splitlines(keepends=True):
        ends.append(ends[-1] + len(line))

    def number(offset: int) -> int:
        return next(i for i in range(len(ends) - 1, -1, -1) if ends[i] <= offset) + 1

    found: dict[int, dict[str, object]] = {}
    for requirement in manifest.requirements:
        one = found.setdefault(number(requirement.statement.start), {})
        one["requirement"] = requirement.parsed.text
        one["editable"] = requirement.parsed.editable
        one["hashes"] = sorted(requirement.hashes)
    for include in manifest.includes:
        found.setdefault(number(include.span.start), {})["include"] = [include.kind, include.target]
    for option in manifest.options:
        one = found.setdefault(number(option.span.start), {})
        one.setdefault("settings", []).append([option.name, option.value])  # type: ignore[attr-defined]
    for problem in manifest.problems:
        found.setdefault(number(problem.span.start), {})["problem"] = problem.message
    return found


def agree(pip: Pip, source: str) -> None:
    """Every line pip accepts is read alike, every line it refuses is refused. Lines are matched by the statement's first line."""
    manifest = requirements_txt.parse(Text(source), "requirements.txt")
    ours = ours_by_line(manifest)
    for theirs in pip.lines(source):
        number = theirs["line"]
        assert isinstance(number, int)
        mine: dict[str, object] = {}
        for other in sorted(ours):
            if other >= number and spans(source, number, other):
                both = [*mine.get("settings", []), *ours[other].get("settings", [])]  # type: ignore[misc]
                mine.update(ours[other])
                mine["settings"] = both
        context = f"line {number}: pip {theirs}, ours {mine}"
        if "invalid choice" in str(theirs["refused"]):
            continue  # the features of --use-feature come and go with every pip
        if theirs["refused"]:
            # A variable is never held against a line: pip would have put its value there.
            assert "problem" in mine or is_path(mine) or "${" in str(theirs["text"]), context
            continue
        assert "problem" not in mine or excused(theirs), context
        if "problem" in mine:
            continue
        # pip keeps the blanks between a requirement and its options.
        assert mine.get("requirement") == (str(theirs["requirement"]).rstrip(" ") if "requirement" in theirs else None), context
        assert mine.get("include") == theirs.get("include"), context
        if "requirement" in theirs:
            assert mine["hashes"] == theirs["hashes"] or theirs["editable"], context
            assert mine["editable"] == theirs["editable"], context
        known = [setting for setting in mine.get("settings", []) if setting[0] in _SETTINGS]  # type: ignore[attr-defined]
        if "settings" in theirs:
            assert sorted(last_of_single(known), key=str) == theirs["settings"], context


def spans(source: str, first: int, other: int) -> bool:
    """Whether the logical line that begins at ``first`` reaches ``other``."""
    lines = source.splitlines()
    return all(line.endswith("\\") for line in lines[first - 1 : other - 1])


def last_of_single(settings_: list[list[object]]) -> list[list[object]]:
    """``--index-url`` given twice on a line counts once, and so do flags."""
    single: dict[object, list[object]] = {}
    many = []
    for name, value in settings_:
        if name == "--index-url" or value is None:
            single[name] = [name, value]
        else:
            many.append([name, value])
    return [*single.values(), *many]


def is_path(mine: dict[str, object]) -> bool:
    """pip looks on the disk whether a path is there; we do not, and the refusal is not about the text."""
    text = mine.get("requirement")
    return isinstance(text, str) and ("/" in text or "\\" in text or text.startswith(".") or bool(mine.get("editable")))


def excused(theirs: dict[str, object]) -> bool:
    """What pip lets pass and cannot install.

    Older pips carry a packaging that takes any characters for a version (PEP 440 was not asked). And a URL of no kind that pip knows is a
    file's name to pip where it ends like an archive.
    """
    text = str(theirs.get("requirement"))
    try:
        Requirement(text)
    except InvalidRequirement:
        unknown = "://" in text and text.endswith((".whl", ".zip", ".tar.gz", ".tar.bz2", ".tgz"))
        return unknown or (any(operator in text for operator in "<>=~") and not theirs["editable"])
    return False


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_corpus_reads_as_in_pip(pip: Pip, path: Path) -> None:
    source = path.read_bytes().decode("utf-8-sig")
    assert requirements_txt.parse(Text(source), path.name).requirements or "-r" in source or "-c" in source
    agree(pip, source)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_corpus_is_well_formed(path: Path) -> None:
    manifest = requirements_txt.parse(Text(path.read_bytes().decode("utf-8-sig")), path.name)
    assert [problem.message for problem in manifest.problems] == []


def test_includes_lead_to_the_same_requirements(pip: Pip) -> None:
    """``parse_requirements`` follows -r and -c; following ours gives the same list, constraints marked."""
    folder = Path(__file__).parent / "corpus" / "nested"

    def follow(path: Path, hint: str) -> list[list[object]]:
        manifest = parse_any(str(path), Text(path.read_text(encoding="utf-8")), hint)
        placed: list[tuple[int, list[list[object]]]] = [
            (r.span.start, [[r.parsed.text, r.parsed.editable, r.scope.kind == "constraint"]]) for r in manifest.requirements
        ]
        placed += [(i.span.start, follow(path.parent / i.target, i.kind)) for i in manifest.includes]
        return [one for _, some in sorted(placed, key=lambda pair: pair[0]) for one in some]

    assert follow(folder / "base.txt", "requirements") == pip.whole(folder / "base.txt")


names = st.sampled_from(["requests", "Flask", "a", "zope.interface", "ruamel_yaml", "x2", "backports.zoneinfo"])
extras = st.sampled_from(["", "", "[security]", "[a,b]", " [ a , b-c ]", "[]"])
versions = st.sampled_from(
    ["", "", "==1.0", ">=1,<2", "~=1.4.2", "== 1.*", "!=1.5.post1", ">=2.0rc1 , <3", "===x.y", " (>=1.0)", "==1!2.0", "<=1.0.dev3"]
)
markers = st.sampled_from(
    ["", "", "; python_version < '3.8'", ' ; sys_platform == "win32" and extra == "x"', ";os_name=='nt'", "; (python_version>'3')", ";"]
)
hashes = st.lists(st.sampled_from(["--hash=sha256:" + "a" * 8, "--hash sha512:" + "b" * 8]), max_size=3).map(
    lambda all_: "".join(" " + one for one in all_)
)
pinned = st.builds(lambda *parts: "".join(parts), names, extras, versions, markers, hashes)
options = st.sampled_from(
    [
        "-r other.txt",
        "-rother.txt",
        "--requirement=other.txt",
        "--requirement other.txt",
        "-c con.txt",
        "--constraint=con.txt",
        "-e ./pkg",
        "-e ./pkg[dev]",
        "--editable=git+https://h/x.git@v1#egg=x&subdirectory=y",
        "-e 'my dir/pkg'",
        '-e "pkg/x"',
        "-i https://u:p@h/simple",
        "--index-url=https://h/simple",
        "--extra-index-url https://h/2",
        "--no-index",
        "-f ./wheels",
        "--find-links=https://h/w",
        "--no-binary :all:",
        "--only-binary=numpy",
        "--prefer-binary",
        "--require-hashes",
        "--pre",
        "--trusted-host h",
        "--use-feature=fast-deps",
        "--extra https://h/3",
        "-i https://a --pre --extra-index-url https://b",
    ]
)
direct = st.sampled_from(
    [
        "git+https://github.com/a/b.git@main#egg=b",
        "b @ git+ssh://git@h/b.git@v1",
        "https://h/b-1.0-py3-none-any.whl",
        "b @ https://h/b-1.0.tar.gz ; python_version > '3'",
        "https://h/b.zip#sha256=abc",
        "./dist/b-1.0-py3-none-any.whl",
        "./dist/b-1.0.tar.gz",
        "b-1.0-py3-none-any.whl",
        "file:///x/b-1.0.tar.gz",
        "b@https://h/b.zip",
        "https://${U}:${P}@h/b.zip",
        "${NAME_OF_IT}",
        "b==${VERSION}",
        "https://h/b.zip; python_version > '3'",
    ]
)
broken = st.sampled_from(
    [
        "requests=>2",
        "requests>=",
        "requests==abc",
        "[x]",
        "a[b",
        "a b",
        "a 1.0",
        "a ; b",
        "a ; python_version < '3",
        "--nope",
        "-x",
        "-r",
        "--hash=sha256",
        "a --hash=md5:00",
        "--no-index=1",
        "-e",
        "-e 'x",
        "a>=1 <2",
        "a,,b",
        "a>=1.*",
        "a~=1",
        "=1",
        "@ x",
        "-c",
        "a\t--pre",
        "a --config-settings x",
        "ftps://x",
        "é==1",
        "a==1;;",
        "--require",
    ]
)
comments = st.sampled_from(["", "", "", " # why", "  #x", "#glued", "\t# tab", " # ends with \\"])
ends = st.sampled_from(
    ["\n", "\n", "\n", "\r\n", "\r", "\n\n", " \\\n", "\\\n    ", "\\\r\n", " \\\n# in between\n", "\x0c", "\u2028", "\\"]
)
gaps = st.sampled_from(["", "", "", "# comment\n", "   \n", "    # indented\n", "\\\n", "\t"])


def files(*kinds: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    line = st.builds(lambda *parts: "".join(parts), gaps, st.one_of(*kinds), comments, ends)
    return st.lists(line, max_size=8).map("".join)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files(pinned, pinned, options, direct))
@example("a==1 \\\n  --hash=sha256:aa \\\n# comment ends it\nb==2\n")
@example("\\a==1\\\\\\\nb\n")
@example("a # c \\\nb\n")
@example("requests\\\nhttps://h/b-1.0-py3-none-any.whl\n")
def test_generated_files_read_as_in_pip(pip: Pip, source: str) -> None:
    agree(pip, source)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files(pinned, options, broken, broken))
def test_what_pip_refuses_is_refused(pip: Pip, source: str) -> None:
    agree(pip, source)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="ab1-=<>,;[]()@#\\'\" \t\n\r./:+${}A_~!*", max_size=60))
def test_arbitrary_characters_are_cut_into_the_same_lines(pip: Pip, source: str) -> None:
    """Whatever the text, the same lines hold something: the first line of each of ours is one of pip's."""
    manifest = requirements_txt.parse(Text(source), "requirements.txt")
    theirs = {line["line"] for line in pip.lines(source)}
    for number in ours_by_line(manifest):
        assert any(isinstance(first, int) and first <= number and spans(source, first, number) for first in theirs)
