"""A marker (PEP 508) that was read, as data: the variables that it may ask about, comparisons, and what joins them."""

from __future__ import annotations

from venvls.model.record import NamedTuple

VERSION_VARIABLES = frozenset({"python_version", "python_full_version", "implementation_version"})
TEXT_VARIABLES = frozenset(
    {"os_name", "sys_platform", "platform_machine", "platform_python_implementation", "platform_release", "platform_system",
     "platform_version", "implementation_name"}
)  # fmt: skip
VARIABLES = VERSION_VARIABLES | TEXT_VARIABLES
"""What a target says of itself; ``extra`` is required of who evaluates."""


class Comparison(NamedTuple):
    """A variable compared with a value, both without quotes; ``value_first`` where the value was on the left (``'3.9' <= …``).

    ``name`` is empty where two variables or two values are compared: grammar allows it, and nobody knows what it means.
    """

    name: str
    operator: str
    value: str
    value_first: bool = False


Condition = tuple[tuple["Comparison | Condition", ...], ...]
"""A marker that was read: it holds where all parts of any of its rows hold (``and`` binds closer than ``or``)."""
