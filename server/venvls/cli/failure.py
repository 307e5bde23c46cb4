"""The one exception a command may raise: a sentence for the person, and exit status 2."""

from __future__ import annotations


class Failure(Exception):
    """What is wrong, where, and what to do; without a final prefix of the program's name. ``interrupted`` where the person stopped it."""

    def __init__(self, sentence: str, *, interrupted: bool = False) -> None:
        super().__init__(sentence)
        self.interrupted = interrupted
