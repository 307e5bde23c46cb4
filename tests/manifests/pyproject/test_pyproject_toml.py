"""pyproject.toml: what it states, where, and what is wrong with it at the very characters."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import assert_even, ends
from venvls.manifests.pyproject.manifest import parse
from venvls.manifests.syntax.toml_statements import read_string
from venvls.model.families import PyprojectTable
from venvls.model.manifest import Defaults, Manifest
from venvls.model.requirement import Scope
from venvls.model.text import Span, Text

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def parsed(source: str) -> Manifest:
    return parse(Text(source), "/home/me/My App/pyproject.toml")


def at(manifest: Manifest, span: Span) -> str:
    return manifest.text.source[span.start : span.end]


def stated(manifest: Manifest) -> list[tuple[str, str | None, str]]:
    return [(item.scope.kind, item.scope.name, item.parsed.text) for item in manifest.requirements]


def problems(manifest: Manifest) -> list[tuple[str, str]]:
    return [(problem.code, at(manifest, problem.span)) for problem in manifest.problems]


REALISTIC = """\
# The build comes first.
[build-system]
requires = ["hatchling>=1.25", 'hatch-vcs']
build-backend = "hatchling.build"

[project]
name = "My_App"
dynamic = ["version"]
requires-python = ">=3.9, <4"
dependencies = [
    "requests[socks]>=2.31",  # the web
    "tomli; python_version < '3.11'",
    'importlib-metadata; python_version < "3.10"',
    "pip @ https://example.org/pip.zip",
]

[project.optional-dependencies]
Docs = ["sphinx>=7", "furo"]
all = ["my-app[docs]"]

[project.urls]
Home = "https://example.org"

[dependency-groups]
test = ["pytest>=8", { include-group = "Type_Check" }]
type-check = ["mypy"]
dev = [
    {include-group = "test"},
    "ruff",
]

[tool.uv]
default-groups = ["dev", "test"]

[tool.venvls.rules]
extraneous-package = "off"
"""


def test_a_real_file_is_read_whole() -> None:
    manifest = parsed(REALISTIC)
    assert stated(manifest) == [
        ("build", None, "hatchling>=1.25"),
        ("build", None, "hatch-vcs"),
        ("main", None, "requests[socks]>=2.31"),
        ("main", None, "tomli; python_version < '3.11'"),
        ("main", None, 'importlib-metadata; python_version < "3.10"'),
        ("main", None, "pip @ https://example.org/pip.zip"),
        ("extra", "docs", "sphinx>=7"),
        ("extra", "docs", "furo"),
        ("extra", "all", "my-app[docs]"),
        ("group", "test", "pytest>=8"),
        ("group", "type-check", "mypy"),
        ("group", "dev", "ruff"),
    ]
    assert all(at(manifest, item.span) == item.parsed.text for item in manifest.requirements)
    assert manifest.complete and not manifest.problems and manifest.format == "pyproject.toml"
    assert manifest.requires_python is not None and at(manifest, manifest.requires_python.span) == ">=3.9, <4"
    assert manifest.defaults == Defaults(("dev", "test"))
    assert at(manifest, manifest.first_statement) == "dependencies"
    assert [(group.kind, group.key, at(manifest, group.span)) for group in manifest.groups] == [
        ("extra", "docs", "Docs"),
        ("extra", "all", "all"),
        ("group", "test", "test"),
        ("group", "type-check", "type-check"),
        ("group", "dev", "dev"),
    ]
    assert [(key, at(manifest, span)) for group in manifest.groups for key, span in group.includes] == [
        ("type-check", "Type_Check"),
        ("test", "test"),
    ]
    assert manifest.name == "my-app" and tuple(manifest.tool) == ("uv", "venvls")
    assert manifest.own.pyproject == PyprojectTable(None, "hatchling.build")
    assert manifest.tool["venvls"] == {"rules": {"extraneous-package": "off"}} and manifest.dynamic == ("version",)
    assert manifest.members == {"test": ("test", "type-check"), "type-check": ("type-check",), "dev": ("dev", "test", "type-check")}
    assert manifest.self_extras == {Scope("extra", "all"): ("docs",)}


FORMS = [
    'project = {dependencies = ["a>=1", "b"]}',
    'project.dependencies = ["a>=1", "b"]',
    '[project]\r\ndependencies = [\r\n  "a>=1", # one\r\n  "b"\r\n]\r\n',
    "[\"project\"]\n\"dependencies\" = ['a>=1', '''b''']",
    '\ufeff[project]\ndependencies = ["""a>=1""", """\nb"""]',
    '[project]\ndependencies = ["\\u0061>=1", "\\U00000062"]',
    '[project]\ndependencies = ["""\\\n   a\\\n >=1""", "b"]',
    '[project.urls]\nx = "y"\n[tool.x]\n[project]\ndependencies = ["a>=1", "b"]',
    '[project]\ndependencies=[\n"a>=1"\n,"b"\n,\n]',
]


@pytest.mark.parametrize("source", FORMS)
def test_every_way_of_writing_the_same_says_the_same(source: str) -> None:
    manifest = parsed(source)
    assert [(item.parsed.key, item.parsed.specifier) for item in manifest.requirements] == [("a", ">=1"), ("b", "")]
    assert not manifest.problems
    first = manifest.requirements[0]
    assert first.parsed.specifier_span is not None and at(manifest, first.locate(first.parsed.specifier_span)) == ">=1"


WRONG = [
    ('[project]\ndependencies = "requests"', [("invalid-manifest", '"requests"')]),
    ('[project]\ndependencies = ["a", 1, true, ["b"]]', [("invalid-manifest", wrong) for wrong in ("1", "true", '["b"]')]),
    ("project = 1", [("invalid-manifest", "1")]),
    ('[project]\noptional-dependencies = ["a"]', [("invalid-manifest", '["a"]')]),
    ('[project.optional-dependencies]\nx = "a"', [("invalid-manifest", '"a"')]),
    ('[project]\nrequires-python = 3.9', [("invalid-manifest", "3.9")]),
    ('[project]\nrequires-python = ">=3.9, =>4"', [("invalid-requirement", "=>4")]),
    ('[project]\nrequires-python = "\\u003e=3.9, \\"x"', [("invalid-requirement", '\\"x')]),
    ('[project]\ndependencies = ["requests>="]', None),
    ('[project]\ndependencies = ["requests >=2 !"]', None),
    ('[project]\ndependencies = [""]', [("invalid-requirement", '""')]),
    ('[dependency-groups]\na = [{include-group = "b"}]', [("unknown-group", "b")]),
    ('[dependency-groups]\na = [{include-group = "a"}]', [("include-cycle", "a")]),
    ('[dependency-groups]\na = [{include-group = "b"}]\nb = [{include-group = "A"}]', [("include-cycle", "b"), ("include-cycle", "A")]),
    ('[dependency-groups]\na = [{include-groups = "b"}]', [("invalid-manifest", '{include-groups = "b"}')]),
    ('[dependency-groups]\na-b = []\nA_b = []', [("invalid-manifest", "A_b")]),
    ('[dependency-groups]\na = {x = 1}', [("invalid-manifest", "{x = 1}")]),
    ('[tool.uv]\ndefault-groups = ["none"]', [("unknown-group", "none")]),
    ('[project]\nname = "x"\ndependencies = ["X[y]"]\n', [("unknown-group", "[y]")]),
    ('[project]\nname = "x"\ndynamic = ["dependencies"]\ndependencies = []', [("invalid-manifest", '"dependencies"')]),
    ('[build-system]\nrequires = "setuptools"', [("invalid-manifest", '"setuptools"')]),
    ('build-system = "x"', [("invalid-manifest", '"x"')]),
    ('tool = 3', [("invalid-manifest", "3")]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), WRONG)
def test_what_is_wrong_is_shown_at_its_characters(source: str, expected: list[tuple[str, str]] | None) -> None:
    manifest = parsed(source)
    if expected is None:
        assert [code for code, _ in problems(manifest)] == ["invalid-requirement"]
    else:
        assert problems(manifest) == expected
    assert all(problem.message[0] not in "abcdefghijklmnopqrstuvwxyz" and problem.message.endswith(".") for problem in manifest.problems)


def test_an_error_behind_an_escape_is_shown_where_it_is_written() -> None:
    manifest = parsed('[project]\ndependencies = ["a ; python_version < \\"3.9\\" and nope == \\"x\\""]')
    (problem,) = manifest.problems
    assert problem.code == "invalid-requirement" and "nope" in at(manifest, problem.span)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('dependencies = {file = ["requirements.txt", "more.txt"]}', [("requirements.txt", None), ("more.txt", None)]),
        ('dependencies.file = "requirements.txt"', [("requirements.txt", None)]),
        ('optional-dependencies.Dev_X = {file = ["dev.txt"]}', [("dev.txt", "dev-x")]),
        ('version = {attr = "x.y"}', []),
    ],
)
def test_dynamic_dependencies_are_included_from_their_files(source: str, expected: list[tuple[str, str | None]]) -> None:
    head = '[project]\nname = "x"\ndynamic = ["dependencies", "optional-dependencies"]\n[tool.setuptools.dynamic]\n'
    manifest = parsed(head + source)
    assert [(include.target, include.group) for include in manifest.includes] == expected
    assert all(at(manifest, include.span) == include.target for include in manifest.includes)
    assert not manifest.problems
    assert parsed(head.replace('"dependencies", "optional-dependencies"', "") + source).includes == ()


def test_all_default_groups() -> None:
    assert parsed('[tool.uv]\ndefault-groups = "all"').defaults == Defaults(all_groups=True)
    assert parsed("[tool.uv]\n").defaults is None


@pytest.mark.parametrize(
    ("source", "expected"),
    [("", ""), ("# only\n", ""), ("[tool.x]\n", "[tool.x]"), ("[tool.x]\n[project] # c\nname = 'x'", "[project]")],
)
def test_a_remark_on_the_whole_file_has_a_place(source: str, expected: str) -> None:
    manifest = parsed(source)
    assert at(manifest, manifest.first_statement) == expected


def test_the_statement_of_a_requirement_can_always_be_taken_out() -> None:
    for source in [*FORMS, REALISTIC, '[project]\ndependencies = ["a", "b", "c",]', '[project]\ndependencies = [\n "a", "b", # c\n "c"]']:
        manifest = parsed(source)
        spans = sorted(item.statement for item in manifest.requirements)
        assert all(before.end <= after.start for before, after in pairwise(spans))
        for picked in ([item] for item in manifest.requirements):
            assert_without(manifest, [item.statement for item in picked], [item for item in manifest.requirements if item not in picked])
        assert_without(manifest, spans, [])


def assert_without(manifest: Manifest, spans: list[Span], left: list[object]) -> None:
    text = manifest.text.source
    for span in sorted(spans, reverse=True):
        text = text[: span.start] + text[span.end :]
    after = parsed(text)
    assert after.complete, text
    assert [item.parsed.text for item in after.requirements] == [item.parsed.text for item in left]  # type: ignore[attr-defined]


def test_a_half_typed_requirement_leaves_all_others() -> None:
    whole = {item.parsed.text for item in parsed(REALISTIC).requirements}
    place = REALISTIC.index('    "tomli;')
    for typed in ['"', '"flas', "flask", '"flask" "x"', "{", '"flask",,']:
        manifest = parsed(f"{REALISTIC[:place]}    {typed}\n{REALISTIC[place:]}")
        assert not manifest.complete
        assert whole - {item.parsed.text for item in manifest.requirements} <= {"flask"}, typed
        assert {problem.code for problem in manifest.problems} == {"invalid-manifest"}, typed


def test_every_prefix_keeps_what_is_finished() -> None:
    whole = parsed(REALISTIC).requirements
    for end in range(len(REALISTIC)):
        manifest = parsed(REALISTIC[:end])
        assert all(0 <= span.start <= span.end <= end for item in manifest.requirements for span in (item.span, item.statement))
        assert all(0 <= problem.span.start <= problem.span.end <= end for problem in manifest.problems)
        written = [item for item in manifest.requirements if not item.parsed.error]
        assert all(at(manifest, item.span) == item.parsed.text for item in written)
        finished = [item for item in whole if item.span.end < end]
        assert {item.parsed.text for item in finished} <= {item.parsed.text for item in manifest.requirements}
    assert_even(lambda size: parsed(REALISTIC[:size]), len(REALISTIC) // 2)


def test_many_groups_do_not_grow_with_the_square() -> None:
    def source(size: int) -> str:
        chain = "".join(f'g{number} = [{{include-group = "g{number + 1}"}}]\n' for number in range(size))
        return f"[dependency-groups]\n{chain}g{size} = []"

    assert_even(lambda size: parsed(source(size)), 600)
    with ends():
        assert not parsed(source(3000)).problems


NAMES = st.from_regex(r"[a-z][a-z0-9]{0,6}", fullmatch=True)
TEXTS = st.one_of(
    st.builds(lambda name, number: f"{name}>={number}", NAMES, st.integers(0, 99)),
    st.builds(lambda name, quote: f"{name} ; python_version < {quote}3.9{quote}", NAMES, st.sampled_from("'\"")),
    st.text(max_size=8),
)


def written(text: str, form: int, every: bool) -> str:
    """A TOML string in one of the four forms, as far as the text allows it."""
    plain = all(letter.isprintable() for letter in text)
    if form == 1 and plain and "'" not in text:
        return f"'{text}'"
    if form == 2 and plain and "'" not in text:
        return f"'''\n{text}'''"
    escaped = "".join(
        f"\\U{ord(letter):08X}" if every or letter in '"\\' or not letter.isprintable() or ord(letter) > 0xFFFF else letter
        for letter in text
    )
    return f'"""\\\n  {escaped}\\\n  """' if form == 3 and not escaped[:1].isspace() and not escaped[-1:].isspace() else f'"{escaped}"'


@st.composite
def projects(draw: st.DrawFn) -> str:
    nl = draw(st.sampled_from(["\n", "\r\n"]))
    gaps = st.sampled_from(["", " ", nl, f"{nl}    ", f" # no ] \" , ' end{nl}\t"])

    def listed(values: st.SearchStrategy[str]) -> str:
        items = [draw(gaps) + item + draw(gaps) for item in draw(st.lists(values, max_size=5))]
        return "[" + ",".join(items) + (draw(st.sampled_from(["", ","])) if items else "") + draw(gaps) + "]"

    strings = st.builds(written, TEXTS, st.integers(0, 3), st.booleans())
    includes = NAMES.map(lambda name: f'{{ include-group = "{name}" }}')
    blocks = [
        f"[project]{nl}name = 'x'{nl}dependencies = {listed(strings)}{nl}",
        f"[project.optional-dependencies]{nl}" + "".join(f"{name} = {listed(strings)}{nl}" for name in draw(st.sets(NAMES, max_size=3))),
        f"[dependency-groups]{nl}"
        + "".join(f'"{name}" = {listed(st.one_of(strings, includes))}{nl}' for name in draw(st.sets(NAMES, max_size=3))),
    ]
    return nl.join(draw(st.permutations(blocks)))


def in_values(value: Mapping[str, object]) -> list[tuple[str, str | None, str]]:
    project, found = value.get("project", {}), []
    found += [("main", None, text) for text in project.get("dependencies", [])]  # type: ignore[attr-defined]
    for kind, table in (("extra", project.get("optional-dependencies", {})), ("group", value.get("dependency-groups", {}))):  # type: ignore[attr-defined]
        found += [(kind, name, text) for name, texts in table.items() for text in texts if isinstance(text, str)]  # type: ignore[attr-defined]
    return sorted(found, key=repr)


@settings(max_examples=250, deadline=None)
@given(projects())
def test_what_is_read_is_what_the_standard_library_reads(source: str) -> None:
    manifest = parsed(source)
    assert manifest.complete
    blanks = " \t"
    expected = [(kind, name, text.strip(blanks)) for kind, name, text in in_values(tomllib.loads(source))]
    assert sorted(stated(manifest), key=repr) == sorted(expected, key=repr)
    for item in manifest.requirements:
        raw = source[item.span.start : item.span.end]
        quote = '"' if item.offsets is not None else "'"
        decoded = (
            read_string(f"{quote * 3}{raw}{quote * 3}", Span(0, len(raw) + 6)).value
            if "\r" in raw or ("\\" in raw and quote == '"')
            else raw
        )
        assert decoded.strip(blanks) == item.parsed.text


@settings(max_examples=150, deadline=None)
@given(projects(), st.data())
def test_a_damaged_file_is_read_without_an_error(source: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, min(len(source), start + 12)))
    manifest = parsed(source[:start] + data.draw(st.text(alphabet="[]{}\"'\\#=,.\n a", max_size=4)) + source[end:])
    for item in manifest.requirements:
        assert 0 <= item.statement.start <= item.span.start <= item.span.end <= len(manifest.text.source)
    assert all(problem.span.end <= len(manifest.text.source) for problem in manifest.problems)
