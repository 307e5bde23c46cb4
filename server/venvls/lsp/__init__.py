"""The language server: the only importer of pygls and lsprotocol.

``framing`` bytes ↔ messages · ``pipes`` the thread that reads · ``doorstep`` and ``greeting`` the first answer, before all else is loaded ·
``transport`` the event loop's side of both pipes · ``parent`` the editor's death · ``protocol`` what LSP promises ·
``runtime`` the process · ``session`` what the editor holds and was told · ``worker`` the one thread that thinks · ``features`` one file a
family of requests · ``encode`` findings and edits as JSON.
"""

from __future__ import annotations

import sys

from venvls.model.hints import TYPE_CHECKING
from venvls.model.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from venvls.services import Services

USAGE = "usage: venvls lsp [--tcp HOST:PORT]"
_HELP = """Starts the language server on standard input and output, for an editor to talk to.

options:
  -h, --help       show this help message and exit
  --tcp HOST:PORT  wait for one editor at this address instead, for debugging
  --stdio          the default; some editors pass it"""


def serve(arguments: Sequence[str], services: Callable[[], Services]) -> int:
    """Serves one editor on standard input and output, or on the first connection to ``--tcp HOST:PORT``.

    Does not return once it serves; 0 where help was printed, 2 where the arguments are not understood or nobody can listen there.
    ``--stdio``, which editors like to add, is taken and changes nothing.
    """
    given = [argument for argument in arguments if argument != "--stdio"]
    if given and given[0] in ("-h", "--help"):
        print(f"{USAGE}\n\n{_HELP}")
        return 0
    place: tuple[str, int] | None = None
    if given and (given[0] == "--tcp" or given[0].startswith("--tcp=")):
        value = given[0][6:] if "=" in given[0] else " ".join(given[1:])
        host, _, port = value.rpartition(":")
        if not port.isdecimal() or int(port) > 65535:
            print(f"venvls lsp: --tcp takes HOST:PORT, for example --tcp 127.0.0.1:2087\n{USAGE}", file=sys.stderr)
            return 2
        place = (host.strip("[]") or "127.0.0.1", int(port))
    elif given:
        print(f"venvls lsp: {quoted(given[0])} is not understood\n{USAGE}", file=sys.stderr)
        return 2

    from venvls.lsp.doorstep import Doorstep
    from venvls.lsp.pipes import accept_one, take_stdio

    try:
        door = Doorstep(*(accept_one(*place, _listening) if place else take_stdio()))
    except OSError as error:
        print(f"venvls lsp: cannot listen there: {error.strerror or 'the address is unknown'}", file=sys.stderr)
        return 2
    # From here on the editor has its answer, while all that is needed for what it says next is loaded.
    import gc

    # The protocol's types are many objects that all stay: looking for garbage among them so often is a tenth of the start.
    gc.set_threshold(7_000, 10, 10)
    from venvls.lsp.runtime import log_to
    from venvls.lsp.server import Server

    server = Server(services)
    gc.freeze()
    # What one thread has for another must not wait until that has nothing more to do, at most five thousandths of a second: a key passes
    # three of them.
    sys.setswitchinterval(_SWITCH_SECONDS)
    log_to(sys.stderr, server.protocol)
    server.run(door)
    return 1


_SWITCH_SECONDS = 0.0005


def _listening(host: str, port: int) -> None:
    print(f"venvls lsp: waiting for an editor on {host}:{port}", file=sys.stderr, flush=True)
