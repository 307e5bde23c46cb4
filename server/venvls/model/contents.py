"""What would be lost with a folder: counted, and what no tool made named."""

from __future__ import annotations

from venvls.model.record import NamedTuple


class Repository(NamedTuple):
    """A checkout inside an environment. ``work`` says what of it is nowhere else, as the end of a sentence; ``None``: nothing."""

    path: str
    system: str
    work: str | None

    @property
    def refusal(self) -> str:
        """Why it is not deleted, as a sentence."""
        article = "an" if self.system[0] in "AEIOU" else "a"
        return (
            f"{self.path} is {article} {self.system} repository with {self.work}: save that elsewhere first, "
            "or pass --discard-work to delete it too."
        )


class Contents(NamedTuple):
    """Everything below a folder, no link followed: how many ``files``, the top-level entries that no tool puts there (``unknown``, by
    name), and each repository. ``tracked`` counts the files that a repository around the folder tracks. ``complete`` is false where there
    was too much to look at."""

    files: int
    unknown: tuple[str, ...] = ()
    repositories: tuple[Repository, ...] = ()
    tracked: int = 0
    complete: bool = True
