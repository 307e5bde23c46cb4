"""Options of ``[tool.uv]`` that steer a resolution, against those a uv.lock notes: the modes, and the day from which releases are left out.

uv takes them from variables first, then from ``uv.toml`` in the folder or else ``[tool.uv]``, then from the person's own ``uv.toml``. An
option that a variable or the person states (``Project.stated_elsewhere``) is not compared. Where ``exclude-newer`` lets more in than
before, newer versions of uv leave the lock as it is, and older ones do not: then nothing is said.
"""

from __future__ import annotations

from venvls.manifests.uv.difference import Difference, place, stated_elsewhere
from venvls.manifests.uv.reading import Lock, Table, table
from venvls.model.hints import TYPE_CHECKING
from venvls.model.names import canonical
from venvls.model.patterns import re

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from venvls.model.facts import Facts
    from venvls.model.manifest import Manifest

_MODES = {
    "resolution": ("resolution-mode", "highest", {}),
    # Two names for one mode since uv 0.13; which of them is the usual one changed then.
    "prerelease": ("prerelease-mode", "if-necessary", {"if-necessary-or-explicit": "if-necessary"}),
    "fork-strategy": ("fork-strategy", "requires-python", {}),
}
_NEWER = "exclude-newer"
_NEWER_PACKAGE = "exclude-newer-package"
_DAY = r"\d{4}-\d{2}-\d{2}"
_PART = r"(\d{1,9})\s*(weeks?|wks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)\b[\s,]*"
_LETTERS = "WDHMS"


def options(lock: Lock, stated: Table, manifest: Manifest, facts: Facts) -> Iterator[Difference]:
    """Each option that is not as it was; ``stated`` are those of the project."""
    noted = table(lock.value.get("options"))
    for key in (*_MODES, _NEWER, _NEWER_PACKAGE):
        other = _other_mode(key, stated, noted) if key in _MODES else _other_day(key, stated, noted, lock)
        if other and not stated_elsewhere(key, manifest, facts, own_file=False):
            yield Difference(f"`{key}` was different", place(manifest, key))


def _other_mode(key: str, stated: Table, noted: Table) -> bool:
    noted_as, usual, names = _MODES[key]
    stated_mode, other = stated.get(key, usual), noted.get(noted_as, usual)
    return isinstance(stated_mode, str) and isinstance(other, str) and names.get(stated_mode, stated_mode) != names.get(other, other)


def _other_day(key: str, stated: Table, noted: Table, lock: Lock) -> bool:
    if key == _NEWER:
        span = noted.get("exclude-newer-span")
        return _narrower(stated.get(key), noted.get(key) if span is None else {"span": span})
    wanted = {canonical(name): value for name, value in table(stated.get(key)).items()}
    before = {canonical(name): value for name, value in table(noted.get(key)).items()}
    for name in sorted(before):
        if name not in wanted or _narrower(wanted[name], before[name]):
            return True
        if "span" in table(before[name]):
            return False  # its day moves all the time; having found that, uv compares no further
    return any(_narrower(value, None) for name, value in wanted.items() if name not in before and name in lock.packages)


def _narrower(stated: object, noted: object) -> bool:
    """Whether the one is stricter than the other, or of another kind; what is not understood is not. ``False`` stands for no bound."""
    if stated is False:
        return False
    if stated is None or not isinstance(stated, str):
        return stated is None and noted is not None
    span, latest = _span(stated), _latest(stated)
    if span is None and latest is None:
        return False  # uv leaves settings out that it cannot read
    if not isinstance(noted, (str, dict)):
        return True
    before = noted.get("span") if isinstance(noted, dict) else None
    if isinstance(before, str):
        return span != before
    limit = _moment(noted) if isinstance(noted, str) else None
    return span is not None or (latest is not None and limit is not None and latest < limit)


def _latest(text: str) -> datetime | None:
    """The moment a text stands for; of a day alone, which ends at another moment in every zone, the last one."""
    if re.fullmatch(_DAY, text):
        from datetime import timedelta

        day = _moment(f"{text}T00:00:00Z")
        return day + timedelta(days=1, hours=12) if day is not None else None
    return _moment(text)


def _moment(text: str) -> datetime | None:
    from datetime import datetime, timezone

    try:
        # Python 3.10 reads neither “Z” nor other than three or six digits of a second.
        moment = datetime.fromisoformat(re.sub(r"\.\d+", "", text.strip()).replace("Z", "+00:00").replace("z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)


def _span(text: str) -> str | None:
    """``1 week``, ``7 days 2h``, ``P7D`` in the letters of ISO 8601, as a lock notes them; ``None`` for anything else."""
    text = text.strip()
    if re.fullmatch(r"[pP](?:\d+[wWdD])*(?:[tT](?:\d+[hHmMsS])+)?", text) and len(text) > 1:
        return text.upper()
    amounts: dict[str, int] = {}
    offset, pattern = 0, re.compile(_PART)
    while offset < len(text):
        part = pattern.match(text, offset)
        if part is None or part[2][0].upper() in amounts:
            return None
        amounts[part[2][0].upper()] = int(part[1])
        offset = part.end()
    letters = [letter for letter in _LETTERS if amounts.get(letter)]
    if not letters or list(amounts) != sorted(amounts, key=_LETTERS.index):
        return None
    day, time = ("".join(f"{amounts[letter]}{letter}" for letter in letters if letter in some) for some in ("WD", "HMS"))
    return f"P{day}{f'T{time}' if time else ''}"
