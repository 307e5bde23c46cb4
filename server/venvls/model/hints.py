"""The words of ``typing`` that run with the code: for type checkers as they are, otherwise next to nothing.

Importing ``typing`` takes a twentieth of a first ``venvls check``, and nothing would come of it: no annotation is looked at while the
program runs. Classes of data come from :mod:`venvls.model.record` for the same reason. What only annotations name may come from
``typing`` itself, below ``if TYPE_CHECKING``, which type checkers take for true under this name wherever it comes from.
"""

from __future__ import annotations

__all__ = ["TYPE_CHECKING", "Any", "Literal", "TypeVar", "cast"]

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any, Literal, TypeVar, cast
else:

    class Any:
        """Any value at all."""

    class Literal:
        """One of the values named."""

        def __class_getitem__(cls, values):
            return type(values)

    def TypeVar(name, **_):  # noqa: N802
        """A type that is the same wherever the name is."""
        return Any

    def cast(kind, value):
        """``value``, which the type checker takes for ``kind``."""
        return value
