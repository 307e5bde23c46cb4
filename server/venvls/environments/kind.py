"""What one kind of environment says of itself to the family: its name, what marks it, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from venvls.model.environment import Environment
from venvls.model.ports import FileView


class Kind(NamedTuple):
    """One kind. ``markers`` are names, one of which stands in the prefix of every environment of this kind.

    ``recognise`` gets the view, an absolute prefix, and whether the prefix stands where a project would use it (then half an
    environment is a broken one, elsewhere it is some fixture); it answers ``None`` where the prefix is nothing of this kind.
    """

    name: str
    markers: tuple[str, ...]
    recognise: Callable[[FileView, str, bool], Environment | None]
