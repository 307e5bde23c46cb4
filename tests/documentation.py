"""The generated part of `server/docs`: a page for each rule and tool, and one for the settings. `python3 tests --docs` writes it.

The text is the code's own (docstrings, the table of settings); what is written here is only how it is laid out.
"""

from __future__ import annotations

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "server" / "docs"
GENERATED = "<!-- Made from the code by `python3 tests --docs`; edit the docstring instead. -->\n"
_FOLDERS = ("rules", "tools")


def pages() -> dict[str, str]:
    """Every generated page by its path below `server/docs`."""
    from venvls.rules import every_rule
    from venvls.settings import SETTINGS
    from venvls.tools import TOOLS

    made = {f"rules/{rule.code}.md": _rule_page(rule) for rule in every_rule()}
    # A tool with two files (uv for a project of its own, uv in pip's place) has one page.
    docs: dict[str, list[str]] = {}
    for tool in TOOLS:
        docs.setdefault(tool.name, []).append(_markdown(tool.doc))
    made |= {f"tools/{name}.md": _page(name, "\n\n".join(texts)) for name, texts in docs.items()}
    rows = [f"| [`{rule.code}`]({rule.code}.md) | {rule.severity} | {_summary(rule.doc)} |" for rule in every_rule()]
    made["rules/README.md"] = _page("Rules", "\n".join(["| code | default | says |", "|---|---|---|", *rows]))
    made["settings.md"] = _page("Settings", _settings_table(SETTINGS))
    return made


def differences() -> list[str]:
    """What stands in `server/docs` and is not what the code says: missing, stale and left over pages."""
    made = pages()
    found = {path.relative_to(DOCS).as_posix(): path for folder in _FOLDERS for path in (DOCS / folder).glob("*.md")}
    wrong = [f"{name} is left over" for name in sorted(found.keys() - made.keys()) if found[name].read_text("utf-8").startswith(GENERATED)]
    for name, text in made.items():
        path = DOCS / name
        if not path.is_file():
            wrong.append(f"{name} is missing")
        elif path.read_text("utf-8") != text:
            wrong.append(f"{name} is stale")
    return wrong


def write() -> None:
    """Writes every page, and takes away those whose rule or tool is gone."""
    made = pages()
    for name, text in made.items():
        path = DOCS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    for folder in _FOLDERS:
        for path in (DOCS / folder).glob("*.md"):
            if f"{folder}/{path.name}" not in made and path.read_text("utf-8").startswith(GENERATED):
                path.unlink()


def _rule_page(rule) -> str:  # type: ignore[no-untyped-def]
    from venvls.actions import OFFERS

    offers = [f"- {_summary(offer.doc)} (`{offer.id}`)" for offer in OFFERS if rule.code in offer.answers]
    parts = [f"Default severity: {rule.severity}.", _markdown(rule.doc)]
    if offers:
        parts.append("\n".join(["## What fixes it", "", *offers]))
    parts.append(
        "## Change its severity\n\n"
        f'```toml\n[tool.venvls.rules]\n{rule.code} = "off"  # or error, warning, information, hint\n```\n\n'
        f"In an editor the setting is `venvls.rules.{rule.code}`."
    )
    return _page(rule.code, "\n\n".join(parts))


def _settings_table(settings) -> str:  # type: ignore[no-untyped-def]
    import json

    rows = ["| setting | type | default | does |", "|---|---|---|---|"]
    for one in settings:
        kind = " \\| ".join(f"`{choice}`" for choice in one.choices) or one.type
        where = " Only the person can set it, never a project." if one.scope == "machine" else ""
        default = f"`{json.dumps(one.default)}`" if one.default != "" else "none"
        rows.append(f"| `{one.key}` | {kind} | {default} | {one.doc}{where} |")
    return (
        "In an editor below `venvls.`, in a project's `pyproject.toml` below `[tool.venvls]`; the editor's value wins. "
        "`*` stands for any name.\n\n" + "\n".join(rows)
    )


def _page(title: str, body: str) -> str:
    return f"{GENERATED}\n# {title}\n\n{body.strip()}\n"


def _markdown(doc: str) -> str:
    return doc.strip().replace("``", "`")


def _summary(doc: str) -> str:
    return " ".join(_markdown(doc).split("\n\n")[0].split()).replace("|", "\\|")


if __name__ == "__main__":
    write()
    print(f"server/docs: {len(pages())} pages written", file=sys.stderr)
