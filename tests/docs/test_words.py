"""Plain words in everything that a person reads: no old word of ours in a message, a docstring, a comment, a page or a case.

The words to use instead are in `server/docs/style.md`. Identifiers are not read, nor is what is written as code inside a docstring or page.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "server" / "venvls"

# Old wording → what to write. The reason is always the same: a reader with English as a second language has to look the old one up, or
# reads something else in it.
EVERYWHERE = {
    r"(in|out of) step\b": "in sync, out of sync",
    r"mend(s|ed|ing)?\b": "fix",
    r"anew\b": "again; for an environment: recreated",
    r"(?<!person )(?<!nobody )(is|are|was|were) asked\b(?! (about|again|once|first|by|only|where|in|with|for|of|it|each))": "is required",
    r"stands? (in|at|there|here|outside|inside|below|above|before|behind|beside|alone|aside)\b": "is",
    r"stood (in|at|there|here|outside|inside|below|above|before|behind|beside|alone|aside)\b": "was",
    r"(lies|lie) (in|at|on|there|here|outside|inside|below|above|before|behind|beside)\b": "is",
    r"besides?\b": "next to; as well as",
    r"lenders?\b": "the standard term",
    r"judg(e|es|ed|ing|ements?|ments?)\b": "check, compare; verdict",
    r"fallen behind\b": "out of sync",
    r"unforeseen\b": "internal error",
    r"brought (in|up) ": "is now in sync, updated",
}
# In comments and docstrings "asks for" may be what a program does; a person reads it as "requests".
FOR_PEOPLE = EVERYWHERE | {
    r"(ask|asks|asked|asking) for\b(?! confirmation)": "require, requires, required",
    r"(?<!there )(is|are|was|were) no (?!longer|more\b)\w+": "is not a …",
    r"takes? (it |them )?out\b": "remove",
    r"took .{0,40}\bout of\b": "removed from",
    r"holds?\b(?! (down|on)\b)": "contains, has",
    r"made again\b": "created again, updated, recreated",
    r"(is|are|was|were) (said|told)\b": "is reported",
    r"speaks? of\b": "names, is about",
    r"go on\b": "the verb of what is done",
    r"half-made\b": "incomplete",
    r"wish(es)?\b": "requirement; option",
}
# One way to quote in a message: `…`, for what is a name, a command or a piece of a file.
QUOTES = {r"[“”„‘]": "`…`"}

# File, the words around: why they may stay.
ALLOWED = {
    ("server/docs/agreements.md", "were asked: is it in sync"): "the tools were asked a question",
    ("server/venvls/standards/versions.py", "Everything else is"): "one library asks another",
}
BACKTICKS = re.compile(r"``.+?``|`[^`\n]*`|:\w+:`[^`]*`", re.DOTALL)


def _hits(text: str, words: dict[str, str]) -> Iterator[tuple[int, str, str]]:
    """Line (from 0), the old words, and what to write instead."""
    for pattern, instead in words.items():
        start = r"\b" if pattern[0] != "[" else ""
        # A line may end between any two words; what is looked for behind the place has to have one length.
        wrapped = re.sub(r"(\(\?<![^)]*\))| ", lambda part: part[1].replace(" ", r"\s") if part[1] else r"\s+", pattern)
        for match in re.finditer(start + wrapped, text, re.IGNORECASE):
            yield text.count("\n", 0, match.start()), match[0], instead


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", "_", match[0])


def _docstrings(tree: ast.AST) -> set[int]:
    """The ids of the constants that document something: first in a body, or after an assignment."""
    bodies = [node.body for node in ast.walk(tree) if isinstance(getattr(node, "body", None), list)]
    return {
        id(statement.value)
        for body in bodies
        for statement in body
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and isinstance(statement.value.value, str)
    }


def _texts(path: Path) -> Iterator[tuple[int, str, dict[str, str]]]:
    """The messages, docstrings and comments of a module: first line, text, and the words it may not have."""
    source = path.read_text("utf-8")
    tree = ast.parse(source)
    documents = _docstrings(tree)
    pages = ("rules", "tools", "cli")  # their module docstrings are pages and the help of commands
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) in documents:
                first = isinstance(tree, ast.Module) and bool(tree.body) and getattr(tree.body[0], "value", None) is node
                shown = first and path.parent.name in pages and path.parent.parent == CODE
                yield node.lineno, BACKTICKS.sub(_blank, node.value), FOR_PEOPLE if shown else EVERYWHERE
            elif re.search(r"[a-z] | [a-z]", node.value):
                yield node.lineno, node.value, FOR_PEOPLE | QUOTES
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], BACKTICKS.sub(_blank, token.string), EVERYWHERE


def _page(path: Path) -> str:
    text = re.sub(r"^```.*?^```", _blank, path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    return BACKTICKS.sub(_blank, re.sub(r"\]\([^)\n]*\)", _blank, text))


def _found(path: Path, line: int, text: str, words: dict[str, str]) -> list[str]:
    name = path.relative_to(ROOT).as_posix()
    allowed = [sentence for (file, sentence) in ALLOWED if file == name]
    lines = text.split("\n")
    return [
        f"{name}:{line + number}: “{old}” (write: {instead}): {lines[number].strip()[:120]}"
        for number, old, instead in _hits(text, words)
        if not any(sentence in lines[number] for sentence in allowed)
    ]


@pytest.mark.parametrize("folder", sorted({path.parent.relative_to(CODE).as_posix() for path in CODE.rglob("*.py")}))
def test_the_code_uses_plain_words(folder: str) -> None:
    wrong = [
        sentence
        for path in sorted((CODE / folder).glob("*.py"))
        for line, text, words in _texts(path)
        for sentence in _found(path, line, text, words)
    ]
    assert wrong == [], "\n" + "\n".join(wrong)


PAGES = sorted(
    path
    for path in (
        *ROOT.glob("*.md"),
        *(ROOT / "server").rglob("*.md"),
        *(ROOT / "client-vscode").glob("*.md"),
        *(ROOT / "client-vscode").glob("package*.json"),
        *(ROOT / "client-vscode" / "l10n").glob("*.json"),
        ROOT / "pyproject.toml",
        ROOT / ".pre-commit-hooks.yaml",
    )
    if path.name != "package-lock.json" and path != ROOT / "server" / "docs" / "style.md"
)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_uses_plain_words(path: Path) -> None:
    wrong = _found(path, 1, _page(path), FOR_PEOPLE)
    assert wrong == [], "\n" + "\n".join(wrong)


def test_the_client_uses_plain_words() -> None:
    """The texts of the client are the strings of its sources."""
    wrong = []
    for path in sorted((ROOT / "client-vscode" / "src").rglob("*.ts")):
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
            for text in re.findall(r"'((?:[^'\\]|\\.)* (?:[^'\\]|\\.)*)'|\"([^\"]* [^\"]*)\"|`([^`]* [^`]*)`", line):
                wrong += _found(path, number, "".join(text), FOR_PEOPLE)
    assert wrong == [], "\n" + "\n".join(wrong)


def test_the_cases_use_plain_words() -> None:
    """A case's sentence, and the messages it expects; its files are other people's words."""
    wrong = []
    for path in sorted((ROOT / "tests").rglob("*.case")):
        lines = path.read_text("utf-8").split("\n")
        first = next(number for number, line in enumerate(lines) if line.startswith("-- "))
        for number, line in enumerate(lines):
            expected = re.search(r"\^?\s(?:(?:error|warning|information|hint)\[[a-z-]+\]|hover) (\"[^\"]*\")", line)
            if number < first or expected:
                wrong += _found(path, number + 1, expected[1] if expected else line, FOR_PEOPLE)
    assert wrong == [], "\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    "old",
    [
        "It is out of step.",
        "Mend it.",
        ">=2 is asked",
        "the lock stands in its folder",
        "made anew",
        "it lies in a folder",
        "beside it",
        "0 in\n    step",
    ],
)
def test_old_words_are_seen(old: str) -> None:
    assert list(_hits(old, EVERYWHERE))


@pytest.mark.parametrize(
    "new", ["It is in sync.", "the person is asked once", "It was recommended.", "what `~` stands for", "as it stands", "is asked\nonce"]
)
def test_plain_words_are_left_alone(new: str) -> None:
    assert not list(_hits(new, EVERYWHERE))
