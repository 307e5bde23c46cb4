"""pyvenv.cfg (PEP 405): lines of ``key = value``, split at the first ``=``. It is not INI, and nobody escapes anything in it."""

from __future__ import annotations

from venvls.model.ports import FileView

_LIMIT = 1_000_000


def read_cfg(text: str) -> dict[str, str]:
    """The keys, lower-cased, and their values, as CPython's ``site`` reads them: stripped, the last one wins, other lines ignored."""
    values: dict[str, str] = {}
    for line in text.removeprefix("\ufeff").splitlines():
        key, equals, value = line.partition("=")
        if equals:
            values[key.strip().lower()] = value.strip()
    return values


def load_cfg(view: FileView, prefix: str) -> dict[str, str] | None:
    """The pyvenv.cfg of ``prefix``, ``None`` where there is none that can be read. Windows writes UTF-8 or the code page of the day."""
    data = view.read(view.path.join(prefix, "pyvenv.cfg"), _LIMIT)
    if data is None:
        return None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):  # `>` in Windows PowerShell
        return read_cfg(data.decode("utf-16", "replace"))
    return read_cfg(data.decode("utf-8", "surrogateescape"))


def is_true(value: str | None) -> bool:
    """Whether a value switches something on, as ``site`` compares it."""
    return (value or "").lower() == "true"
