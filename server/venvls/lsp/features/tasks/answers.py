"""What a command gives back, for the client that sent it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

Answer = dict[str, Any]


class Failure(dict[str, Any]):
    """An answer after a tool was started and failed. ``lines`` is what it wrote."""

    lines: tuple[str, ...] = ()


def answered(ok: bool, message: str, environment: object = None, *, cancelled: bool = False) -> Answer:
    """``{ok, message, environment}``, with ``cancelled: true`` where the person did not want it."""
    answer = {"ok": ok, "message": message, "environment": environment}
    return {**answer, "cancelled": True} if cancelled else answer


def redacted(lines: Sequence[str]) -> list[str]:
    """The lines without the secrets in them."""
    from venvls.model.redact import redact

    return [redact(line) for line in lines]
