"""Writes the table of well-known modules whose distribution has another name: `python3 -m tests.well_known_modules FOLDER`.

FOLDER holds wheels, as `pip download --no-deps --only-binary :all: -d FOLDER PyYAML beautifulsoup4 …` leaves them, or folders with what
was in one, as uv keeps them in its cache. Each wheel's own metadata says what it is called and which modules it brings (RECORD, and
`Import-Name` of PEP 794); nothing is guessed from names. To add a distribution, put its wheel into a folder and run this again: what the
table has already stays, also where another distribution brings the same module. Only what many people know by name belongs in it.
"""

from __future__ import annotations

import datetime
import re
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

TABLE = Path(__file__).resolve().parent.parent / "server" / "venvls" / "imports" / "well_known.py"
_LINE = re.compile(r"^(\S+) (\S+)$", re.MULTILINE)
_NOT_MEANT = frozenset(
    {
        *("test", "tests", "testing", "docs", "doc", "examples", "example", "samples", "benchmarks", "src", "scripts", "conftest"),
        *("py", "multipart", "apiclient", "material", "pymupdf4llm", "blackd", "blib2to3", "isympy", "ipykernel_launcher"),
    }
)
"""Modules that wheels bring by mistake, that another distribution has the name of, or that nobody imports."""


def modules(wheel: Path) -> tuple[str, set[str]]:
    """The name of a wheel's distribution as it writes it, and its public modules; of a shared namespace one part more."""
    names, metadata = _read(wheel)
    name = next(line.partition(":")[2].strip() for line in metadata.splitlines() if line.startswith("Name:"))
    with_code = {entry.partition("/")[0] for entry in names if re.fullmatch(r"[^/]+/__init__\.py", entry)}
    provided = {line.partition(":")[2].partition(";")[0].strip() for line in metadata.splitlines() if line.startswith("Import-Name:")}
    for entry in names:
        head, slash, rest = entry.partition("/")
        if not slash and entry.endswith((".py", ".so", ".pyd")):
            provided.add(entry.partition(".")[0])
        elif slash and head in with_code:
            provided.add(head)
        elif slash and head.isidentifier() and rest.partition("/")[0].isidentifier() and entry.endswith(".py"):
            provided.add(f"{head}.{rest.partition('/')[0]}")
    return name, {module for module in provided if module not in _NOT_MEANT and _is_telling(module, _plain(name))}


def _is_telling(module: str, name: str) -> bool:
    """Whether the table needs a module: public, and called otherwise than its distribution and what is below that."""
    public = all(part and not part.startswith("_") for part in module.split(".")) and "__mypyc" not in module
    return public and _plain(module.partition(".")[0]) != name and not f"{_plain(module)}-".startswith(f"{name}-")


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _read(wheel: Path) -> tuple[list[str], str]:
    """The names of a wheel's files, and its metadata."""
    if wheel.is_dir():
        info = next(wheel.glob("*.dist-info/METADATA"))
        names = [path.relative_to(wheel).as_posix() for path in wheel.rglob("*") if path.is_file()]
        return names, info.read_text("utf-8").partition("\n\n")[0]
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        info_name = next(name for name in names if name.endswith(".dist-info/METADATA"))
        return names, archive.read(info_name).decode("utf-8").partition("\n\n")[0]


def _wheels(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix == ".whl" or any(path.glob("*.dist-info/METADATA")))


def main(folder: str) -> None:
    """Reads every wheel and writes the table."""
    source = TABLE.read_text("utf-8")
    head, mark, table = source.partition('_TABLE = """\n')
    known = dict(_LINE.findall(table))
    for wheel in _wheels(Path(folder)):
        name, provided = modules(wheel)
        known = {**dict.fromkeys(provided, name), **known}
    lines = "\n".join(f"{module} {name}" for module, name in sorted(known.items()))
    head = re.sub(r"Read on [\d-]+", f"Read on {datetime.datetime.now(tz=datetime.timezone.utc):%Y-%m-%d}", head)
    TABLE.write_text(f'{head}{mark}{lines}\n"""\n', "utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1])
