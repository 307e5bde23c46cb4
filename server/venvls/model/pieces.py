"""Small pieces of the standard library without what surrounds them: a first ``venvls check`` waits for each module that it loads.

``functools`` brings in ``collections``, which with what that brings in is as much as fifteen of ours; ``importlib`` brings in ``warnings``.
What type checkers see are the standard library's own; what runs is made of what Python has loaded, or has built in. A Python that
lacks one of those parts gets the standard library's.
"""

from __future__ import annotations

from venvls.model.hints import TYPE_CHECKING

__all__ = ["Mapping", "MappingProxyType", "import_module", "is_", "lru_cache", "not_"]

if TYPE_CHECKING:
    from collections.abc import Mapping
    from functools import lru_cache
    from importlib import import_module
    from operator import is_, not_
    from types import MappingProxyType
else:
    MappingProxyType = type(type.__dict__)

    try:
        from _collections_abc import Mapping
    except ImportError:
        from collections.abc import Mapping
    try:
        from _operator import is_, not_
    except ImportError:
        from operator import is_, not_
    try:
        from _functools import _lru_cache_wrapper

        def lru_cache(maxsize):
            """As ``functools.lru_cache``; what ``cache_info`` gives has no names."""

            def kept(function):
                made = _lru_cache_wrapper(function, maxsize, False, lambda *numbers: numbers)
                made.__wrapped__ = function
                for name in ("__module__", "__name__", "__qualname__", "__doc__"):
                    setattr(made, name, getattr(function, name))
                return made

            return kept

    except ImportError:
        from functools import lru_cache

    try:
        from _frozen_importlib import _gcd_import  # all that importlib.import_module does for such a name

        def import_module(name, package):
            """The module of a name that begins with a dot, in a package."""
            return _gcd_import(f"{package}{name}")

    except ImportError:
        from importlib import import_module
