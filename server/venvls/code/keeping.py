"""What was read of code and records, kept between runs: one key of the store for each kind of value and place."""

from __future__ import annotations

from venvls.imports.kept import Kept
from venvls.model.ports import Machine, Store
from venvls.settlement import Settlement

_SOURCES = (
    *("code/texts.py", "code/modules.py", "code/known.py", "imports/scanner.py", "imports/blocks.py", "imports/notebook.py"),
    *("imports/owners.py", "imports/kept.py", "imports/standard_library.py", "imports/well_known.py", "reading.py"),
    "imports/conda_records.py",
)
"""What makes the values: after a change of these files none counts."""


class Keeping:
    """The values of earlier runs, opened when the first is wanted; never out of the folders of a workspace."""

    def __init__(self, machine: Machine, here: Settlement) -> None:
        self._machine = machine
        self._here = here
        self._kept: dict[str, Kept] = {}
        self._store: Store | None = None

    def of(self, what: str, place: str) -> Kept:
        """What earlier runs have read: ``what`` of ``place``."""
        key = f"{what}\0{place}"
        if key not in self._kept:
            if self._store is None:
                self._store = self._machine.store("imports", _SOURCES, self._here.folders.roots)
            self._kept[key] = Kept(self._store, key)
        return self._kept[key]

    def keep(self) -> None:
        """Write what was read, for the next run, as far as it will still be true."""
        for kept in self._kept.values():
            kept.keep(self._machine.files)
