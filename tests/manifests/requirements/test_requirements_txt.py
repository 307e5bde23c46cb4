"""requirements files: what each line says, where it stands, and what a broken or hostile file does not do."""

from __future__ import annotations

import pytest

from tests.effort import assert_even, ends
from venvls.manifests.requirements import file as requirements_txt
from venvls.model.manifest import Manifest
from venvls.model.text import Text


def parse(source: str, **options: bool) -> Manifest:
    return requirements_txt.parse(Text(source), "requirements.txt", **options)  # type: ignore[arg-type]


def under(manifest: Manifest, span: tuple[int, int]) -> str:
    return manifest.text.source[span[0] : span[1]]


def test_spans_and_statements() -> None:
    manifest = parse("# top\n  requests[x]>=2  # why\nflask==1 --hash=sha256:aa\r\n-e ./pkg[dev] # local\n")
    assert [under(manifest, r.span) for r in manifest.requirements] == ["requests[x]>=2", "flask==1", "./pkg[dev]"]
    assert [under(manifest, r.statement) for r in manifest.requirements] == [
        "  requests[x]>=2  # why\n",
        "flask==1 --hash=sha256:aa\r\n",
        "-e ./pkg[dev] # local\n",
    ]
    assert manifest.requirements[1].hashes == ("sha256:aa",)
    assert under(manifest, manifest.first_statement) == "requests[x]>=2"
    located = manifest.requirements[0].locate(manifest.requirements[0].parsed.specifier_span)  # type: ignore[arg-type]
    assert under(manifest, located) == ">=2"


def test_a_continued_requirement_keeps_its_places() -> None:
    manifest = parse("requests \\\n  >=2, \\\n  <3 \\\n  --hash=sha256:aa \\\n  --hash=sha256:bb\nflask\n")
    (requests, flask) = manifest.requirements
    assert requests.parsed.text == "requests   >=2,   <3"
    assert requests.parsed.specifier_span is not None
    assert under(manifest, requests.locate(requests.parsed.specifier_span)) == ">=2, \\\n  <3"
    assert under(manifest, requests.statement).endswith("--hash=sha256:bb\n")
    assert requests.hashes == ("sha256:aa", "sha256:bb")
    assert under(manifest, flask.statement) == "flask\n"


def test_an_error_in_a_continued_line_is_at_its_characters() -> None:
    manifest = parse("requests \\\n  =>2\n")
    assert [under(manifest, p.span) for p in manifest.problems] == ["=>"]


def test_quoted_editable_keeps_its_places() -> None:
    manifest = parse('-e "my dir/p\\"k"[x]\n-e \'other dir\'\n')
    first, second = manifest.requirements
    assert first.parsed.url == 'my dir/p"k'
    assert first.parsed.extras_span is not None
    assert under(manifest, first.locate(first.parsed.extras_span)) == "[x]"
    assert under(manifest, second.span) == "other dir"


@pytest.mark.parametrize(
    ("line", "target", "kind"),
    [
        ("-r other.txt", "other.txt", "requirements"),
        ("-rother.txt", "other.txt", "requirements"),
        ("--requirement=other.txt", "other.txt", "requirements"),
        ("--requirement other.txt", "other.txt", "requirements"),
        ("--requirement  'my file.txt'", "my file.txt", "requirements"),
        ("-c c.txt", "c.txt", "constraints"),
        ("--constraint=c.txt # x", "c.txt", "constraints"),
        ("-r ${DIR}/x.txt", "${DIR}/x.txt", "requirements"),
        ("-r https://h/x.txt", "https://h/x.txt", "requirements"),
        ("-r=x.txt", "=x.txt", "requirements"),
        ("-r /etc/passwd", "/etc/passwd", "requirements"),
    ],
)
def test_includes(line: str, target: str, kind: str) -> None:
    manifest = parse(line + "\n")
    (include,) = manifest.includes
    assert (include.target, include.kind) == (target, kind)
    assert under(manifest, include.span) == target
    assert not manifest.problems


def test_options_and_their_places() -> None:
    manifest = parse("-i https://h/s --pre\n--extra https://h/2\n--no-binary=:all:\n--use-feature fast-deps\n")
    assert [(o.name, o.value, under(manifest, o.span)) for o in manifest.options] == [
        ("--index-url", "https://h/s", "-i https://h/s"),
        ("--pre", None, "--pre"),
        ("--extra-index-url", "https://h/2", "--extra https://h/2"),
        ("--no-binary", ":all:", "--no-binary=:all:"),
        ("--use-feature", "fast-deps", "--use-feature fast-deps"),
    ]


def test_a_variable_in_an_option_is_never_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "secret")
    manifest = parse("--index-url https://${TOKEN}@h/s\nx==${TOKEN}\n")
    assert manifest.options[0].value == "https://${TOKEN}@h/s"
    assert "secret" not in repr(manifest.requirements) + repr(manifest.options)
    assert not manifest.problems


@pytest.mark.parametrize(
    ("line", "characters", "sentence"),
    [
        ("--nope", "--nope", "`--nope` is not an option"),
        ("requests --nope=1", "--nope", "is not an option"),
        ("-x", "-x", "`-x` is not an option"),
        ("-r", "-r", "the name of a file is missing"),
        ("--re x", "--re", "may be `--requirement` or `--require-hashes`"),
        ("--pre=1", "--pre=1", "takes no value"),
        ("-e 'x", "'x", "the quote is not closed"),
        ("a --hash=md5:00", "md5:00", "use sha256"),
        ("a --hash=00", "00", "needs its algorithm"),
        ("a --config-settings x", "x", "KEY=VALUE"),
        ("a==1\t--hash=sha256:aa", "\t", "only after a space"),
        ("requests=>2 --hash=sha256:aa", "=>", "did you mean"),
        ("-e https://h/x", "https://h/x", "version control"),
        ("-e git+https://h/x", "git+https://h/x", "#egg=name"),
    ],
)
def test_problems_are_at_their_characters(line: str, characters: str, sentence: str) -> None:
    manifest = parse("flask\n" + line + "\ndjango\n")
    (problem,) = manifest.problems
    assert problem.code == "invalid-requirement"
    assert under(manifest, problem.span) == characters
    assert sentence in problem.message
    assert {"flask", "django"} <= {r.parsed.name for r in manifest.requirements}


def test_options_of_a_requirement() -> None:
    (requirement,) = parse('a==1 --config-settings=x=y -C "z=1 2" --global-option=--fast --hash sha384:cc\n').requirements
    assert requirement.options == ("--config-settings=x=y", '-C "z=1 2"', "--global-option=--fast")
    assert requirement.hashes == ("sha384:cc",)


def test_constraints_bind_and_do_not_ask() -> None:
    assert [r.scope.kind for r in parse("a<2\n", constraint=True).requirements] == ["constraint"]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a\r\nb\r\n", "ab"),
        ("a\rb\r", "ab"),
        ("a\nb", "ab"),
        ("\ufeffa\nb\n", "ab"),
        ("a\x0cb\n", "ab"),
        ("", ""),
        ("\n\n", ""),
        ("# a\n", ""),
        ("a #b\n", "a"),
        ("a\\\n#c\nb", "ab"),
        ("a # c \\\nb", "a"),
        ("\\\na", "a"),
        ("a \\", "a"),
        ("a\n  # x \\\nb", "ab"),
        ("a\u2028b", "ab"),
    ],
)
def test_line_ends_comments_and_continuations(source: str, names: str) -> None:
    manifest = parse(source)
    assert [r.parsed.name for r in manifest.requirements] == list(names)
    assert not manifest.problems


def test_nul_characters_are_a_problem() -> None:
    assert [p.code for p in parse("a\x00b\nflask\n").problems] == ["invalid-requirement"]


def test_no_statement_no_place() -> None:
    assert parse("# only a comment\n").first_statement == (0, 0)


HOSTILE = {
    "blanks (173 s in pip)": "a" + " " * 200_000 + "x\n",
    "blanks and a comment": "a" + " " * 200_000 + "#x\n",
    "blanks in requirements": ("a[" + " " * 45_000 + "x y\n") * 50,
    "number signs": "x#" * 400_000,
    "parentheses": "a;" + "(" * 2000 + "os_name=='x'" + ")" * 2000,
    "long names": ("a" + "-" * 45_000 + "\n") * 50,
    "many clauses": "a" + ",".join(["==1a" + "0" * 50] * 800) + "x",
    "one continued line": "a \\\n" * 40_000,
    "quotes": "-e '" + "\\'" * 90_000,
    "errors on every line": "a b\n" * 49_000,
    "lines": "".join(f"package-{i}=={i}.0\n" for i in range(100_000)),
    "10 MB": "a==1.0  # a comment that makes the line longer than it would have to be, and then some more of it\n" * 49_000,
    "100 MB": "a==1.0\n" * 15_000_000,
    "one line of 100 MB": "a" * 100_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_answered(name: str) -> None:
    with ends():
        manifest = parse(HOSTILE[name])
    assert len(manifest.problems) <= 1_002


@pytest.mark.parametrize(
    ("head", "line", "tail"),
    [
        ("", "a==1.0  # why\n", ""),
        ("", "a b\n", ""),
        ("a \\\n", "\\\n", ""),
        ("a;", "(", "os_name"),
        ("a", "==1,", ""),
        ("-e '", "\\'", ""),
    ],
)
def test_reading_is_work_that_grows_with_the_text_only(head: str, line: str, tail: str) -> None:
    assert_even(lambda size: parse(head + line * size + tail), 200)


def test_too_large_is_said_once() -> None:
    manifest = parse("a\n" * 100_001)
    assert [p.code for p in manifest.problems] == ["invalid-manifest"]
    assert "too large" in manifest.problems[0].message
    assert not manifest.complete
