"""A line of a shell taken apart, against what the shell itself makes of it; and the lines that are left alone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from venvls.guard.lines import Simple, commands

KNOWN: dict[str, list[list[str | None]]] = {
    "pip install a b": [["pip", "install", "a", "b"]],
    "cd x && pip install 'a b'": [["cd", "x"], ["pip", "install", "a b"]],
    'pip install "a>=1" a\\ b': [["pip", "install", "a>=1", "a b"]],
    "a|b|& c; d &": [["a"], ["b"], ["c"], ["d"]],
    "a\nb # pip install x\nc": [["a"], ["b"], ["c"]],
    "pip install a 2>&1 | tail -5 > out.txt": [["pip", "install", "a"], ["tail", "-5"]],
    "pip install a>=1": [["pip", "install", "a"]],
    "pip install a \\\n  b": [["pip", "install", "a", "b"]],
    "X=1 Y='a b' pip install": [["pip", "install"]],
    'pip install "$NAME" x': [["pip", "install", None, "x"]],
    "echo '$(pip install x)'": [["echo", "$(pip install x)"]],
    "a#b c": [["a#b", "c"]],
    "(a b; c); d": [["a", "b"], ["c"], ["d"]],
    "(a && (b)) > out.txt; c": [["a"], ["b"], ["c"]],
    "cat > x.py <<'EOF' && a\nimport pip $(x)\nEOF \nEOF\npip install x": [["cat"], ["a"], ["pip", "install", "x"]],
    "a <<-X <<Y; b\n\t1\n\tX\n2\nY\nc": [["a"], ["b"], ["c"]],
    "pip <<< x": [["pip"]],
    "": [],
}
BRANCHES: dict[str, list[list[str | None]]] = {
    "if a x; then pip install y; elif b; then c; fi; d": [["a", "x"], ["pip", "install", "y"], ["b"], ["c"], ["d"]],
    "if ! a; then\n  (pip install y)\nelse\n  c\nfi": [["a"], ["pip", "install", "y"], ["c"]],
    "for x in a $B; do pip install $x y; done": [["pip", "install", None, "y"]],
    "while a; do b; done; pip install x": [["a"], ["b"], ["pip", "install", "x"]],
}
"""Lines of which a shell runs only a part."""
DOUBTFUL = [
    "pip install $(cat x)", "pip install `cat x`", "(cd x; pip install y", "{ pip install y; }", "if true; then pip install x",
    "for x in a; do pip install $x", "python - <<EOF\nimport pip\n", "pip install 'x", 'pip install "x', "pip install x\\", "pip <<",
    "f() { pip install x; }", "diff <(pip list) x", 'pip install "$(x)"', "pip install ${x:-y}", "pip install x >", "pip install x)",
    "[[ a ]] && pip install x", "case x in x) pip install y;; esac", "(a) pip install x", "pip (a)", "((a))", "done; pip install x",
    "pip install x >(a)", "fi x", "pip install <<$X\nX", "a" * 100_001,
]  # fmt: skip


@pytest.mark.parametrize("line", [*KNOWN, *BRANCHES])
def test_a_line_is_taken_apart(line: str) -> None:
    taken = commands(line)
    assert taken is not None
    assert [list(command.words) for command in taken] == (KNOWN | BRANCHES)[line]


@pytest.mark.parametrize("line", [line for line, words in KNOWN.items() if words and all(None not in command for command in words)])
@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_takes_it_apart_alike(line: str, tmp_path: Path) -> None:
    """Each program is a function of bash's that writes its words down: what runs at once into files of its own."""
    wanted = KNOWN[line]
    names = {str(words[0]) for words in wanted} - {"echo"}
    noted = "printf '%s\\0' {} \"$@\" >> log.$BASHPID; printf '\\n' >> log.$BASHPID"
    functions = "".join(f"{name}() {{ {noted.format(name)}; }}\n" for name in names | {"echo"})
    subprocess.run(["bash", "--norc", "-c", functions + line + "\nwait\n"], cwd=tmp_path, stdin=subprocess.DEVNULL, check=False, timeout=60)
    rows = [row for log in tmp_path.glob("log.*") for row in log.read_text().splitlines()]
    seen = [row.rstrip("\0").split("\0") for row in rows]
    assert sorted(seen) == sorted(wanted)  # type: ignore[type-var]


@pytest.mark.parametrize("line", DOUBTFUL)
def test_what_cannot_be_known_is_left_alone(line: str) -> None:
    assert commands(line) is None


def test_what_is_set_and_what_is_piped_is_told() -> None:
    assert commands("A=1 x | y || z") == (
        Simple(("x",), ("A",), "", True),
        Simple(("y",), (), "|", True),
        Simple(("z",), (), "||", False),
    )


@pytest.mark.parametrize("text", ["'" * 50_000, '"' * 50_001, "\\" * 99_999, "a>" * 40_000, "$a" * 40_000, ";" * 90_000])
def test_a_long_line_ends(text: str) -> None:
    commands(text)
