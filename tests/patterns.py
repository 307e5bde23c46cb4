"""What Python compiles the patterns of a first check to, for ``venvls.model.patterns``: run `python tests/patterns.py` with each Python.

Which patterns: those that the modules named here have at their top.
"""

from __future__ import annotations

import re
import sys
import textwrap
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "server/venvls/model/patterns"
MODULES = (
    "environments.layout", "environments.venv", "host.site_folders", "manifests.pep508.requirement", "manifests.syntax.decode",
    "model.text", "rules.dependencies", "standards.markers", "standards.versions",
    # And of a project of uv's.
    "manifests.compiled.seeds", "manifests.syntax.toml", "manifests.syntax.toml_statements", "manifests.uv.difference",
    "manifests.uv.equal", "manifests.uv.reading", "model.toml_lines", "rules.python_mismatch", "rules.sources",
)  # fmt: skip
_HEAD = '''"""Patterns as this engine has them, by their text: flags, code, names of groups. Made by `python tests/patterns.py`."""

# ruff: noqa
# fmt: off
PATTERNS: dict[str | bytes, tuple[int, bytes, tuple[str | None, ...]]] = {
'''


def compiled(pattern: str | bytes) -> tuple[int, bytes, tuple[str | None, ...]]:
    """The flags, the code as bytes and the groups' names of a pattern, as this Python's ``re`` makes them."""
    if sys.version_info >= (3, 11):
        from re import _compiler as compiler
        from re import _parser as parser
    else:
        import sre_compile as compiler
        import sre_parse as parser
    parsed = parser.parse(pattern)
    code = b"".join([number.to_bytes(4, "little") for number in compiler._code(parsed, 0)])
    names = {number: name for name, number in parsed.state.groupdict.items()}
    return parsed.state.flags, code, tuple([names.get(number) for number in range(1, parsed.state.groups)])


def wanted() -> list[str | bytes]:
    """The patterns at the top of the modules, in their order."""
    sys.path.insert(0, str(FOLDER.parents[2]))
    patterns: dict[str | bytes, None] = {}
    for name in MODULES:
        for value in vars(import_module(f"venvls.{name}")).values():
            for pattern in value.values() if isinstance(value, dict) else (value,):
                if isinstance(pattern, re.Pattern):
                    patterns[pattern.pattern] = None
    return list(patterns)


def text_of(patterns: list[str | bytes]) -> str:
    """The module for the running Python."""
    parts = [_HEAD]
    for pattern in patterns:
        flags, code, names = compiled(pattern)
        lines = "\n".join(f'        "{line}"' for line in textwrap.wrap(code.hex(), 120))
        parts.append(f"    {pattern!r}: ({flags}, bytes.fromhex(\n{lines}\n    ), {names!r}),\n")
    return "".join([*parts, "}\n"])


def place() -> Path | None:
    """Where the module for the running Python is; ``None`` where none is kept."""
    import _sre

    from venvls.model.patterns import ENGINES

    return FOLDER / f"{ENGINES[_sre.MAGIC]}.py" if _sre.MAGIC in ENGINES else None


if __name__ == "__main__":
    text, file = text_of(wanted()), place()
    if file is not None:
        file.write_text(text, encoding="utf-8")
