"""Writes the table of well-known modules whose distribution has another name: `python3 -m tests.well_known_modules FOLDER`.

FOLDER holds wheels, as `pip download --no-deps --only-binary :all: -d FOLDER PyYAML beautifulsoup4 …` leaves them. Each wheel's own
metadata says what it is called and which modules it brings (RECORD, and `Import-Name` of PEP 794); nothing is guessed from names. To add a
distribution, download its wheel next to the others and run this again: what the table has already stays.
"""

from __future__ import annotations

import datetime
import re
import sys
import zipfile
from pathlib import Path

TABLE = Path(__file__).resolve().parent.parent / "server" / "venvls" / "imports" / "well_known.py"
_LINE = re.compile(r"^(\S+) (\S+)$", re.MULTILINE)


def modules(wheel: Path) -> tuple[str, set[str]]:
    """The name of a wheel's distribution as it writes it, and its public modules; of a shared namespace one part more."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        info = next(name for name in names if name.endswith(".dist-info/METADATA"))
        metadata = archive.read(info).decode("utf-8").partition("\n\n")[0]
    name = next(line.partition(":")[2].strip() for line in metadata.splitlines() if line.startswith("Name:"))
    with_code = {entry.partition("/")[0] for entry in names if re.fullmatch(r"[^/]+/__init__\.py", entry)}
    found = {line.partition(":")[2].partition(";")[0].strip() for line in metadata.splitlines() if line.startswith("Import-Name:")}
    for entry in names:
        head, slash, rest = entry.partition("/")
        if not slash and entry.endswith((".py", ".so", ".pyd")):
            found.add(entry.partition(".")[0])
        elif slash and head in with_code:
            found.add(head)
        elif slash and head.isidentifier() and rest.partition("/")[0].isidentifier() and entry.endswith(".py"):
            found.add(f"{head}.{rest.partition('/')[0]}")
    return name, {module for module in found if module and not module.startswith("_")}


def main(folder: str) -> None:
    """Reads every wheel and writes the table."""
    source = TABLE.read_text("utf-8")
    head, mark, table = source.partition('_TABLE = """\n')
    known = dict(_LINE.findall(table))
    for wheel in sorted(Path(folder).glob("*.whl")):
        name, found = modules(wheel)
        known.update({module: name for module in found if re.sub(r"[-_.]+", "-", module).lower() != re.sub(r"[-_.]+", "-", name).lower()})
    lines = "\n".join(f"{module} {name}" for module, name in sorted(known.items()))
    head = re.sub(r"Read on \S+", f"Read on {datetime.datetime.now(tz=datetime.timezone.utc):%Y-%m-%d}", head)
    TABLE.write_text(f'{head}{mark}{lines}\n"""\n', "utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1])
