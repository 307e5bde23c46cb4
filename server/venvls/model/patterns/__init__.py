"""``re`` for modules that a first check loads: the same, loaded only where something needs more than patterns that are compiled already.

Importing ``re`` and compiling a dozen patterns is an eighth of a small check. What Python compiles a pattern to is kept here, in one module
for each way in which Python's engine has wanted it. ``python tests/patterns.py`` writes it; ``tests/test_patterns.py`` compares
it with what ``re`` makes. A pattern that is not there, or another Python, gets it from ``re``.
"""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING

__all__ = ["ENGINES", "re"]

ENGINES = {20171005: "engine_20171005"} | dict.fromkeys((20220615, 20221023, 20230612), "engine_20220615")
"""The module with the patterns, by ``_sre.MAGIC``: 3.10; 3.11, 3.12, 3.13, to which these patterns are the same."""

if TYPE_CHECKING:
    import re
else:
    import sys

    from venvls.model.pieces import import_module

    def _kept():
        """What is kept for this Python, by pattern; nothing where its engine is another one."""
        try:
            import _sre

            is_usual = sys.implementation.name == "cpython" and sys.byteorder == "little" and sys.maxsize > 2**32
            if is_usual and _sre.CODESIZE == 4:
                return _sre.compile, import_module(f".{ENGINES[_sre.MAGIC]}", __package__).PATTERNS
        except (ImportError, AttributeError, KeyError):
            pass
        return None, {}

    class _Patterns:
        """The module ``re``, but for its import."""

        def __init__(self):
            self._compile, self._patterns = _kept()

        def __getattr__(self, name):
            import re

            return getattr(re, name)

        def compile(self, pattern, flags=0):
            """As ``re.compile``."""
            kept = self._patterns.get(pattern) if not flags else None
            if kept is None:
                import re

                return re.compile(pattern, flags)
            meant, code, names = kept
            groups = [None, *names]
            numbers = {name: number for number, name in enumerate(groups) if name}
            return self._compile(pattern, meant, memoryview(code).cast("I").tolist(), len(names), numbers, tuple(groups))

    re = _Patterns()
