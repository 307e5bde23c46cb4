"""The Model Context Protocol for coding agents: the only importer of the SDK (``mcp``), which comes with the extra ``venvls[mcp]``.

``answers`` what is read, ``doing`` what is changed, both without the SDK · ``results`` the types of both · ``server`` tools and resources.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec

from venvls.model.hints import TYPE_CHECKING
from venvls.model.text import quoted

if TYPE_CHECKING:
    from venvls.services import Services

USAGE = "usage: venvls mcp [--trust] [--root DIR]…"
_HELP = """Serves coding agents on standard input and output by the Model Context Protocol.

options:
  -h, --help  show this help message and exit
  --trust     run tasks (sync, add, remove, create, upgrade) without the question of trust
  --root DIR  serve this folder and what is below it, where the client names no roots (default: the current folder)"""
MISSING = 'venvls mcp needs the extra "mcp": pip install "venvls[mcp]", or: uv tool install "venvls[mcp]".'


def serve(arguments: Sequence[str], services: Callable[[], Services]) -> int:
    """Serves one client to its end; 0 then and where help was printed, 2 where the arguments are not understood or the SDK is missing."""
    import os

    trust, roots, given = False, [], list(arguments)
    while given:
        word = given.pop(0)
        if word in ("-h", "--help"):
            print(f"{USAGE}\n\n{_HELP}")
            return 0
        if word == "--trust":
            trust = True
        elif word == "--root" and given:
            roots.append(os.path.abspath(given.pop(0)))
        elif word.startswith("--root="):
            roots.append(os.path.abspath(word.partition("=")[2]))
        else:
            print(f"venvls mcp: {quoted(word)} is not understood\n{USAGE}", file=sys.stderr)
            return 2
    missing = next((root for root in roots if not os.path.isdir(root)), None)
    if missing is not None:
        print(f"venvls mcp: there is no folder {quoted(missing)}", file=sys.stderr)
        return 2
    if not available():
        print(MISSING, file=sys.stderr)
        return 2
    from venvls.mcp.server import run

    run(services, trust=trust, folders=tuple(roots) or (os.getcwd(),))
    return 0


def available() -> bool:
    """Whether the SDK is installed, in the version that ``server`` is written for."""
    try:
        return find_spec("mcp.server.mcpserver") is not None
    except ModuleNotFoundError:
        return False
