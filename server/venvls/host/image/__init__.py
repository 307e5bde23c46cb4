"""One file with the compiled code of the modules a command loads, for where Python keeps no compiled files of its own.

With ``PYTHONDONTWRITEBYTECODE`` (most container images set it) or an installation that cannot be written to, a command compiles all of
its modules each time, which takes twice as long as the rest of it. Where Python does keep them, nothing here does anything.

``reading`` says when the file is trusted and when a module is taken from it; ``writing`` makes it, after the answer is out.
All of this is loaded, and maybe compiled, before there is an image: so it is short, and imports next to nothing.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def use(places: "Sequence[str]") -> None:
    """From now on modules come from the image where it has them, and are noted where it has not; nothing where Python keeps them.

    ``places`` are those of this command: what is inside one of them is not trusted.
    """
    if _are_kept():
        from venvls.host.image import compiled

        compiled.begin(f"venvls {places[0]}" if places else "")
    else:
        from venvls.host.image import reading

        reading.begin(places)


def keep() -> None:
    """Writes what was noted since, if anything; to be called when the answer is out."""
    reading = sys.modules.get("venvls.host.image.reading")
    if reading is not None and reading.noted:
        from venvls.host.image import writing

        writing.write()


def _are_kept() -> bool:
    """Whether Python keeps compiled files, of ours and of its own."""
    compiled = __spec__.cached
    if compiled is None:
        return True  # from a zip archive, say: what this stands on is not there
    if not os.path.exists(compiled):
        return False
    if sys.pycache_prefix is not None:
        return True
    library = os.path.dirname(os.__file__)
    name = os.path.basename(compiled).replace("__init__.", "functools.", 1)
    if os.path.exists(os.path.join(library, "__pycache__", name)):
        return True
    return not sys.dont_write_bytecode and os.access(library, os.W_OK)
