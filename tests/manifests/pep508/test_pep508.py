"""What a requirement's parts are, where they stand, and which characters of a wrong one are pointed at."""

from __future__ import annotations

import subprocess
import sys

import pytest

from venvls.manifests.pep508.requirement import parse_requirement
from venvls.model.names import canonical
from venvls.model.text import Span

# Each second line draws what is wrong under the text; then part of the sentence.
WRONG = """
requests=>2
        ^^ did you mean `>=`?
requests=<2
        ^^ did you mean `<=`?
requests=2
        ^ did you mean `==`?
requests >=
         ^^ a version is missing after `>=`
requests>=abc
          ^^^ `abc` is not a version
requests>=1.*
           ^^ `.*` can only be used with
requests~=1
          ^ needs at least two numbers
requests>=1.0+local
             ^^^^^^ a local version can only be used with
requests==1.0.x
             ^^ is not a version
requests>=1 <2
            ^ a comma is missing before `<`
requests>=1,,<2
           ^^ a version is missing between the commas
requests 2.0
         ^^^ did you mean `==2.0`?
requests flask
         ^^^^^ is not expected after the name
requests # why
         ^^^^^ possible only in a requirements file
requests#why
        ^^^^ put a space before `#`
requests^1.2
        ^ `^` is not a version operator
requests[security
        ^^^^^^^^^ `[` is not closed
requests[a b]
           ^ a comma is missing before `b`
requests[a,]
          ^^ missing after the comma
requests (>=1
         ^^^^ `(` is not closed
requests>=1)
           ^ has no matching `(`
requests- >=1
        ^ must end with a letter or a digit
-requests
^ must begin with a letter or a digit
>=1
^^ a project name is missing before `>=`
réquests
 ^ cannot be in a project name
requests @
         ^ a URL is missing after `@`
requests ; python_version < '3
                            ^^ the quote is not closed
requests ; python_version < 3
                            ^ needs quotes around it
requests ; python_version = '3'
                          ^ did you mean `==`?
requests ; pyton_version < '3'
           ^^^^^^^^^^^^^ is not a variable of conditions
requests ; (python_version < '3'
           ^ `(` is not closed
requests ; python_version < '3')
                               ^ has no matching `(`
requests ; python_version < '3' os_name == 'nt'
                                ^^^^^^^ `and` or `or` is missing
requests ; python_version
           ^^^^^^^^^^^^^^ a comparison is missing after `python_version`
requests ; os_name == 'a' && os_name == 'b'
                          ^^ write `and`
git+git@github.com:a/b.git
^^^^^^^^^^^^^^^^^^^^^^^^^^ a URL is expected after `git+`
htps://h/x.zip
^^^^^ is not a URL scheme
./dist/notawheel.whl
       ^^^^^^^^^^^^^ not a valid file name of a wheel
git+https://h/x#egg=!
                    ^ is not a project name
"""


def drawn(text: str) -> list[tuple[str, Span, str]]:
    lines = text.strip("\n").split("\n")
    found = []
    for source, under in zip(lines[0::2], lines[1::2], strict=True):
        start = under.index("^")
        end = start + len(under[start:]) - len(under[start:].lstrip("^"))
        found.append((source, Span(start, end), under[end:].strip()))
    return found


@pytest.mark.parametrize(("text", "span", "sentence"), drawn(WRONG), ids=lambda value: value if isinstance(value, str) else "")
def test_wrong_characters_are_pointed_at(text: str, span: Span, sentence: str) -> None:
    parsed = parse_requirement(text)
    assert parsed.error is not None
    assert sentence in parsed.error
    assert parsed.error_span == span


@pytest.mark.parametrize("text", [">=1", "a b", "a>=", "a;x", "a[", "", "a @", "é"])
def test_the_same_without_paths(text: str) -> None:
    assert parse_requirement(text, lenient_path=False).error


def test_every_part_has_its_place() -> None:
    text = 'Zope.Interface [test, docs] >= 5.0 , < 6 ; python_version >= "3.8"'
    parsed = parse_requirement(text)
    assert (parsed.name, parsed.key, parsed.extras) == ("Zope.Interface", "zope-interface", ("test", "docs"))

    def at(span: Span | None) -> str:
        assert span is not None
        return text[span.start : span.end]

    assert at(parsed.name_span) == "Zope.Interface"
    assert at(parsed.extras_span) == "[test, docs]"
    assert at(parsed.specifier_span) == parsed.specifier == ">= 5.0 , < 6"
    assert at(parsed.marker_span) == parsed.marker == 'python_version >= "3.8"'


DIRECT = [
    # text, editable, name, extras, url
    ("git+https://u:p@h/x.git@v1#egg=My_Pkg&subdirectory=y", False, "My_Pkg", (), "git+https://u:p@h/x.git@v1#egg=My_Pkg&subdirectory=y"),
    ("git+https://h/x.git#subdirectory=y&egg=pkg[a,b]", False, "pkg", ("a", "b"), "git+https://h/x.git#subdirectory=y&egg=pkg[a,b]"),
    ("git+ssh://git@h/x.git", False, None, (), "git+ssh://git@h/x.git"),
    ("https://h/my_pkg-1.0-py3-none-any.whl#sha256=00", False, "my_pkg", (), "https://h/my_pkg-1.0-py3-none-any.whl#sha256=00"),
    ("https://h/pkg-1.0.tar.gz ; python_version > '3'", False, None, (), "https://h/pkg-1.0.tar.gz"),
    ("pkg [x] @ https://h/pkg.zip ; os_name == 'nt'", False, "pkg", ("x",), "https://h/pkg.zip"),
    ("pkg@./local", False, "pkg", (), "./local"),
    ("./x", False, None, (), "./x"),
    ("../x[dev,test]", False, None, ("dev", "test"), "../x"),
    (".", True, None, (), "."),
    (".[dev]", True, None, ("dev",), "."),
    ("/abs/x", False, None, (), "/abs/x"),
    ("C:\\x\\y", False, None, (), "C:\\x\\y"),
    ("c:/x/y[z]", True, None, ("z",), "c:/x/y"),
    ("dist\\pkg-1.0-py3-none-any.whl", False, "pkg", (), "dist\\pkg-1.0-py3-none-any.whl"),
    ("pkg-1.0-py3-none-any.whl", False, "pkg", (), "pkg-1.0-py3-none-any.whl"),
    ("pkg-1.0.tar.gz", False, None, (), "pkg-1.0.tar.gz"),
    ("file:///x/pkg-1.0-1-py3-none-any.whl", False, "pkg", (), "file:///x/pkg-1.0-1-py3-none-any.whl"),
    ("file:./x", False, None, (), "file:./x"),
    ("file:///x[dev]", True, None, ("dev",), "file:///x"),
    ("src/pkg", True, None, (), "src/pkg"),
    ("folder", True, None, (), "folder"),
    ("git+https://h/x#egg=pkg", True, "pkg", (), "git+https://h/x#egg=pkg"),
    ("pkg @ git+https://h/x", True, "pkg", (), "git+https://h/x"),
    ("git://h/x#egg=pkg", True, "pkg", (), "git://h/x#egg=pkg"),
    ("https://${U}:${P}@h/x.zip", False, None, (), "https://${U}:${P}@h/x.zip"),
]


@pytest.mark.parametrize(("text", "editable", "name", "extras", "url"), DIRECT)
def test_direct_references(text: str, editable: bool, name: str | None, extras: tuple[str, ...], url: str) -> None:
    parsed = parse_requirement(text, editable=editable)
    assert parsed.error is None
    assert (parsed.name, parsed.extras, parsed.url, parsed.editable) == (name, extras, url, editable)
    assert parsed.url_span is not None
    assert text[parsed.url_span.start : parsed.url_span.end] == url
    if parsed.name_span:
        assert text[parsed.name_span.start : parsed.name_span.end] == name


@pytest.mark.parametrize(
    ("text", "name", "specifier"),
    [
        ("a==${VERSION}", "a", ""),
        ("${NAME}==1", None, ""),
        ("a${X}==1", None, ""),
        ("a ; os_name == '${X}'", None, ""),
        ("a>=${V};os_name=='nt'", "a", ""),
        ("${A}/x", None, ""),
    ],
)
def test_a_variable_is_no_error_and_nothing_is_claimed_of_it(
    text: str, name: str | None, specifier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("VERSION", "NAME", "X", "V", "A"):
        monkeypatch.setenv(variable, "requests")
    parsed = parse_requirement(text)
    assert (parsed.error, parsed.name, parsed.specifier) == (None, name, specifier)


@pytest.mark.parametrize("text", ["https://h/x", "pkg==1.0", "a @ https://h/x.zip", "git+https://h/x.git"])
def test_what_cannot_be_editable(text: str) -> None:
    assert parse_requirement(text, editable=True).error


def test_equal_texts_are_one_object() -> None:
    assert parse_requirement("requests" + ">=2") is parse_requirement("requests>=" + "2")


@pytest.mark.parametrize(
    "text", ["a;" + "(" * 2000 + "os_name=='x'" + ")" * 2000, "a" + "(" * 2000 + ")" * 2000, "a" + "[" * 2000, "a;" + "(" * 40000]
)
def test_deep_nesting_is_an_error_value(text: str) -> None:
    for lenient in (True, False):
        parsed = parse_requirement(text, lenient_path=lenient)
        assert parsed.error
        assert parsed.error_span


def test_names_are_normalised() -> None:
    assert canonical("Zope__Interface.-x") == "zope-interface-x"


def test_everyday_requirements_need_no_packaging() -> None:
    texts = [
        "a", "a==1", "a[b]>=1.0rc1,!=2.*", "a (>=1!2.post1)", "a ~= 1.2", 'a;(python_version<"3" or os_name=="nt")',
        "git+https://h/x#egg=y", "./x",
        "a==${V}", "a @ https://h/x ; os_name == 'ö'",
    ]  # fmt: skip
    code = (
        "import sys; from venvls.manifests.pep508.requirement import parse_requirement as parse\n"
        f"assert not any(parse(text).error for text in {texts!r})\n"
        "print('packaging' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"
