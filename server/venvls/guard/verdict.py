"""What the guard answers, and which lines it has to read at all: all that most commands of an agent need, and next to nothing to load."""

from __future__ import annotations

from venvls.model.hints import Literal
from venvls.model.record import NamedTuple


class Verdict(NamedTuple):
    """``pass``, ``advise`` or ``stop``; why, as a sentence, and the command that is right."""

    kind: Literal["pass", "advise", "stop"]
    reason: str = ""
    instead: str = ""

    @property
    def text(self) -> str:
        """The reason with the right command."""
        return f"{self.reason} Use {self.instead}." if self.instead else self.reason


PASS = Verdict("pass")


def mentions(line: str) -> bool:
    """Whether a line names a Python or a pip; any other is let through unread."""
    lower = line.lower()
    return "pip" in lower or "python" in lower
