"""Links between the pages of this repository lead somewhere, and so does every path in the code's comments that names a page."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[2]
_LINK = re.compile(r"!?\[[^\]\n]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.M | re.S)
_PAGE = re.compile(r"(?<![\w./-])((?:server|client-vscode|tests|design|docs)/[\w./-]+\.md)\b")


def tracked(*patterns: str) -> list[str]:
    done = subprocess.run(
        ("git", "ls-files", "-co", "--exclude-standard", "--", *patterns), cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [path for path in done.stdout.splitlines() if (ROOT / path).is_file()]


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings get on the usual hosts."""
    headings = re.findall(r"^#{1,6} +(.*?) *#*$", _FENCE.sub("", page.read_text("utf-8")), re.M)
    plain = (re.sub(r"[`*_]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower() for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


def dead(page: Path) -> list[str]:
    """The links of a page that lead nowhere in this repository."""
    found = []
    for link in _LINK.findall(_FENCE.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("path", tracked("*.md"))
def test_links_lead_somewhere(path: str) -> None:
    assert dead(ROOT / path) == []


def test_pages_that_code_names_exist() -> None:
    named = {
        (path, page)
        for path in tracked("*.py", "*.ts", "*.mjs", "*.toml", "*.case")
        for page in _PAGE.findall((ROOT / path).read_text("utf-8", "replace"))
        if "tests/" not in path
    }
    assert sorted(f"{path}: {page}" for path, page in named if not any((base / page).exists() for base in (ROOT, ROOT / "server"))) == []


def test_a_dead_link_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# One `two`\n")
    (tmp_path / "a.md").write_text(
        "[x](b.md) [y](b.md#one-two) [z](c.md) [w](b.md#three) [v](https://example.org/x)\n```\n[u](d.md)\n```\n"
    )
    assert dead(tmp_path / "a.md") == ["c.md", "b.md#three"]
